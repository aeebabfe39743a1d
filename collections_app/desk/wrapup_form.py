"""The form of the logger: how a call ended, what the result asks for, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from collections_app.callbacks.forms import EXAMPLES
from collections_app.callbacks.hours import zone_of_case
from collections_app.callbacks.parsing import read_when
from collections_app.cases.models import Case, NextStep
from collections_app.contacts.asks import (
    MESSAGE_LEFT,
    Ask,
    DisputedMatter,
    PaidThrough,
    WhyLate,
)
from collections_app.contacts.models import ResultCode
from collections_app.contacts.queries import call_results, phones_of
from collections_app.contacts.wrapup import Answers, Wrapup
from collections_app.desk.call_saving import Agreed, OtherCall
from collections_app.desk.people import shown_name
from collections_app.promises.forms import PromisePartsForm
from core import clock
from loans.borrowers.models import ContactPoint

_CHOOSE = ("", _("choose"))
#: The morning hour of a step that has a day and no time.
_MORNING = time(9)


class WrapupForm(forms.Form):
    """How a call ended and what comes next. Times are on the portfolio's clock.

    Of what only some results ask for, the fields of the others are left alone: what stands in them
    is no answer.
    """

    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    result = forms.ModelChoiceField(
        queryset=ResultCode.objects.none(),
        widget=forms.RadioSelect,
        label=_("What came of it?"),
        error_messages={"required": _("Choose what came of the call.")},
    )
    callback_when = forms.CharField(
        required=False,
        max_length=60,
        strip=True,
        label=_("Call back when"),
        help_text=EXAMPLES,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "t 10"}),
    )
    paid_on = forms.DateField(
        required=False,
        label=_("Paid on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    paid_through = forms.ChoiceField(
        required=False, label=_("Paid how"), choices=[_CHOOSE, *PaidThrough.choices]
    )
    why_late = forms.ChoiceField(
        required=False, label=_("Why late"), choices=[_CHOOSE, *WhyLate.choices]
    )
    dispute_about = forms.ChoiceField(
        required=False, label=_("What is disputed"), choices=[_CHOOSE, *DisputedMatter.choices]
    )
    message = forms.ChoiceField(
        required=False,
        label=_("What was left"),
        choices=[("", _("as usual for this result")), *MESSAGE_LEFT.items()],
    )
    next_step = forms.ChoiceField(
        required=False,
        choices=[("", _("as usual for this result")), *NextStep.choices],
        label=_("Next step"),
    )
    next_on = forms.DateField(
        required=False,
        label=_("On"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    next_at = forms.TimeField(
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

    def __init__(
        self,
        *args: Any,
        case: Case,
        user: User,
        known: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case = case
        self.zone = ZoneInfo(case.portfolio.time_zone)
        self.fields["result"].queryset = call_results()  # type: ignore[attr-defined]
        self.fields["paid_on"].initial = clock.local_today(self.zone)
        self.promise = PromisePartsForm(
            self.data if self.is_bound else None, case=case, user=user, **(known or {})
        )
        if not self.is_bound:
            self.promise.initial = {**self.promise.initial, **_of_promise(self.initial)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("next_at") and not cleaned.get("next_on"):
            self.add_error("next_on", _("Say on which day."))
        result = cleaned.get("result")
        if result is not None and result.asks_for(Ask.CALLBACK):
            self._clean_callback(cleaned)
        return cleaned

    def _clean_callback(self, cleaned: dict[str, Any]) -> None:
        cleaned["callback_at"] = None
        if not cleaned.get("callback_when"):
            return  # the service says what is missing
        try:
            zone = zone_of_case(self.case)
            when = read_when(cleaned["callback_when"], clock.now(), zone)
        except ValidationError as refusal:
            self.add_error("callback_when", refusal)
        else:
            cleaned["callback_at"] = when

    def is_valid(self) -> bool:
        """Looks at the promise too, where the result asks for one."""
        own = super().is_valid()
        return (self.promise.is_valid() and own) if self.asks_for(Ask.PROMISE) else own

    def asks_for(self, ask: str) -> bool:
        """Says whether the result that was chosen asks for it."""
        result = self.cleaned_data.get("result") if hasattr(self, "cleaned_data") else None
        return result is not None and result.asks_for(ask)

    def wrapup(self) -> Wrapup:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        return Wrapup(
            result=data["result"],
            note=data["note"],
            next_step=data["next_step"],
            next_step_at=self._next_step_at(),
            answers=self._answers(),
        )

    def agreed(self) -> Agreed:
        """Returns what was agreed in the talk, where the result asks for it."""
        return Agreed(
            callback_at=self.cleaned_data.get("callback_at"),
            parts=self.promise.parts() if self.asks_for(Ask.PROMISE) else (),
        )

    def _answers(self) -> Answers:
        """What was asked for and answered; the other fields hold what nobody looked at."""
        data, is_asked = self.cleaned_data, self.asks_for
        return Answers(
            why_late=data["why_late"] if is_asked(Ask.REASON) else "",
            paid_on=data["paid_on"] if is_asked(Ask.PAID) else None,
            paid_through=data["paid_through"] if is_asked(Ask.PAID) else "",
            dispute_about=data["dispute_about"] if is_asked(Ask.DISPUTE) else "",
            message=data["message"] if is_asked(Ask.MESSAGE) else "",
        )

    def _next_step_at(self) -> datetime | None:
        day, at = self.cleaned_data["next_on"], self.cleaned_data["next_at"]
        if day is not None:
            return datetime.combine(day, at or _MORNING, tzinfo=self.zone)
        if self.asks_for(Ask.PROMISE):
            # The morning after the last day promised: whether the money came is seen by then.
            last = max(part.due_on for part in self.promise.parts())
            return datetime.combine(last + timedelta(days=1), _MORNING, tzinfo=self.zone)
        return None

    #: service field -> field of this form
    service_fields: ClassVar[dict[str, str]] = {}

    def add_service_errors(self, errors: dict[str, list[str]]) -> None:
        """Shows the refusals of a service beside the fields they are about."""
        when = "callback_when" if self.asks_for(Ask.CALLBACK) else "next_on"
        fields = {**self.service_fields, "next_step_at": when, "when": "callback_when"}
        for message in errors.pop("promise", []):
            self.promise.add_error(None, message)
        for name, messages in errors.items():
            field = fields.get(name, name)
            for message in messages:
                self.add_error(field if field in self.fields else None, message)


def _of_promise(initial: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a promise in a draft, as its own form names them."""
    mark = "promise-"
    return {name.removeprefix(mark): initial[name] for name in initial if name.startswith(mark)}


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
    service_fields: ClassVar[dict[str, str]] = {"__all__": "made_at"}

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

    def other_call(self) -> OtherCall:
        """Returns the call of the valid form, as the service takes it."""
        data = self.cleaned_data
        return OtherCall(
            contact_point=data["contact_point"],
            at=data["made_at"],
            is_inbound=data["how"] == self.THEY_CALLED,
            reason=data["reason"],
        )
