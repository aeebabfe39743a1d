"""Agreeing on a callback, moving it, cancelling it; and what narrows the list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from collections_app.callbacks.parsing import read_when
from collections_app.callbacks.queries import numbers_among
from collections_app.callbacks.services import CallbackRefused
from core import clock
from core.pages.refusals import RefusableForm
from loans.borrowers.models import ContactPoint
from loans.borrowers.presentation import shown_name

EXAMPLES = _("On their clock: t 10, fri 15:30, +2h, 2026-12-01 10:00.")
MINE, TEAM = "mine", "team"


class WhenField(forms.CharField):
    """A moment as agents type it; cleaned to a naive time on the clock of the form's `zone`."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("When"))
        kwargs.setdefault("help_text", EXAMPLES)
        super().__init__(
            max_length=60,
            strip=True,
            error_messages={"required": _("Say when.")},
            widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "t 10"}),
            **kwargs,
        )


class _WhenForm(RefusableForm):
    """What every form with a moment shares: reading it, and showing a refusal beside it."""

    when = WhenField()

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        #: The next moment at which a call may be made, where the gate refused the one asked for.
        self.nearest: datetime | None = None

    def clean_when(self) -> datetime:
        return read_when(self.cleaned_data["when"], clock.now(), self.zone)

    def add_refusal(self, refusal: CallbackRefused | ValidationError) -> None:
        """Shows why the service refused; nothing was written."""
        if isinstance(refusal, CallbackRefused):
            self.nearest = refusal.nearest
            self.add_error("when", refusal.message)
            return
        super().add_refusal(refusal)


class ScheduleForm(_WhenForm):
    """A new callback on a case."""

    contact_point = forms.ModelChoiceField(
        queryset=ContactPoint.objects.none(),
        required=False,
        label=_("Number"),
        empty_label=_("the one to try first then"),
    )
    whose = forms.ChoiceField(
        label=_("Who calls"), choices=[(MINE, _("me")), (TEAM, _("the team"))], initial=MINE
    )
    is_wish = forms.BooleanField(
        required=False, initial=True, label=_("The person asked to be called then")
    )
    note = forms.CharField(
        required=False,
        max_length=500,
        strip=True,
        label=_("Note"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, phones: list[ContactPoint], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["contact_point"]
        field.queryset = numbers_among(phones)  # type: ignore[attr-defined]
        field.choices = [  # type: ignore[attr-defined]
            ("", field.empty_label),  # type: ignore[attr-defined]
            *((phone.pk, f"{phone.masked} · {shown_name(phone.party)}") for phone in phones),
        ]


class RescheduleForm(_WhenForm):
    """Another time for a callback, and why."""

    is_wish = forms.BooleanField(required=False, label=_("The person asked to be called then"))
    reason = forms.CharField(max_length=200, strip=True, label=_("Why"))


class CancelForm(forms.Form):
    """Why a promised call is not made."""

    reason = forms.CharField(
        max_length=200,
        strip=True,
        label=_("Why"),
        error_messages={"required": _("Say why the callback is cancelled.")},
    )


class CallbackFilterForm(forms.Form):
    """What narrows the list besides the view; lives in the URL."""

    agent = forms.ChoiceField(required=False, label=_("Agent"))
    portfolio = forms.ChoiceField(required=False, label=_("Portfolio"))

    def offer(self, agents: list[tuple[str, str]], portfolios: list[tuple[str, str]]) -> None:
        """Gives the choices; a choice of one is none."""
        for name, choices in (("agent", agents), ("portfolio", portfolios)):
            if len(choices) < 2:
                del self.fields[name]
            else:
                self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]
