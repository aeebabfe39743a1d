"""A version while it is being written: lines are added, removed and ordered by buttons."""

from __future__ import annotations

import re
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import QueryDict

from collections_app.strategy.forms import HeadForm, LineForm
from collections_app.strategy.models import StrategyVersion
from collections_app.strategy.queries import lines_of
from collections_app.strategy.services import VersionDraft
from loans.portfolios.models import Portfolio
from notifications.templates.models import MessageTemplate

#: A strategy of more lines than this is no longer read by anybody.
MOST_LINES: Final = 60
#: A strategy that is begun anew writes to who is angry once a week.
USUAL_HEATED_DAYS: Final = 7
_KEY: Final = re.compile(r"^[a-z0-9]{1,8}$")


class Editor:
    """The head and the lines of one version; each line keeps its key while it moves.

    `data` is what was posted, or None to begin from `base`, the version to start with.
    """

    def __init__(
        self, *, portfolio: Portfolio, data: QueryDict | None, base: StrategyVersion | None
    ) -> None:
        self.portfolio, self.data = portfolio, data
        self._templates = MessageTemplate.objects.order_by("purpose", "name")
        self.problems: list[str] = []
        if data is not None:
            keys = [key for key in data.getlist("line") if _KEY.match(key)][:MOST_LINES]
            self.head = HeadForm(data)
            self.lines = [self._form(key, data=data) for key in dict.fromkeys(keys)]
            return
        self.head = HeadForm(
            initial={
                "days_between": base.days_between if base else 1,
                "heated_days_between": base.heated_days_between if base else USUAL_HEATED_DAYS,
            }
        )
        rows = list(lines_of(base)) if base else []
        self.lines = [
            self._form(f"l{number}", initial=LineForm.initial_of(line))
            for number, line in enumerate(rows, start=1)
        ] or [self._form("l1")]

    def act(self, act: str) -> bool:
        """Does what a button of a line says; tells whether it was one. Nothing is checked yet."""
        verb, _sep, key = act.partition(":")
        if verb not in ("up", "down", "remove", "add"):
            return False
        keys = [str(form.prefix) for form in self.lines]
        typed = {str(form.prefix): form.typed() for form in self.lines}
        if verb == "add" and len(keys) < MOST_LINES:
            keys.append(self._new_key(keys))
        elif key in keys:
            place = keys.index(key)
            keys.remove(key)
            if verb != "remove":
                keys.insert(max(0, place + (1 if verb == "down" else -1)), key)
        self.head = HeadForm(initial={name: self.head[name].data for name in self.head.fields})
        self.lines = [self._form(key, initial=typed.get(key)) for key in keys]
        return True

    def is_valid(self) -> bool:
        """Checks every field of every line, so that all problems show at once."""
        return all([self.head.is_valid(), *(form.is_valid() for form in self.lines)])

    def draft(self) -> VersionDraft:
        """Returns the version as the services take it."""
        return VersionDraft(lines=[form.draft() for form in self.lines], **self.head.cleaned_data)

    def refuse(self, refused: ValidationError) -> None:
        """Takes the problems the services found, for the page."""
        self.problems = list(refused.messages)

    def count_of_problems(self) -> int:
        """Returns how many things are to be mended."""
        forms = [self.head, *self.lines]
        return len(self.problems) + sum(len(form.errors) for form in forms if form.is_bound)

    def _form(self, key: str, **kwargs: Any) -> LineForm:
        return LineForm(prefix=key, portfolio=self.portfolio, templates=self._templates, **kwargs)

    def _new_key(self, keys: list[str]) -> str:
        number = len(keys) + 1
        while f"l{number}" in keys:
            number += 1
        return f"l{number}"
