"""Asking the API of a provider of e-mail whose key this is. Nothing is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from notifications.channels.adapters import Probed
from notifications.channels.http import Answer, call

#: Provider -> its API, the page that names the owner of a key, the header of the key.
_PAGES: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "brevo": ("https://api.brevo.com/v3/", "account", "api-key", "{}"),
    "postmark": ("https://api.postmarkapp.com/", "server", "X-Postmark-Server-Token", "{}"),
    "sendgrid": ("https://api.sendgrid.com/v3/", "scopes", "Authorization", "Bearer {}"),
}


def probe_api(provider: str, secret: str, url: str) -> Probed:
    """Returns whether the provider knows the key; `url` is another address of its API."""
    base, page, header, value = _PAGES[provider]
    result = call(
        method="GET",
        url=f"{(url or base).rstrip('/')}/{page}",
        headers={header: value.format(secret), "Accept": "application/json"},
    )
    if not isinstance(result, Answer):
        return Probed(is_known=False, said=result.reason)
    return Probed(is_known=result.status == 200, said=str(result.status))
