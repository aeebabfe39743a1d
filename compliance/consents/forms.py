"""The form of a consent or refusal of one kind."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from compliance.attempts.models import AttemptChannel
from compliance.consents.models import ConsentAnswer, ConsentKind
from compliance.registers.entry_form import (
    EntryForm,
    day_field,
    hour_field,
    moment_field,
    source_field,
)

#: Kinds that may be about one number or address, and of which sort.
_OF_A_POINT: Final = {
    ConsentKind.CHANNEL: (),
    ConsentKind.AUTOMATED_CALLS: ("phone",),
    ConsentKind.WORK_CALLS: ("phone",),
    ConsentKind.WORK_EMAIL: ("email",),
}
#: Kinds that may be about one loan.
_OF_A_LOAN: Final = frozenset({ConsentKind.CALL_BACK, ConsentKind.THIRD_PARTY, ConsentKind.VISIT})


class ConsentForm(EntryForm):
    """A yes or a no, with what its kind asks for."""

    answer = forms.ChoiceField(
        label=_("Answer"), choices=ConsentAnswer.choices, widget=forms.RadioSelect
    )
    given_at = moment_field(_("When it was said"))
    source = source_field()

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.initial.setdefault("given_at", self.now.replace(tzinfo=None))
        if kind == ConsentKind.CHANNEL:
            self.fields["channel"] = forms.ChoiceField(
                label=_("Way of contact"), choices=[("", _("choose")), *AttemptChannel.choices]
            )
        if kind in _OF_A_POINT:
            self.offer_points(_("Number or address"), kinds=_OF_A_POINT[ConsentKind(kind)])
        if kind in _OF_A_LOAN:
            self.offer_loans(all_loans=_("all loans of the person"))
        if kind == ConsentKind.CALL_BACK:
            self.fields["only_on"] = day_field(
                _("Only on"), required=False, help_text=_("Empty: for the days the rule allows.")
            )
        if kind == ConsentKind.HOURS:
            self.fields["opens"] = hour_field(_("From"))
            self.fields["closes"] = hour_field(_("To"))
        self.fields["until"] = day_field(
            _("Last day"), required=False, help_text=_("Empty: until it is taken back.")
        )
        self.order_fields(["token", "channel", "answer", "contact_point", "loan"])

    def values(self) -> dict[str, Any]:
        """Returns the valid form as the service takes it."""
        data = self.cleaned_data
        return {
            "kind": self.kind,
            "answer": data["answer"],
            "channel": data.get("channel", ""),
            "given_at": self.moment("given_at"),
            "source": data["source"],
            "contact_point": self.contact_point(),
            "loan": self.loan(),
            "until": self.end_of(data["until"]),
            "only_on": data.get("only_on"),
            "opens": data.get("opens"),
            "closes": data.get("closes"),
        }
