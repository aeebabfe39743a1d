"""The form of a telephone system in the administration: its secret goes in and never out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from collections_app.dialling.models import DiallerAccount
from collections_app.dialling.registry import DIALLERS


class DiallerAccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic at run time
    """Settings are names and values, as the adapter asks for them."""

    adapter = forms.ChoiceField(
        label=_("Adapter"),
        choices=[(code, code) for code in DIALLERS],
        help_text=_("manual: agents dial. loopback: calls nobody, for trying things out."),
    )
    new_secret = forms.CharField(
        required=False,
        max_length=200,
        label=_("New secret"),
        help_text=_("It signs the events. Empty: the one there is stays; the former holds too."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    ends_previous = forms.BooleanField(
        required=False, label=_("End the secret before"), help_text=_("What it signs is refused.")
    )

    class Meta:
        model = DiallerAccount
        fields = ("name", "adapter", "portfolio", "settings", "is_on")

    def clean_settings(self) -> Any:
        """An empty field is no settings."""
        return self.cleaned_data.get("settings") or {}

    def _post_clean(self) -> None:
        """Leaves the row alone: what is allowed is said by the service, and a secret in clear must
        not come near the column that keeps it sealed."""
