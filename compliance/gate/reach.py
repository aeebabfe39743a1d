"""Why a debtor cannot be reached, which alone lets somebody else be asked where they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from compliance.gate.facts import Channel, PastContact, StopFact
from compliance.gate.places import Whereabouts

#: So many failed contacts in a row, as the banking association's guide has it.
FAILURES: Final = 3

#: Ways of trying to speak with somebody, and the endings that say it failed.
_SPOKEN: Final = frozenset({Channel.CALL, Channel.VISIT})
_FAILED: Final = frozenset(
    {
        *("no_answer", "no_voicemail", "busy", "not_in_service", "wrong_number"),
        *("failed", "not_met"),
    }
)
#: Says nothing about whether the person can be reached: not ended yet, or not made.
_SILENT: Final = frozenset({"", "not_made"})


def why_unreachable(
    *,
    debtor_id: UUID,
    at: datetime,
    whereabouts: Whereabouts,
    history: Iterable[PastContact],
    stops: Iterable[StopFact],
) -> str:
    """Returns deceased, incapacitated, number_invalid or three_failures, or nothing.

    `stops` are those of the debtor; `history` may be of others too.
    """
    for stop in stops:
        if stop.starts_at <= at and (stop.ends_at is None or at < stop.ends_at):
            if stop.kind == "deceased":
                return "deceased"
            if stop.kind == "vulnerable" and stop.details.get("incapacitated"):
                return "incapacitated"
    if whereabouts.has_phone and not whereabouts.has_valid_phone:
        return "number_invalid"
    return "three_failures" if _failures_in_a_row(debtor_id, at, history) >= FAILURES else ""


def _failures_in_a_row(debtor_id: UUID, at: datetime, history: Iterable[PastContact]) -> int:
    """How many of the newest contacts failed; anything heard from the debtor ends the row."""
    failures = 0
    for contact in reversed(tuple(history)):
        if contact.party_id != debtor_id or contact.at > at or contact.outcome in _SILENT:
            continue
        if contact.direction == "inbound":
            break
        if contact.channel in _SPOKEN:
            if contact.outcome not in _FAILED:
                break
            failures += 1
    return failures
