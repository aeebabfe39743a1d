"""What signs the events of a telephone system: two while it is renewed."""

from __future__ import annotations

from collections_app.dialling.models import DiallerAccount
from core.encryption.secrets import secret_of


def signing_secrets(account: DiallerAccount) -> tuple[str, ...]:
    """Returns what may sign an event now: the secret, and the one before while it holds."""
    return tuple(filter(None, (secret_of(account), secret_of(account, "previous_secret"))))
