"""The contacts that limits count: of the people asked about, and of anybody about their loans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import connection

from compliance.gate.facts import AppliedRule, ContactRequest, PastContact

#: How far back contacts are read where no rule in force looks further.
LOOKBACK: Final = timedelta(days=40)
#: A window of local days begins up to this long before the same count of days in UTC.
_DAY_EDGE: Final = timedelta(days=2)

_MISDIRECTED: Final = "wrong_number"

#: One scan of the person's index, one of the loans', each attempt once.
_SQL: Final = """
WITH meant AS (
    SELECT id FROM compliance_attempt
    WHERE party_id = ANY(%(people)s::uuid[]) AND at >= %(since)s
    UNION
    SELECT attempt.id FROM compliance_attemptloan AS about
    JOIN compliance_attempt AS attempt ON attempt.id = about.attempt_id
    WHERE about.loan_id = ANY(%(loans)s::uuid[]) AND attempt.at >= %(since)s
)
SELECT attempt.at, attempt.channel, attempt.direction, coalesce(ended.outcome, ''),
    attempt.party_id, about.loan_ids, ended.at, attempt.mode, attempt.purpose,
    attempt.contact_point_id, coalesce(point.place, ''), attempt.organisation, attempt.recipient
FROM meant
JOIN compliance_attempt AS attempt ON attempt.id = meant.id
CROSS JOIN LATERAL (
    SELECT array_agg(loan_id) AS loan_ids FROM compliance_attemptloan
    WHERE attempt_id = meant.id
) AS about
LEFT JOIN LATERAL (
    SELECT outcome, at FROM compliance_settlement
    WHERE attempt_id = meant.id ORDER BY sequence DESC LIMIT 1
) AS ended ON true
LEFT JOIN loans_contactpoint AS point ON point.id = attempt.contact_point_id
ORDER BY attempt.at, attempt.id
"""


@dataclass(slots=True)
class Past:
    """Contacts of a batch, by person and by loan; each list oldest first."""

    by_party: dict[UUID, list[tuple[int, PastContact]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    by_loan: dict[UUID, list[tuple[int, PastContact]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def of(self, *, people: Iterable[UUID], loans: Iterable[UUID]) -> tuple[PastContact, ...]:
        """Returns the contacts of people and about loans, each once, oldest first."""
        found = {
            place: contact
            for rows in (
                *(self.by_party.get(party_id, ()) for party_id in people),
                *(self.by_loan.get(loan_id, ()) for loan_id in loans),
            )
            for place, contact in rows
        }
        return tuple(found[place] for place in sorted(found))


def read_past(*, people: Collection[UUID], loans: Collection[UUID], since: datetime) -> Past:
    """Reads the contacts since an instant, with how each ended as known now. One query."""
    past = Past()
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {"people": list(people), "loans": list(loans), "since": since})
        rows = cursor.fetchall()
    for place, row in enumerate(rows):
        contact = _contact(row)
        past.by_party[contact.party_id].append((place, contact))
        for loan_id in contact.loan_ids:
            past.by_loan[loan_id].append((place, contact))
    return past


def since_when(requests: Iterable[ContactRequest], rules: Iterable[AppliedRule]) -> datetime:
    """Returns from when contacts matter: the longest that any rule in force looks back."""
    longest = max(
        (
            timedelta(days=value)
            for rule in rules
            for name, value in rule.values.items()
            if name.endswith("days") and isinstance(value, int)
        ),
        default=LOOKBACK,
    )
    return min(request.at for request in requests) - max(longest, LOOKBACK) - _DAY_EDGE


def _contact(row: tuple[object, ...]) -> PastContact:
    at, channel, direction, outcome, party_id, loan_ids, ended_at, *more = row
    mode, purpose, point_id, place, organisation, recipient = more
    return PastContact(
        at=at,
        channel=channel,
        direction=direction,
        outcome=outcome,
        party_id=party_id,
        loan_ids=tuple(loan_ids or ()),
        ended_at=ended_at,
        mode=mode,
        purpose=purpose,
        contact_point_id=point_id,
        place=place,
        organisation=organisation,
        recipient=recipient,
        is_misdirected=outcome == _MISDIRECTED,
    )
