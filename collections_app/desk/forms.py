"""The forms of the desk: filters of the queue, logging a call, having a hidden value shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.desk.keyset import ORDERS
from collections_app.desk.reveal import HiddenChoice
from loans.borrowers.disclosure import HiddenValue, RevealPurpose

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
