"""What an account of each adapter must state, and what is wrong with what it states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from notifications.channels.fields import DESCRIBED
from notifications.channels.flow import Lookup
from notifications.channels.mail import PROVIDERS, SMTP
from notifications.channels.registry import SERVES

#: Settings without which an adapter cannot work; every other one has a default.
REQUIRED: Final[Mapping[str, tuple[str, ...]]] = {
    adapter: tuple(setting.name for setting in described.settings if setting.is_required)
    for adapter, described in DESCRIBED.items()
}
#: Settings that decide who is given the secret: changed, the secret is asked for again, so that
#: nobody who may edit an account can have its secret sent to an address of their own.
_WHERE_IT_CALLS: Final = frozenset({"url", "host", "port", "provider", "use_tls"})
#: Such a setting -> what it is where the account does not state it.
_CALLS_UNLESS_STATED: Final[Mapping[str, Any]] = {
    setting.name: setting.default
    for described in DESCRIBED.values()
    for setting in described.settings
    if setting.name in _WHERE_IT_CALLS
}
_ADDRESSES: Final = ("url", "host", "receipts_url")
_SECRET_WORDS: Final = ("secret", "password", "token", "api_key_secret")


def problems_of(
    *, channel: str, adapter: str, settings: Mapping[str, Any], has_secret: bool
) -> list[str]:
    """Returns every problem of an account's description as a sentence; none is good."""
    if adapter not in SERVES.get(channel, ()):
        return [
            _("%(adapter)s does not serve this channel. Use one of: %(known)s.")
            % {"adapter": adapter or "–", "known": ", ".join(SERVES.get(channel, ()))}
        ]
    return [
        *_missing(adapter, settings, has_secret),
        *_wrong(adapter, settings),
        *_secrets_in_clear(settings),
    ]


def calls_elsewhere(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the account's secret would be given to somebody else than before."""
    return any(
        before.get(name, default) != after.get(name, default)
        for name, default in _CALLS_UNLESS_STATED.items()
    )


def _missing(adapter: str, settings: Mapping[str, Any], has_secret: bool) -> Iterator[str]:
    for name in REQUIRED[adapter]:
        if not settings.get(name):
            yield _("%(adapter)s needs the setting %(name)s.") % {"adapter": adapter, "name": name}
    is_smtp = adapter == "mail" and settings.get("provider", SMTP) == SMTP
    signs_in = DESCRIBED[adapter].has_secret and not (is_smtp and not settings.get("user"))
    if signs_in and not has_secret:
        yield _("%(adapter)s needs a secret.") % {"adapter": adapter}
    if is_smtp and not settings.get("host"):
        yield _("%(adapter)s needs the setting %(name)s.") % {"adapter": "SMTP", "name": "host"}


def _wrong(adapter: str, settings: Mapping[str, Any]) -> Iterator[str]:
    names = () if adapter == "mail" else _ADDRESSES
    for name in names:
        address = settings.get(name)
        if address and urlsplit(str(address)).scheme not in ("https", "http"):
            yield _("%(name)s must be an address that starts with https://.") % {"name": name}
    if adapter == "twilio" and not (settings.get("sender") or settings.get("service_sid")):
        yield _("Give the number or name it sends from, or a messaging service.")
    if adapter == "gateway" and settings.get("lookup", Lookup.NONE) not in Lookup.values:
        yield _("lookup is one of: %(known)s.") % {"known": ", ".join(Lookup.values)}
    if adapter == "mail":
        if settings.get("provider", SMTP) not in (SMTP, *PROVIDERS):
            yield _("provider is one of: %(known)s.") % {"known": ", ".join((SMTP, *PROVIDERS))}
        try:
            validate_email(settings.get("sender") or "missing@example.com")
        except ValidationError:
            yield _("sender must be an e-mail address.")


def _secrets_in_clear(settings: Mapping[str, Any]) -> Iterator[str]:
    for name in settings:
        if any(word in name.lower() for word in _SECRET_WORDS):
            yield _("%(name)s looks like a secret. Give it as the secret, which is sealed.") % {
                "name": name
            }
