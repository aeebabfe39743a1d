"""What the person said yes or no to: the newest answer of a kind counts; silence is unknown."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from compliance.gate.facts import ContactFacts, PermissionFact

#: The kinds of answer that rules ask for; see `PermissionFact`.
PERMISSIONS = (
    *("channel", "automated_calls", "call_back", "hours"),
    *("third_party", "work_email", "work_calls", "visit"),
)


def is_permitted(facts: ContactFacts, kind: str) -> bool:
    """Says whether the newest answer is yes, about every loan of the request."""
    return all(
        found is not None and found.answer == "yes"
        for found in (newest(facts, kind, loan) for loan in facts.request.loan_ids)
    )


def refusal(facts: ContactFacts, kind: str) -> PermissionFact | None:
    """Returns the newest answer where it is no, about any loan of the request."""
    for loan in facts.request.loan_ids:
        found = newest(facts, kind, loan)
        if found is not None and found.answer == "no":
            return found
    return None


def newest(facts: ContactFacts, kind: str, loan: UUID | None = None) -> PermissionFact | None:
    """Returns the newest answer of a kind that counts for the contact at its instant.

    One about a channel, a number or a loan counts for that one only; one that has run out no
    longer counts. Of two answers of one instant the one that came in later does.
    """
    at = facts.request.at
    counting = [
        answer
        for answer in facts.permissions
        if answer.kind == kind
        and answer.given_at <= at
        and (answer.until is None or at < answer.until)
        and _is_about(facts, answer, loan)
    ]
    # The newest of equals: they stand in the order they came in.
    return max(reversed(counting), key=lambda answer: answer.given_at, default=None)


def permission_edges(facts: ContactFacts) -> list[datetime]:
    """Returns the instants after the one asked about at which answers begin or run out."""
    at = facts.request.at
    edges = (edge for answer in facts.permissions for edge in (answer.given_at, answer.until))
    return sorted({edge for edge in edges if edge is not None and edge > at})


def _is_about(facts: ContactFacts, answer: PermissionFact, loan: UUID | None) -> bool:
    request = facts.request
    return (
        answer.channel in ("", request.channel)
        and answer.contact_point_id in (None, request.contact_point_id)
        and (answer.loan_id is None or loan is None or answer.loan_id == loan)
    )
