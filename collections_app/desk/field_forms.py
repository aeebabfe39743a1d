"""What is said at a door. Every form carries its key and the clock of the phone; all work alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from collections_app.contacts.models import ResultCode
from collections_app.promises.models import PromiseMethod
from collections_app.visits.findings import FoundCondition, PhotoOf
from collections_app.visits.flow import Position
from collections_app.visits.forms import purpose_name
from collections_app.visits.models import Visit
from core import clock
from core.ids import uuid7
from core.pages.refusals import RefusableForm
from loans.borrowers.models import Party
from loans.borrowers.presentation import shown_name
from loans.contracts.models import LIABLE_ROLES
from loans.vehicles.models import Vehicle

_DAY = {"type": "date"}


class FieldForm(RefusableForm):
    """What every act has: a key of its own, so that a repeat is harmless, and when it was."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    at = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)

    act = ""

    def __init__(self, data: Any = None, files: Any = None, *, visit: Visit) -> None:
        self.visit = visit
        super().__init__(data, files, auto_id=f"{self.act}_{visit.pk}_%s")
        self.initial["key"] = str(uuid7())

    def clean_at(self) -> datetime:
        """The phone's clock, where it says; else now."""
        try:
            at = parse_datetime(self.cleaned_data["at"])
        except ValueError:
            at = None
        return at if at is not None and at.tzinfo is not None else clock.now()


class CheckInForm(FieldForm):
    """At the door, before anybody knocks."""

    act = "check_in"

    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, widget=forms.HiddenInput
    )
    accuracy = forms.DecimalField(
        required=False, min_value=0, max_value=1_000_000, widget=forms.HiddenInput
    )
    is_at_address = forms.BooleanField(label=_("We stand at this address"), required=False)
    is_recording = forms.BooleanField(label=_("The recording runs"), required=False)

    def position(self) -> Position | None:
        """Where the phone was, if it knew."""
        said = self.cleaned_data
        if said["latitude"] is None or said["longitude"] is None:
            return None
        accuracy = None if said["accuracy"] is None else round(said["accuracy"])
        return Position(said["latitude"], said["longitude"], accuracy)


class ReportForm(FieldForm):
    """How it ended; out again."""

    act = "report"

    result = forms.ModelChoiceField(
        label=_("Result"),
        queryset=ResultCode.objects.none(),
        to_field_name="code",
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a result.")},
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=2000,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, results: list[ResultCode], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["result"]
        field.queryset = ResultCode.objects.filter(pk__in=[row.pk for row in results])
        field.choices = [(row.code, purpose_name(row)) for row in results]


class PhotoForm(FieldForm):
    """A picture, and what it shows."""

    act = "photo"

    shows = forms.ChoiceField(label=_("Shows"), choices=PhotoOf.choices)
    photo = forms.FileField(
        label=_("Photo"),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"required": _("Choose a photo.")},
    )


class VehicleForm(FieldForm):
    """The car: seen or not, where, in what state."""

    act = "vehicle"

    vehicle = forms.ModelChoiceField(
        label=_("Vehicle"), queryset=Vehicle.objects.none(), empty_label=None
    )
    is_seen = forms.ChoiceField(
        label=_("Was it there?"), choices=[("yes", _("seen")), ("no", _("not there"))]
    )
    condition = forms.ChoiceField(label=_("State"), required=False, choices=FoundCondition.choices)
    place = forms.CharField(label=_("Where it stands"), required=False, max_length=200, strip=True)

    def __init__(self, *args: Any, vehicles: list[Vehicle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["vehicle"]
        field.queryset = Vehicle.objects.filter(pk__in=[row.pk for row in vehicles])
        field.choices = [(row.pk, str(row)) for row in vehicles]


class CashForm(FieldForm):
    """Cash against a numbered receipt."""

    act = "cash"

    number = forms.CharField(label=_("Number of the receipt"), max_length=40, strip=True)
    amount = forms.DecimalField(
        label=_("Amount"), max_digits=14, decimal_places=2, min_value=0, localize=False
    )


class PromiseForm(FieldForm):
    """What was promised at the door."""

    act = "promise"

    who = forms.ModelChoiceField(
        label=_("Who promises"), queryset=Party.objects.none(), empty_label=None
    )
    amount = forms.DecimalField(label=_("Amount"), max_digits=14, decimal_places=2, min_value=0)
    due_on = forms.DateField(label=_("By"), widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))
    method = forms.ChoiceField(label=_("How"), choices=PromiseMethod.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who: Any = self.fields["who"]
        who.queryset = Party.objects.filter(
            loans__loan=self.visit.case.loan_id, loans__role__in=LIABLE_ROLES
        ).distinct()
        who.label_from_instance = shown_name
        today = clock.local_today(self.visit.time_zone)
        self.initial = {
            **self.initial,
            "who": self.visit.party_id,
            "amount": self.visit.case.loan.position.overdue_amount,
            "due_on": today + timedelta(days=3),
        }


class HelpForm(FieldForm):
    """Nothing but that help is needed."""

    act = "help"
