"""Which diallers there are, and the one that calls of a portfolio are placed through."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from collections_app.dialling.adapters import Dialler
from collections_app.dialling.loopback import Loopback
from collections_app.dialling.manual import Manual
from collections_app.dialling.models import DiallerAccount
from core.encryption.secrets import secret_of

#: Name of an adapter -> how it is made from an account's settings, secret and id.
DIALLERS: Final[Mapping[str, Any]] = {Manual.code: Manual, Loopback.code: Loopback}


def dialler_of(account: DiallerAccount | None) -> Dialler:
    """Returns the dialler of an account; without one that is on, the agent dials by hand."""
    if account is None or not account.is_on:
        return Manual()
    made: Dialler = DIALLERS[account.adapter](
        settings=account.settings, secret=secret_of(account), account=str(account.pk)
    )
    return made


def clicking() -> list[str]:
    """Returns the adapters that dial by themselves."""
    return [code for code, kind in DIALLERS.items() if kind.clicks_to_call]
