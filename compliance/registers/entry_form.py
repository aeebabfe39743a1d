"""The parts that forms of the registers share: token, days and hours on the lender's clock."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.registers.queries import Person
from core import clock
from core.ids import uuid7
from loans.borrowers.models import ContactPoint
from loans.contracts.models import Loan

Text = str | Promise


def moment_field(label: Text, **options: Any) -> forms.DateTimeField:
    """A day and time; the form reads it on the lender's clock."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **options)


def day_field(label: Text, **options: Any) -> forms.DateField:
    """A day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **options)


def hour_field(label: Text, **options: Any) -> forms.TimeField:
    """A time of the day."""
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, **options)


def words_field(label: Text, **options: Any) -> forms.CharField:
    """Words about a person; sealed when they are stored."""
    return forms.CharField(
        label=label,
        strip=True,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "placeholder": gettext_lazy("In the person's own words. No card numbers."),
            }
        ),
        **options,
    )


def source_field() -> forms.CharField:
    """Where the record comes from."""
    return forms.CharField(
        label=gettext_lazy("Where this comes from"),
        max_length=120,
        strip=True,
        help_text=gettext_lazy("A call, a letter with its day, a court and its number."),
    )


class EntryForm(forms.Form):
    """One entry about one person. The token makes a second sending of it the same entry."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.now = clock.local_now(person.zone).replace(second=0, microsecond=0)
        self.initial.setdefault("token", str(uuid7()))
        self.initial.setdefault("source", _("call of %(day)s") % {"day": self._today()})

    def _today(self) -> str:
        return date_format(self.now, _("j M Y"))

    def offer_loans(self, *, all_loans: Text | None) -> None:
        """Adds the choice of a loan, or of all where a record may be about all."""
        choices = [(str(loan.pk), loan.contract_no) for loan in self.person.loans]
        if all_loans is not None:
            choices = [("", str(all_loans)), *choices]
        self.initial.setdefault("loan", choices[0][0])
        self.fields["loan"] = forms.ChoiceField(
            label=_("About which loan"), choices=choices, required=all_loans is None
        )

    def offer_points(self, label: Text, *, kinds: tuple[str, ...] = ()) -> None:
        """Adds the choice of one of the person's numbers and addresses, masked."""
        points = [p for p in self.person.points if not kinds or p.kind in kinds]
        self.fields["contact_point"] = forms.ChoiceField(
            label=label,
            required=False,
            choices=[("", _("all of them")), *((str(p.pk), p.masked) for p in points)],
        )

    def loan(self) -> Loan | None:
        """Returns the loan that was chosen; None for all."""
        chosen = self.cleaned_data.get("loan")
        return next((loan for loan in self.person.loans if str(loan.pk) == chosen), None)

    def contact_point(self) -> ContactPoint | None:
        """Returns the number or address that was chosen; None for all."""
        chosen = self.cleaned_data.get("contact_point")
        return next((point for point in self.person.points if str(point.pk) == chosen), None)

    def moment(self, name: str) -> datetime:
        """Returns what was typed, read on the lender's clock; now, to the second, as offered."""
        typed: datetime = self.cleaned_data[name]
        moment = typed.replace(tzinfo=self.person.zone)
        return clock.now().replace(microsecond=0) if moment == self.now else moment

    def end_of(self, day: date | None) -> datetime | None:
        """Returns the first instant after a day; None for none."""
        if day is None:
            return None
        return datetime.combine(day + timedelta(days=1), time(), tzinfo=self.person.zone)


class ReasonForm(EntryForm):
    """Why something on record no longer holds."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        strip=True,
        error_messages={"required": gettext_lazy("Say why.")},
    )

    def __init__(self, *args: Any, hint: Text = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = str(hint)
