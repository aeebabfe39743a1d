"""Forms of stops: one of a kind, a hold, and the hold of a portfolio."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.attempts.models import AttemptChannel
from compliance.clocks.breathing_space import standard_ends_on
from compliance.registers.entry_form import (
    EntryForm,
    day_field,
    moment_field,
    source_field,
    words_field,
)
from compliance.stops.details import Detail, details_of
from compliance.stops.models import StopKind
from core.ids import uuid7
from loans.portfolios.models import Portfolio

#: Kinds that may be about one way of contact only.
_OF_A_CHANNEL: Final = frozenset({StopKind.VULNERABLE, StopKind.HARDSHIP})
#: Kinds that may end by themselves.
_ENDING: Final = frozenset(
    {StopKind.HARDSHIP, StopKind.VULNERABLE, StopKind.BREATHING_SPACE, StopKind.MILITARY}
)
#: Kinds that are about the person whatever the loan.
_OF_THE_PERSON: Final = frozenset(
    {StopKind.DECEASED, StopKind.BANKRUPTCY, StopKind.EMPLOYER_PROHIBITS, StopKind.VULNERABLE}
)
#: kind -> what its note is for.
_NOTE_HINTS: Final[dict[str, Any]] = {
    StopKind.ATTORNEY: _("Address and telephone of the lawyer: from now on only they are written."),
    StopKind.VULNERABLE: _("What helps and what to avoid. Nothing medical that is not needed."),
}
#: Details that no form asks for: the register of complaints fills them in.
_NOT_ASKED: Final = frozenset({"complaint"})


class StopForm(EntryForm):
    """A stop of one kind, with what the kind asks for."""

    since = moment_field(_("Since when"))
    source = source_field()

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.details = [d for d in details_of(kind) if d.name not in _NOT_ASKED]
        self.initial.setdefault("since", self.now.replace(tzinfo=None))
        if kind == StopKind.CEASE:  # it counts from receipt, not from the day it was written
            self.fields["since"].label = _("Received")
        for detail in self.details:
            self.fields[f"detail_{detail.name}"] = _field(detail)
        if kind not in _OF_THE_PERSON:
            self.offer_loans(all_loans=_("all loans of the person"))
        if kind in _OF_A_CHANNEL:
            self.fields["channel"] = forms.ChoiceField(
                label=_("What stops"),
                choices=[("", _("everything, taking the car included")), *AttemptChannel.choices],
                required=False,
            )
        if kind in _ENDING:
            self.fields["until"] = day_field(
                _("Last day"), required=False, help_text=_("Empty: until it is lifted.")
            )
        self.fields["note"] = words_field(
            _("Note"), required=False, max_length=2000, help_text=_NOTE_HINTS.get(kind, "")
        )

    def values(self) -> dict[str, Any]:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        since = self.moment("since")
        details = {detail.name: data[f"detail_{detail.name}"] for detail in self.details}
        return {
            "kind": self.kind,
            "starts_at": since,
            "ends_at": self.end_of(self._last_day(since, details)),
            "source": data["source"],
            "loan": self.loan(),
            "channel": data.get("channel", ""),
            "details": details,
            "note": data["note"],
        }

    def _last_day(self, since: datetime, details: dict[str, Any]) -> date | None:
        """A standard breathing space ends by itself; its days are counted from its first."""
        typed: date | None = self.cleaned_data.get("until")
        if typed is None and details.get("type") == "standard":
            return standard_ends_on(since.date())
        return typed


class HoldForm(EntryForm):
    """All contact with a person, or about one loan, held until a day."""

    until = day_field(_("Last day"))
    source = forms.CharField(label=_("Reason"), max_length=120, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"source": "", **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.offer_loans(all_loans=_("all loans of the person"))
        self.order_fields(["loan"])

    def values(self) -> dict[str, Any]:
        """Returns the valid form as the service takes it."""
        return {
            "until": self.end_of(self.cleaned_data["until"]),
            "reason": self.cleaned_data["source"],
            "loan": self.loan(),
        }


class PortfolioHoldForm(forms.Form):
    """A hold of a portfolio: which, through which day, why."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    portfolio = forms.ModelChoiceField(
        queryset=Portfolio.objects.none(),
        label=_("Portfolio"),
        to_field_name="code",
        empty_label=_("choose"),
    )
    until = day_field(_("Last day"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=120,
        strip=True,
        help_text=_("Every agent reads it on the case. E.g. flood in the province."),
    )

    def __init__(self, *args: Any, portfolios: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["portfolio"].queryset = portfolios  # type: ignore[attr-defined]
        self.initial.setdefault("token", str(uuid7()))

    def ends_at(self) -> datetime:
        """Returns the first instant after the last day, where the portfolio is."""
        portfolio: Portfolio = self.cleaned_data["portfolio"]
        last: date = self.cleaned_data["until"]
        return datetime.combine(
            last + timedelta(days=1), time(), tzinfo=ZoneInfo(portfolio.time_zone)
        )


class LiftForm(forms.Form):
    """Why a hold ends before its day."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        strip=True,
        error_messages={"required": _("Say why the stop is lifted.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", str(uuid7()))


def _field(detail: Detail) -> forms.Field:
    label = str(detail.label).capitalize()
    if detail.shape == "day":
        return day_field(label, required=detail.asked)
    if detail.words:
        return forms.ChoiceField(
            label=label,
            required=detail.asked,
            choices=[("", _("choose")), *detail.words.items()],
        )
    return forms.CharField(label=label, required=detail.asked, max_length=120, strip=True)
