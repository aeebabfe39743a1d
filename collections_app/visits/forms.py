"""Asking for a visit, planning it, announcing it; and what narrows the list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from collections_app.visits.flow import FURTHEST, Position
from collections_app.visits.models import Visit, VisitPurpose
from collections_app.visits.queries import (
    addresses_among,
    companions,
    companions_around,
    purposes,
    visitors,
    visitors_around,
)
from collections_app.visits.services import Plan
from compliance.notices.models import ServedBy
from core import clock
from core.pages.refusals import RefusableForm
from loans.borrowers.models import Address
from loans.borrowers.presentation import shown_name

#: How long the window may be in which somebody waits for a visit, the way to the next included.
WINDOW_LENGTHS: Final = (
    (60, _("1 hour")),
    (90, _("1½ hours")),
    (120, _("2 hours")),
    (180, _("3 hours")),
    (240, _("4 hours")),
)


def purpose_name(purpose: Any) -> str:
    """The name of a purpose in the reader's language."""
    return str(purpose.name_zh if (get_language() or "").startswith("zh") else purpose.name)


class _HoursForm(RefusableForm):
    """From when to when."""

    opens = forms.TimeField(
        label=_("Not before"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    closes = forms.TimeField(
        label=_("Not after"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


class _WhoGoesForm(_HoursForm):
    """Who goes, on which day, and from when to when."""

    agent = forms.ModelChoiceField(label=_("Field agent"), queryset=User.objects.none())
    second_visitor = forms.ModelChoiceField(
        label=_("Second visitor"), queryset=User.objects.none(), required=False, empty_label="–"
    )

    field_order = ("agent", "second_visitor", "visit_on", "opens", "closes")

    def offer(self, agents: QuerySet[User], companions: QuerySet[User]) -> User | None:
        """Lets one choose among these; returns the only one who could go, if there is just one."""
        for name, people in (("agent", agents), ("second_visitor", companions)):
            field: Any = self.fields[name]
            field.queryset = people
            field.label_from_instance = User.get_full_name
        some = list(agents[:2])
        return some[0] if len(some) == 1 else None

    def plan(self) -> Plan:
        """What the form says, for the service."""
        names = ("agent", "visit_on", "opens", "closes", "second_visitor", "is_recorded")
        return Plan(**{name: self.cleaned_data[name] for name in names})


class RequestForm(RefusableForm):
    """What for, where, and what the field agent should know."""

    purpose = forms.ModelChoiceField(
        label=_("What for"), queryset=VisitPurpose.objects.none(), empty_label=None
    )
    address = forms.ModelChoiceField(
        label=_("Where"), queryset=Address.objects.none(), empty_label=None
    )
    note = forms.CharField(
        label=_("Note for who goes"),
        required=False,
        max_length=500,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("A dog, a gate code, who must not hear of it. No card numbers."),
    )

    def __init__(self, *args: Any, addresses: list[Address], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        what_for: Any = self.fields["purpose"]
        what_for.queryset = purposes()
        what_for.label_from_instance = purpose_name
        where: Any = self.fields["address"]
        where.queryset = addresses_among(addresses)
        where.choices = [
            (row.pk, f"{row.get_kind_display()}: {row.masked} · {shown_name(row.party)}")
            for row in addresses
        ]


class PlanForm(_WhoGoesForm):
    """Who goes, when, and where the place lies if somebody looked it up."""

    visit_on = forms.DateField(
        label=_("Day of the visit"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    is_recorded = forms.BooleanField(
        label=_("The whole visit is recorded"), required=False, initial=True
    )
    position = forms.CharField(
        label=_("Position of the address"),
        required=False,
        max_length=40,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "22.5401, 113.9502"}),
        help_text=_("Latitude, longitude (WGS-84), to measure the check-in by. Kept sealed."),
    )
    reason = forms.CharField(label=_("Why it is moved"), max_length=200, strip=True)

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = self.offer(visitors(visit.case.portfolio), companions(visit.case.portfolio))
        if visit.visit_on is None:
            del self.fields["reason"]
        tomorrow = clock.local_today(visit.time_zone) + timedelta(days=1)
        self.initial = {
            "agent": visit.agent_id or (only.pk if only else None),
            "second_visitor": visit.second_visitor_id,
            "visit_on": visit.visit_on or tomorrow,
            "opens": visit.opens or "09:00",
            "closes": visit.closes or "12:00",
            "is_recorded": visit.is_recorded,
            **self.initial,
        }

    def clean_position(self) -> Position | None:
        text = self.cleaned_data["position"]
        if not text:
            return None
        try:
            return Position.read(text)
        except ValueError:
            raise ValidationError(
                _("Write latitude and longitude in degrees: 22.5401, 113.9502.")
            ) from None


class DayForm(_WhoGoesForm):
    """Who goes on a day, from when to when, and how long the window of each visit is."""

    visit_on = forms.DateField(
        label=_("Day of the visits"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    minutes = forms.TypedChoiceField(
        label=_("Window of each visit"), coerce=int, choices=WINDOW_LENGTHS
    )
    is_recorded = forms.BooleanField(
        label=_("Every visit is recorded throughout"), required=False, initial=True
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        only = self.offer(visitors_around(user), companions_around(user))
        self.today = clock.local_today(user.time_zone)
        self.initial = {
            "agent": only.pk if only else None,
            "visit_on": self.today + timedelta(days=1),
            "opens": "09:00",
            "closes": "18:00",
            "minutes": 90,
            "is_recorded": True,
            **self.initial,
        }

    def clean_visit_on(self) -> date:
        on: date = self.cleaned_data["visit_on"]
        if on < self.today:
            raise ValidationError(_("This day lies behind."))
        if on > self.today + FURTHEST:
            raise ValidationError(_("Plan at most %(days)d days ahead.") % {"days": FURTHEST.days})
        return on

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("opens") and said.get("closes") and said["opens"] >= said["closes"]:
            self.add_error("closes", _("The window closes after it opens, on the same day."))
        return said


class WindowForm(_HoursForm):
    """The window of one visit of a day."""

    def __init__(self, *args: Any, visit: Visit, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": str(visit.pk)})
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label} {visit.case.loan.contract_no}"
        self.initial = {"opens": visit.opens, "closes": visit.closes}


class ReasonForm(RefusableForm):
    """Why a visit is taken off its route or cancelled."""

    reason = forms.CharField(
        max_length=200, strip=True, label=_("Why"), error_messages={"required": _("Say why.")}
    )


class NoticeForm(RefusableForm):
    """The notice by which a visit was announced."""

    served_on = forms.DateField(
        label=_("Served on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    how = forms.ChoiceField(label=_("How"), choices=ServedBy.choices)
    document_ref = forms.CharField(
        label=_("Document"),
        max_length=120,
        strip=True,
        help_text=_("Its number or file, so that it can be shown."),
    )


class HandInForm(RefusableForm):
    """How much cash of a receipt was counted."""

    amount = forms.DecimalField(label=_("Counted"), max_digits=14, decimal_places=2, min_value=0)


class VisitFilterForm(forms.Form):
    """What narrows the list besides the view; lives in the URL."""

    agent = forms.ChoiceField(required=False, label=_("Field agent"))
    team = forms.ChoiceField(required=False, label=_("Team"))
    portfolio = forms.ChoiceField(required=False, label=_("Portfolio"))
    currency = forms.ChoiceField(required=False, label=_("Currency"))
    first = forms.DateField(
        required=False,
        label=_("From"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        required=False,
        label=_("Through"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def offer(self, offered: Mapping[str, list[tuple[str, str]]]) -> None:
        """Gives each field its choices; a choice of one is none."""
        for name, choices in offered.items():
            if len(choices) < 2:
                del self.fields[name]
            else:
                self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]
