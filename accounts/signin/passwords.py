"""Password rules beyond Django's own: an upper length, no words of the house, no repetition."""

from __future__ import annotations

import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class MaximumLengthValidator:
    """Refuses what would only make hashing expensive."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object | None = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Your password can have up to %(n)d characters.") % {"n": self.max_length}


class ContextWordValidator:
    """Refuses a password that is little more than the product's name."""

    least_rest = 8

    def validate(self, password: str, user: object | None = None) -> None:
        rest = password.lower().replace(settings.SITE_NAME.lower(), "")
        if rest != password.lower() and len(rest) < self.least_rest:
            raise ValidationError(self.get_help_text(), code="password_context")

    def get_help_text(self) -> str:
        return _("Your password can't be built on the name of this system.")


class RepetitionValidator:
    """Refuses one short piece written again and again: "passwordpassword", "123412341234"."""

    _repeated = re.compile(r"(.{1,10})\1+", re.DOTALL)

    def validate(self, password: str, user: object | None = None) -> None:
        if self._repeated.fullmatch(password):
            raise ValidationError(self.get_help_text(), code="password_repeats")

    def get_help_text(self) -> str:
        return _("Your password can't be one short piece repeated.")
