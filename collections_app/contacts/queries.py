"""Reads around a call that is under way."""

from __future__ import annotations

from accounts.models import User
from compliance.attempts.models import Attempt
from core.encryption.sealing import unseal
from loans.borrowers.models import ContactPoint


def number_being_called(*, attempt: Attempt, agent: User) -> str:
    """Returns the number in clear to the agent who started the call, until it has an outcome.

    That the agent saw it stands in the trail since the call was started. Raises PermissionError
    for anybody else, or once the call is settled.
    """
    if attempt.made_by_id != str(agent.pk) or attempt.settlements.exists():
        raise PermissionError("Only the agent on the line sees the number, while on the line.")
    point = attempt.contact_point
    if point is None:
        return ""
    return unseal(
        key=attempt.party.data_key,
        sealed=point.value,
        table=ContactPoint._meta.db_table,
        column="value",
        row_id=point.pk,
    )
