"""The form by which a promise is taken: rows of amount, day and method, and what they lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.promises.limits import Excess, Limits, Part, beyond, limits_of
from collections_app.promises.models import PromiseMethod
from collections_app.promises.parts import MOST_PARTS, check_parts
from collections_app.promises.queries import method_last_used
from core import clock
from loans.delinquency.models import Position
from loans.portfolios.queries import working_days_of

#: Banking days until the money is expected, where nobody says another day.
USUAL_DAYS = 3


@dataclass(frozen=True, slots=True)
class PartRow:
    """The fields of one part, as the template draws them."""

    number: int
    amount: BoundField
    due_on: BoundField
    method: BoundField

    @property
    def is_filled(self) -> bool:
        return bool(self.amount.value() or self.due_on.value() or self.amount.errors)


class PromisePartsForm(forms.Form):
    """What is promised, in parts. Stands alone or inside another form, under its prefix.

    Arguments: case with its loan, position and portfolio; user who takes the promise; limits of
    the user's role and the method last used, where a page has read them already. `parts()` and
    `excess` are there once it is valid; beyond the user's limit it is valid only with `ask`.
    """

    ask = forms.BooleanField(label=gettext_lazy("Ask the team lead"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        case: Case,
        user: User,
        prefix: str = "promise",
        limits: Limits | None = None,
        usual_method: str | None = None,
    ) -> None:
        self.case, self.user, self._usual_method = case, user, usual_method
        self.limits = limits or limits_of(user.role)
        self.row_count = min(self.limits.max_parts + 1, MOST_PARTS)
        super().__init__(data, prefix=prefix)
        methods = self._method_choices()
        for number in range(self.row_count):
            self._add_row(number, methods)
        if data is None:
            self.initial = self._usual()

    @property
    def rows(self) -> list[PartRow]:
        """The rows in order; the first is the one everybody fills."""
        return [
            PartRow(
                number + 1, *(self[f"{name}_{number}"] for name in ("amount", "due_on", "method"))
            )
            for number in range(self.row_count)
        ]

    @property
    def has_more_parts(self) -> bool:
        return any(row.is_filled for row in self.rows[1:])

    @cached_property
    def today(self) -> date:
        """The day where the portfolio is: the promise is made on it."""
        return clock.local_today(self.case.portfolio.time_zone)

    @property
    def past_due(self) -> Decimal:
        position: Position = self.case.loan.position
        past_due: Decimal = position.overdue_amount
        return past_due

    @cached_property
    def excess(self) -> list[Excess]:
        """The limits of the user's role that the parts go beyond."""
        return beyond(
            parts=self.parts(),
            limits=self.limits,
            made_on=self.today,
            past_due=self.past_due,
            currency=self.case.portfolio.currency,
            language=get_language() or "en",
        )

    def parts(self) -> list[Part]:
        """Returns the parts that were filled in."""
        found = []
        for number in range(self.row_count):
            amount = self.cleaned_data.get(f"amount_{number}")
            due_on = self.cleaned_data.get(f"due_on_{number}")
            if amount is not None and due_on is not None:
                method = self.cleaned_data.get(f"method_{number}", "")
                found.append(Part(amount=amount, due_on=due_on, method=method))
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for number in range(1, self.row_count):
            self._require_both(data, number)
        if not self.errors:
            self._check()
        return data

    def _check(self) -> None:
        try:
            check_parts(self.parts(), self.case.loan, made_on=self.today)
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return
        if self.excess and not self.cleaned_data.get("ask"):
            self.add_error(None, " ".join(excess.sentence for excess in self.excess))
            self.add_error(None, self._way_out())

    def _way_out(self) -> str:
        last = next((e.shorten_to for e in self.excess if e.shorten_to), None)
        if last is None:
            return _("Ask the team lead, or agree on what you may promise.")
        return _("Ask the team lead, or shorten it to %(day)s.") % {
            "day": date_format(last, _("j M Y"))
        }

    def _require_both(self, data: dict[str, Any], number: int) -> None:
        """A further part is an amount and a day, or nothing."""
        amount, due_on = data.get(f"amount_{number}"), data.get(f"due_on_{number}")
        if amount is not None and due_on is None and f"due_on_{number}" not in self.errors:
            self.add_error(f"due_on_{number}", _("Say by when."))
        if due_on is not None and amount is None and f"amount_{number}" not in self.errors:
            self.add_error(f"amount_{number}", _("Say how much."))

    def _add_row(self, number: int, methods: list[tuple[str, Any]]) -> None:
        is_first = number == 0
        self.fields[f"amount_{number}"] = forms.DecimalField(
            label=_("Amount"),
            required=is_first,
            min_value=Decimal("0.01"),
            max_digits=14,
            decimal_places=2,
            error_messages={"required": _("Say how much.")},
            widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
        )
        self.fields[f"due_on_{number}"] = forms.DateField(
            label=pgettext("promise", "By"),
            required=is_first,
            error_messages={"required": _("Say by when.")},
            widget=forms.DateInput(
                attrs={"type": "date", "min": self.today.isoformat()}, format="%Y-%m-%d"
            ),
        )
        self.fields[f"method_{number}"] = forms.ChoiceField(
            label=pgettext("promise", "How"), required=False, choices=methods
        )

    def _method_choices(self) -> list[tuple[str, Any]]:
        usual = self.method_last_used
        choices = [("", _("not said")), *PromiseMethod.choices]
        if usual and usual not in PromiseMethod.values:
            choices.append((usual, usual))
        return choices

    @cached_property
    def method_last_used(self) -> str:
        if self._usual_method is not None:
            return self._usual_method
        return method_last_used(self.case.loan)

    def _usual(self) -> dict[str, Any]:
        """What stands there at first: all that is past due, in three banking days, as last time."""
        calendar = working_days_of(self.case.portfolio)
        due_on = self.today + timedelta(days=USUAL_DAYS)
        if calendar is not None:
            due_on = calendar.add_working_days(self.today, USUAL_DAYS)
        return {
            "amount_0": self.past_due if self.past_due > 0 else None,
            "due_on_0": due_on,
            "method_0": self.method_last_used,
        }
