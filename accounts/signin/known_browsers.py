"""Browsers that have signed in to an account before, known by a signed cookie.

A limit on failed attempts per account lets a stranger lock its owner out. Failures from a known
browser are counted apart from all others, so they cannot. The cookie opens nothing by itself.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE: Final = "known-browser"
_SALT: Final = "accounts.signin.known_browsers"
_AGE: Final = timedelta(days=180)
_MOST_ACCOUNTS: Final = 5
STRANGER: Final = "stranger"


def browser_of(request: HttpRequest, account: str) -> str:
    """Returns the name under which this browser is known to the account, or "stranger"."""
    return _read(request).get(_digest(account), STRANGER)


def remember(request: HttpRequest, response: HttpResponseBase, account: str) -> None:
    """Makes the browser known to the account that has just signed in from it."""
    known = _read(request)
    name = known.pop(_digest(account), None) or secrets.token_urlsafe(9)
    kept = dict([*known.items(), (_digest(account), name)][-_MOST_ACCOUNTS:])
    response.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=int(_AGE.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, str]:
    cookie = request.COOKIES.get(COOKIE, "")
    try:
        known = signing.loads(cookie, salt=_SALT, max_age=_AGE) if cookie else {}
    except (signing.BadSignature, json.JSONDecodeError):
        return {}
    return known if isinstance(known, dict) else {}


def _digest(account: str) -> str:
    """Addresses do not stand in the cookie in clear."""
    keyed = f"{_SALT}|{settings.SECRET_KEY}|{account}".encode()
    return hashlib.sha256(keyed).hexdigest()[:24]
