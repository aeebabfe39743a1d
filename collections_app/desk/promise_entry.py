"""The promise in the logger: how much, by when, how."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.cases.models import Case
from collections_app.desk.wrapping_up import Promised
from core import clock

PREFIX = "promise"
_USUAL_DAYS = timedelta(days=3)


class PromisePartsForm(forms.Form):
    """One amount by one day."""

    amount = forms.DecimalField(
        label=_("Amount"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    due_on = forms.DateField(
        label=_("By"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    method = forms.CharField(label=_("Method"), max_length=40, required=False)

    def promised(self) -> Promised:
        """Returns the promise of the valid form."""
        data = self.cleaned_data
        return Promised(amount=data["amount"], due_on=data["due_on"], method=data["method"])

    def last_due_on(self) -> date:
        """Returns the last day something is promised for."""
        day: date = self.cleaned_data["due_on"]
        return day


def promise_form(case: Case, *, data: Any, initial: dict[str, Any]) -> PromisePartsForm:
    """Returns the form with what is past due today, promised in three days; or as it was typed."""
    usual = {
        "amount": case.loan.position.overdue_amount,
        "due_on": clock.local_today(case.portfolio.time_zone) + _USUAL_DAYS,
    }
    typed = {
        name.removeprefix(f"{PREFIX}-"): value
        for name, value in initial.items()
        if name.startswith(f"{PREFIX}-")
    }
    return PromisePartsForm(data, prefix=PREFIX, initial={**usual, **typed})
