"""How secrets of the second factor are kept, and when it may be taken away."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings

from core.encryption import DataKey, new_data_key, seal, unseal
from core.encryption.sealing import key_id_of

_PLACE = {"table": "mfa_authenticator", "column": "data"}


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals every secret under a data key of its own."""

    def encrypt(self, text: str) -> str:
        key = new_data_key()
        sealed = seal(key=key, plaintext=text, row_id=key.pk, **_PLACE)
        return base64.b64encode(sealed).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text, validate=True)
        key = DataKey.objects.get(pk=key_id_of(sealed))
        return unseal(key=key, sealed=sealed, row_id=key.pk, **_PLACE)

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not settings.REQUIRE_SECOND_FACTOR
