"""What we answer when the sign-in library asks about our rules."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """People are hired, not registered: an administrator creates every account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
