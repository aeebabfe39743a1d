"""An entry of the logger as it comes in: what was typed, and the token it is saved under once."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User

#: What comes along with an entry and is no part of it.
_CARRIED = frozenset({"csrfmiddlewaretoken", "then"})


def entry_of(request: HttpRequest) -> dict[str, str]:
    """Returns the fields of the entry as they were typed."""
    return {name: request.POST[name] for name in request.POST if name not in _CARRIED}


def token_of(request: HttpRequest) -> str:
    """Returns the token of the form, under which its entry is saved once."""
    return request.POST.get("token", "")[:64]


def entry_scope(user: User) -> str:
    """Keeps the tokens of one agent's entries apart from everybody else's."""
    return f"log_call:{user.pk}"
