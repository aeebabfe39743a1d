"""How the API knows its caller and what they may do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.access.decorators import PUBLIC, SIGNED_IN, has_right
from accounts.access.models import ApiToken
from accounts.access.services import recognise_token
from accounts.users.models import User


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer mg_…`, a token issued to an integration."""

    keyword = "Bearer"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Returns user and token, or None when the request carries no bearer token."""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != self.keyword.lower().encode():
            return None
        try:
            secret = words[1].decode("ascii") if len(words) == 2 else ""
        except UnicodeDecodeError:
            secret = ""
        token = recognise_token(secret=secret) if secret else None
        if token is None:
            raise AuthenticationFailed(_("This token is unknown, revoked or has run out."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


class HasDeclaredRight(BasePermission):
    """Lets in who has the right that the view names in `required_right`; nobody when it is unset.

    A view with different rights per method maps them in `required_rights` (method to right).
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        by_method: dict[str, str] = getattr(view, "required_rights", {})
        right = by_method.get(request.method or "") or getattr(view, "required_right", None)
        if right == PUBLIC:
            return True
        if right == SIGNED_IN:
            return bool(request.user.is_authenticated and request.user.is_active)
        return right is not None and has_right(request.user, right)


class TokenAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the token appears in the OpenAPI document."""

    target_class = TokenAuthentication
    name = "bearerToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "mg_…"}
