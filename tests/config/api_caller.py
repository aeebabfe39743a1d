"""Calls the API as another system does: with a token, over HTTP."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from accounts.access.models import ApiToken
from accounts.access.rights import Role, rights_of
from accounts.access.services import issue_token
from accounts.models import User
from accounts.signatures.services import issue_signing_secret
from core import clock
from core.ids import uuid7
from loans.portfolios.models import Portfolio
from loans.portfolios.services import grant_portfolio
from tests.loans.builders import CLERK, next_number


@dataclass
class Caller:
    """An integration with one token."""

    user: User
    token: ApiToken
    secret: str
    signing_secret: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def get(self, path: str, query: Any = None, **headers: str) -> Any:
        address = path if path.startswith(("/", "http")) else f"/api/v1/{path}"
        return self.client.get(address, query, headers=self._headers(headers))

    def post(self, path: str, body: Any, key: str | None = None, **headers: str) -> Any:
        """Posts JSON under a key of its own unless one is given; "" sends none."""
        key = str(uuid7()) if key is None else key
        text = body if isinstance(body, str) else json.dumps(body)
        more = {"idempotency-key": key} if key else {}
        return self.client.post(
            f"/api/v1/{path}",
            text,
            content_type="application/json",
            headers=self._headers(more | headers),
        )

    def post_signed(self, path: str, body: Any, key: str | None = None, **headers: str) -> Any:
        """Posts JSON signed as docs/api.md says."""
        key, text = str(uuid7()) if key is None else key, json.dumps(body)
        signed = signed_headers(self.signing_secret, f"/api/v1/{path}", key, text.encode())
        return self.post(path, text, key=key, **{**signed, **headers})

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"authorization": f"Bearer {self.secret}", **more}


def build_caller(*portfolios: Portfolio, scopes: set[str] | None = None) -> Caller:
    """An integration that may see these portfolios, with every right it can have unless said."""
    user = User.objects.create_user(
        f"feed{next_number()}@example.com",
        password=None,
        full_name="Loan System",
        role=Role.INTEGRATION,
    )
    for portfolio in portfolios:
        grant_portfolio(portfolio=portfolio, user=user, by=CLERK)
    wanted = scopes if scopes is not None else rights_of(Role.INTEGRATION)
    issued = issue_token(user=user, name="Feed", scopes=wanted, by=CLERK)
    signing = issue_signing_secret(user=user, by=CLERK).secret
    return Caller(user=user, token=issued.row, secret=issued.secret, signing_secret=signing)


def signed_headers(secret: str, path: str, key: str, body: bytes) -> dict[str, str]:
    """The two headers of a signed POST, worked out from the description alone."""
    moment = f"{clock.now().timestamp():.0f}.{next_number() % 10**6}"
    text = f"{moment}\nPOST\n{path}\n{key}\n".encode() + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {"makegood-timestamp": moment, "makegood-signature": f"v1={digest}"}


def problem_of(answer: Any) -> str:
    """Returns the code of a problem, having checked its form."""
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    assert {"title", "detail", "instance"} <= set(body)
    prefix, _colon, code = body["type"].rpartition(":")
    assert prefix == "urn:makegood:problem"
    return code
