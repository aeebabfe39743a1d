"""Asking how a loan stood on another day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from loans.contracts.models import Loan


class AsOfForm(forms.Form):
    """The day a position is wanted for, and how much had to be known by then."""

    as_of = forms.DateField(
        label=_("Position at the end of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    known_on = forms.DateField(
        required=False,
        label=_("as it was known on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, loan: Loan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.loan = loan

    def clean_as_of(self) -> dt.date:
        day: dt.date = self.cleaned_data["as_of"]
        books_on = self.loan.portfolio.business_date
        if not self.loan.started_on <= day <= books_on:
            raise forms.ValidationError(
                _("Choose a day from %(first)s, when the loan began, to %(last)s, the books' day."),
                params={"first": self.loan.started_on, "last": books_on},
            )
        return day

    def known_at(self) -> dt.datetime | None:
        """Returns the last instant of the day of knowledge on the portfolio's clock, or None."""
        day: dt.date | None = self.cleaned_data.get("known_on")
        if day is None:
            return None
        zone = clock.zone_of(self.loan.portfolio.time_zone)
        return dt.datetime.combine(day, dt.time.max, tzinfo=zone)
