"""Lists of records that stay fast at millions of rows: newest first, found by a whole value.

Nothing here counts a table, sorts one or looks for a part of a word: each would read all of it.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _

#: So many rows can be paged through; who looks for older ones searches.
MOST_PAGED: Final = 1_000


class BoundedPaginator(Paginator):  # type: ignore[type-arg]
    """Counts no further than can be paged through."""

    is_more = False

    @cached_property
    def count(self) -> int:
        """Returns the number of rows, at most MOST_PAGED; `is_more` says that there are others."""
        rows: QuerySet[Any] = self.object_list  # type: ignore[assignment]
        counted = rows.order_by().values("pk")[: MOST_PAGED + 1].count()
        self.is_more = counted > MOST_PAGED
        return min(counted, MOST_PAGED)


class BoundedChangeList(ChangeList):
    """Goes back to the first page, and says why, where a page lies too deep."""

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except IncorrectLookupParameters:
            messages.info(
                request,
                _(
                    "Only the newest %(count)s rows are paged through. Search by a number to find"
                    " older ones."
                )
                % {"count": f"{MOST_PAGED:,}"},
            )
            self.page_num = 1
            super().get_results(request)

    @property
    def title(self) -> str:
        """What the list holds; nothing is chosen from it."""
        return str(capfirst(self.opts.verbose_name_plural))

    @title.setter
    def title(self, value: str) -> None:
        """Django's own sentence is not used."""

    @property
    def is_more(self) -> bool:
        """Whether there are rows beyond those that can be paged through."""
        return bool(getattr(self.paginator, "is_more", False))


def holding(model: Any, *, fields: tuple[str, ...], value: str) -> Q:
    """Returns the condition that one of the fields is exactly this value; a field that cannot
    hold it (a word for a UUID) is left out."""
    condition = Q(pk__in=[])
    for name in fields:
        try:
            wanted = model._meta.get_field(name).to_python(value)
        except ValidationError:
            continue
        condition |= Q(**{name: wanted})
    return condition
