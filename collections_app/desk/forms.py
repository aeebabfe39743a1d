"""The forms of the desk: filters of the queue, logging a call, having a hidden value shown."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.cases.models import Case, NextStep
from collections_app.contacts.models import ResultCode
from collections_app.contacts.queries import call_results, phones_of
from collections_app.contacts.services import Wrapup
from collections_app.desk.keyset import ORDERS
from collections_app.desk.people import shown_name
from collections_app.desk.reveal import HiddenChoice
from core import clock
from loans.borrowers.disclosure import HiddenValue, RevealPurpose
from loans.borrowers.models import ContactPoint

ORDER_NAMES = {
    "obligations": _("obligations first"),
    "next_step": _("next step due first"),
    "late": _("longest late first"),
    "amount": _("largest amount first"),
}


class QueueFilterForm(forms.Form):
    """What narrows and orders the queue; lives in the URL. Unknown values are left out."""

    q = forms.CharField(
        required=False,
        max_length=60,
        label=_("Contract or name"),
        strip=True,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    portfolio = forms.ChoiceField(required=False, label=_("Portfolio"))
    order = forms.ChoiceField(
        required=False,
        choices=[("", _("as usual")), *((key, ORDER_NAMES[key]) for key in ORDERS)],
        label=_("Order"),
    )

    def offer_portfolios(self, portfolios: list[tuple[str, str]]) -> None:
        """Gives the choice of portfolios; with only one there is nothing to choose."""
        if len(portfolios) < 2:
            del self.fields["portfolio"]
            return
        field = self.fields["portfolio"]
        field.choices = [("", _("all")), *portfolios]  # type: ignore[attr-defined]


class RevealForm(forms.Form):
    """Which hidden value, and what for."""

    value = forms.ChoiceField(
        label=_("What"), error_messages={"required": _("Choose what to show.")}
    )
    purpose = forms.ChoiceField(
        label=_("What for"),
        choices=[("", _("choose")), *RevealPurpose.choices],
        error_messages={"required": _("Say what you need it for.")},
    )

    def __init__(self, *args: Any, choices: list[HiddenChoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hidden = {choice.key: choice.value for choice in choices}
        field = self.fields["value"]
        field.choices = [(choice.key, choice.label) for choice in choices]  # type: ignore[attr-defined]

    def chosen(self) -> HiddenValue:
        """Returns the value the valid form asks for."""
        return self.hidden[self.cleaned_data["value"]]


class WrapupForm(forms.Form):
    """How a call ended and what comes next. The person's clock for an agreed time."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    result = forms.ModelChoiceField(
        queryset=ResultCode.objects.none(),
        widget=forms.RadioSelect,
        label=_("What came of it?"),
        error_messages={"required": _("Choose what came of the call.")},
    )
    next_step = forms.ChoiceField(
        required=False,
        choices=[("", _("as usual for this result")), *NextStep.choices],
        label=_("Next step"),
    )
    callback_on = forms.DateField(
        required=False,
        label=_("On"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    callback_at = forms.TimeField(
        required=False,
        label=_("At"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        strip=True,
        label=_("Note"),
        widget=forms.Textarea(
            attrs={
                "rows": 2,
                "placeholder": _("In the person's own words. No card numbers."),
                "data-key": "KeyN",
                "aria-keyshortcuts": "N",
            }
        ),
    )

    #: service field -> field of this form
    service_fields: ClassVar[dict[str, str]] = {
        "next_step_at": "callback_on",
        "when": "callback_on",
    }

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.zone = ZoneInfo(case.portfolio.time_zone)
        self.fields["result"].queryset = call_results()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("callback_at") and not cleaned.get("callback_on"):
            self.add_error("callback_on", _("Say on which day."))
        return cleaned

    def wrapup(self) -> Wrapup:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        return Wrapup(
            result=data["result"],
            note=data["note"],
            next_step=data["next_step"],
            next_step_at=self._next_step_at(),
        )

    @property
    def agreed_time(self) -> datetime | None:
        """The time agreed for a callback, naive, on the person's own clock; None for no callback.

        A result that asks when, with a call as its next step, is a call that was promised.
        """
        data = self.cleaned_data
        step = data["next_step"] or data["result"].next_step
        is_agreed = data["result"].needs_next_time and step == NextStep.CALL
        return self._typed_time() if is_agreed else None

    def _next_step_at(self) -> datetime | None:
        typed = self._typed_time()
        return typed.replace(tzinfo=self.zone) if typed else None

    def _typed_time(self) -> datetime | None:
        day, at = self.cleaned_data["callback_on"], self.cleaned_data["callback_at"]
        return datetime.combine(day, at or time(9)) if day else None

    def add_service_errors(self, errors: dict[str, list[str]]) -> None:
        """Shows the refusals of a service beside the fields they are about."""
        for name, messages in errors.items():
            field = self.service_fields.get(name, name)
            for message in messages:
                self.add_error(field if field in self.fields else None, message)


class PhoneField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """A choice of numbers, each masked and with the masked name of whose it is."""

    def label_from_instance(self, obj: ContactPoint) -> str:
        return f"{obj.masked} · {shown_name(obj.party)}"


class UnstartedCallForm(WrapupForm):
    """A call that was not started here: the person rang, or somebody dialled without asking."""

    THEY_CALLED, WE_CALLED = "they_called", "we_called"

    how = forms.ChoiceField(
        label=_("How did it come about?"),
        choices=[
            (THEY_CALLED, _("the person called us")),
            (WE_CALLED, _("I called without starting it here")),
        ],
    )
    contact_point = PhoneField(
        queryset=ContactPoint.objects.none(),
        label=_("Number"),
        empty_label=_("choose"),
        error_messages={"required": _("Choose the number.")},
    )
    made_at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reason = forms.CharField(
        required=False,
        max_length=200,
        strip=True,
        label=_("Why was it not started here?"),
        help_text=_("Only for a call you made; the compliance officer reads it."),
    )
    service_fields: ClassVar[dict[str, str]] = {
        **WrapupForm.service_fields,
        "__all__": "made_at",
    }

    def __init__(
        self, *args: Any, case: Case, phones: list[ContactPoint] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, case=case, **kwargs)
        field = self.fields["contact_point"]
        field.queryset = phones_of(case)  # type: ignore[attr-defined]
        if phones is not None:  # read before: only shown here, checked against the database
            field.choices = [  # type: ignore[attr-defined]
                ("", _("choose")),
                *((phone.pk, field.label_from_instance(phone)) for phone in phones),  # type: ignore[attr-defined]
            ]
            if len(phones) == 1:
                field.initial = phones[0].pk
        self.fields["made_at"].initial = clock.local_now(self.zone).replace(second=0, microsecond=0)

    def clean_made_at(self) -> datetime:
        """Reads what was typed on the portfolio's clock, whatever zone the server is in."""
        typed: datetime = self.cleaned_data["made_at"]
        return typed.replace(tzinfo=self.zone)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("how") == self.WE_CALLED and not cleaned.get("reason"):
            self.add_error("reason", _("Say how this call came about without being started here."))
        return cleaned

    @property
    def is_inbound(self) -> bool:
        return bool(self.cleaned_data["how"] == self.THEY_CALLED)
