"""How many cases each view and each bucket holds, from one grouped query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Count, QuerySet

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.models import Case, CaseQuerySet
from collections_app.desk.queue_cases import open_cases
from collections_app.desk.queue_filters import QUEUE_VIEWS, QueueFilter, matching
from core.statements.kept import KeptStatement

#: Who sees every case of a portfolio looks at tens of thousands; half a minute old is good enough.
KEPT_SECONDS = 30

_BUCKET, _CODE, _NAME = "loan__position__bucket", "portfolio__code", "portfolio__name"


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """The grouped rows, one for each portfolio and bucket, and the selection they are read for."""

    rows: list[dict[str, Any]]
    selection: QueueFilter

    def of_view(self, view: str) -> int:
        """Cases of a view, within the bucket and portfolio chosen."""
        return sum(row[_column(view)] for row in self._rows(bucket=self.selection.bucket))

    def of_buckets(self) -> dict[str, int]:
        """Cases of each bucket, within the view and portfolio chosen."""
        counts: dict[str, int] = {}
        for row in self._rows():
            code = row[_BUCKET] or ""
            counts[code] = counts.get(code, 0) + row[_column(self.selection.view)]
        return counts

    def portfolios(self) -> list[tuple[str, str]]:
        """The portfolios that have an open case for this person, by name."""
        found = {row[_CODE]: row[_NAME] for row in self.rows}
        return sorted(found.items(), key=lambda item: item[1])

    @property
    def selected(self) -> int:
        return self.of_view(self.selection.view)

    @property
    def everything(self) -> int:
        """All open cases, whatever view, bucket and portfolio are chosen."""
        return sum(row[_column("")] for row in self.rows)

    def _rows(self, bucket: str = "") -> list[dict[str, Any]]:
        chosen = self.selection.portfolio
        return [
            row
            for row in self.rows
            if (not chosen or row[_CODE] == chosen) and (not bucket or row[_BUCKET] == bucket)
        ]


def count_queue(*, selection: QueueFilter, user: User, asked: dict[str, Any]) -> QueueCounts:
    """Counts open cases by view, bucket and portfolio; one query, kept briefly for wide viewers.

    Arguments: `selection`, what is chosen; `asked`, who asks and when (`queue_cases.asked_by`).
    """
    if not has_right(user, "case.view_all"):
        return QueueCounts(_read(selection, asked), selection)
    key = f"queue_counts:{user.pk}:{selection.q.encode().hex()}"
    rows = cache.get(key)
    if rows is None:
        rows = _read(selection, asked)
        cache.set(key, rows, KEPT_SECONDS)
    return QueueCounts(rows, selection)


def _read(selection: QueueFilter, asked: dict[str, Any]) -> list[dict[str, Any]]:
    if selection.q:
        return list(_grouped(matching(open_cases(**asked), selection)))
    return _COUNTS.rows(**asked)


def _grouped(cases: CaseQuerySet) -> QuerySet[Case, dict[str, Any]]:
    counts = {_column(key): Count("pk", filter=view.condition) for key, view in _counted()}
    by_bucket: QuerySet[Case, dict[str, Any]] = (
        cases.order_by()
        .values(_CODE, _NAME, _BUCKET)
        .annotate(**{_column(""): Count("pk")}, **counts)
    )
    return by_bucket


_COUNTS: Final = KeptStatement(lambda **asked: _grouped(open_cases(**asked)))


def _counted() -> list[tuple[str, Any]]:
    return [(key, view) for key, view in QUEUE_VIEWS.items() if key]


def _column(view: str) -> str:
    return f"in_{view}" if view else "in_all"
