"""Forms of accounts with providers: each adapter's settings; secrets go in and never out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from loans.portfolios.models import Portfolio
from notifications.channels.fields import DESCRIBED, Setting, said_settings
from notifications.channels.models import ChannelAccount

#: Shorter ones can be guessed; those of providers are longer by far.
_LEAST_OF_WEBHOOKS: Final = 16


def _secret_field(label: Any, hint: Any, *, is_required: bool, least: int | None = None) -> Any:
    """A secret is typed in and never shown, not even to who mends the form."""
    return forms.CharField(
        label=label,
        required=is_required,
        min_length=least,
        max_length=400,
        help_text=hint,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}, render_value=False),
    )


def _field(setting: Setting) -> forms.Field:
    told: dict[str, Any] = {
        "label": setting.label,
        "help_text": setting.hint,
        "required": setting.is_required,
        "initial": setting.default,
    }
    if setting.kind == "flag":
        return forms.BooleanField(**told | {"required": False})
    if setting.kind == "choice":
        return forms.ChoiceField(**told | {"required": True}, choices=setting.choices)
    if setting.kind == "number":
        return forms.IntegerField(**told, min_value=0, max_value=65_535)
    if setting.kind == "email":
        return forms.EmailField(**told, max_length=200)
    if setting.kind == "lines":
        return forms.CharField(**told, max_length=600, widget=forms.Textarea(attrs={"rows": 4}))
    return forms.CharField(**told, max_length=200)


class AccountForm(forms.Form):
    """Name and settings of an account of one adapter. `settings` gives them as they are kept."""

    name = forms.CharField(label=_("Name of the account"), max_length=80)

    def __init__(
        self, data: Any, *, channel: str, adapter: str, kept: Mapping[str, Any] | None = None
    ) -> None:
        self.own = DESCRIBED[adapter].settings
        self.said = said_settings(channel)
        self._kept = dict(kept or {})
        super().__init__(data, initial=self._shown())
        for setting in (*self.own, *self.said):
            self.fields[setting.name] = _field(setting)

    def own_fields(self) -> list[forms.BoundField]:
        """Returns what the adapter asks for."""
        return [self[setting.name] for setting in self.own]

    def said_fields(self) -> list[forms.BoundField]:
        """Returns what wordings may name."""
        return [self[setting.name] for setting in self.said]

    def settings(self) -> dict[str, Any]:
        """Returns what was filled in; what no field speaks of stays as it was."""
        settings = (*self.own, *self.said)
        found = dict(self._kept)
        for setting in settings:
            value = self.cleaned_data[setting.name]
            if setting.kind == "lines":
                value = [line.strip() for line in value.splitlines() if line.strip()]
            if value in ("", None, []):
                found.pop(setting.name, None)
            else:
                found[setting.name] = value
        return found

    def _shown(self) -> dict[str, Any]:
        return {
            name: "\n".join(value) if isinstance(value, list) else value
            for name, value in self._kept.items()
        }


class NewAccountForm(AccountForm):
    """An account before it is there: whose it is, and its secrets."""

    def __init__(
        self,
        data: Any,
        *,
        channel: str,
        adapter: str,
        portfolios: Iterable[Portfolio],
        may_serve_all: bool,
    ) -> None:
        super().__init__(data, channel=channel, adapter=adapter)
        self._portfolios = {str(row.pk): row for row in portfolios}
        choices: list[tuple[str, Any]] = [(key, row.name) for key, row in self._portfolios.items()]
        if may_serve_all:
            choices.insert(0, ("", _("every portfolio without its own")))
        self.fields["portfolio"] = forms.ChoiceField(
            label=_("Portfolio"), choices=choices, required=not may_serve_all
        )
        label = DESCRIBED[adapter].secret
        if label:
            self.fields["secret"] = _secret_field(
                label, _("Sealed at once and never shown again."), is_required=False
            )
            self.fields["webhook_secret"] = _secret_field(
                _("Secret of webhooks"),
                _("Where the provider signs with another one; at least 16 characters."),
                is_required=False,
                least=_LEAST_OF_WEBHOOKS,
            )

    def facts(self) -> dict[str, Any]:
        """Returns what the service takes."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "settings": self.settings(),
            "portfolio": self._portfolios.get(data["portfolio"]),
            "secret": data.get("secret", ""),
            "webhook_secret": data.get("webhook_secret", ""),
        }


class EditAccountForm(AccountForm):
    """An account that stands: its name and settings; the secret where it would call elsewhere."""

    def __init__(self, data: Any, *, account: ChannelAccount) -> None:
        super().__init__(
            data, channel=account.channel, adapter=account.adapter, kept=account.settings
        )
        self.initial["name"] = account.name
        if account.secret is not None or DESCRIBED[account.adapter].has_secret:
            self.fields["secret"] = _secret_field(
                DESCRIBED[account.adapter].secret,
                _("Only where the address that is called changes."),
                is_required=False,
            )


class SecretForm(forms.Form):
    """A new secret for an account; `which` is the one for calls or the one for webhooks."""

    which = forms.ChoiceField(
        label=_("Which one"),
        choices=[
            ("calls", _("For calls")),
            ("webhooks", _("For webhooks")),
        ],
        widget=forms.RadioSelect,
    )
    secret = _secret_field(
        _("New secret"), _("Sealed at once and never shown again."), is_required=True
    )

    @property
    def is_of_webhooks(self) -> bool:
        return bool(self.cleaned_data["which"] == "webhooks")

    def clean(self) -> dict[str, Any]:
        """The secret of webhooks is made up by people: it has to be long."""
        data = super().clean() or {}
        secret = data.get("secret", "")
        if data.get("which") == "webhooks" and 0 < len(secret) < _LEAST_OF_WEBHOOKS:
            self.add_error("secret", _("Give at least 16 characters."))
        return data
