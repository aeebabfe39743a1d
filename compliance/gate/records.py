"""What is on record of people and loans: stops, answers, wishes, notices, orders, where they are.

One query.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection

from compliance.gate.facts import (
    ContactRequest,
    NoticeFact,
    OrderFact,
    PermissionFact,
    PreferenceFact,
    StopFact,
)

#: Registers as rows of one shape; each arm reads one index. The order of the answers of one
#: instant is the order they came in, so the key of a fact is written in one length.
_SQL: Final = """
SELECT 'stop', kind, party_id, loan_id, portfolio_id, channel, NULL::uuid, '', starts_at, ends_at,
    NULL::date, NULL::date, NULL::time, NULL::time, '', NULL::integer, NULL::smallint[], details,
    id::text
FROM compliance_stop
WHERE lifted_at IS NULL AND party_id = ANY(%(people)s::uuid[])
UNION ALL
SELECT 'stop', kind, party_id, loan_id, portfolio_id, channel, NULL, '', starts_at, ends_at,
    NULL, NULL, NULL, NULL, '', NULL, NULL, details, id::text
FROM compliance_stop
WHERE lifted_at IS NULL AND party_id IS NULL AND loan_id = ANY(%(loans)s::uuid[])
UNION ALL
SELECT 'stop', kind, party_id, loan_id, portfolio_id, channel, NULL, '', starts_at, ends_at,
    NULL, NULL, NULL, NULL, '', NULL, NULL, details, id::text
FROM compliance_stop
WHERE lifted_at IS NULL AND portfolio_id = ANY(%(portfolios)s::uuid[])
UNION ALL
SELECT 'answer', kind, party_id, loan_id, NULL, channel, contact_point_id, answer, given_at, until,
    only_on, NULL, opens, closes, '', NULL, NULL, NULL, lpad(id::text, 20, '0')
FROM compliance_consent WHERE party_id = ANY(%(people)s::uuid[])
UNION ALL
SELECT 'wish', kind, party_id, NULL, NULL, '', contact_point_id, place, starts_at, NULL, NULL,
    until, opens, closes, rule, count, days, NULL, id::text
FROM compliance_preference WHERE ended_at IS NULL AND party_id = ANY(%(people)s::uuid[])
UNION ALL
SELECT 'notice', kind, party_id, loan_id, NULL, '', NULL, '', NULL, NULL, served_on, NULL, NULL,
    NULL, '', days, NULL, NULL, id::text
FROM compliance_servednotice
WHERE withdrawn_at IS NULL AND loan_id = ANY(%(loans)s::uuid[])
UNION ALL
SELECT 'order', kind, NULL, loan_id, NULL, '', NULL, '', NULL, NULL, made_on, until, NULL, NULL,
    '', NULL, NULL, NULL, id::text
FROM compliance_courtorder
WHERE discharged_at IS NULL AND loan_id = ANY(%(loans)s::uuid[])
UNION ALL
SELECT 'number', kind, party_id, NULL, NULL, '', id, place, NULL, NULL, invalid_since, NULL, NULL,
    NULL, '', NULL, NULL, jsonb_build_object('zones', time_zones), id::text
FROM loans_contactpoint WHERE party_id = ANY(%(reached)s::uuid[])
UNION ALL
SELECT 'address', kind, party_id, NULL, NULL, '', NULL, '', NULL, NULL, NULL, NULL, NULL, NULL, '',
    NULL, NULL, jsonb_build_object(
        'zones', time_zones, 'country', country, 'region', region, 'city', city
    ), id::text
FROM loans_address WHERE is_current AND party_id = ANY(%(reached)s::uuid[])
"""


class Record(NamedTuple):
    """A row of one of the registers; `word` is an answer or a place, `number` a count or days."""

    register: str
    kind: str
    party_id: UUID | None
    loan_id: UUID | None
    portfolio_id: UUID | None
    channel: str
    contact_point_id: UUID | None
    word: str
    starts_at: datetime | None
    ends_at: datetime | None
    day: date | None
    last_day: date | None
    opens: time | None
    closes: time | None
    rule: str
    number: int | None
    weekdays: list[int] | None
    details: dict[str, Any] | None
    reference: str


_DETAILS: Final = Record._fields.index("details")


@dataclass(slots=True)
class Records:
    """The rows of a batch by whom or what they are about, oldest first."""

    by_party: dict[UUID, list[Record]] = field(default_factory=dict)
    by_loan: dict[UUID, list[Record]] = field(default_factory=dict)
    by_portfolio: dict[UUID, list[Record]] = field(default_factory=dict)

    def of(self, register: str, party_id: UUID) -> list[Record]:
        """Returns the rows of one person in one register."""
        return [row for row in self.by_party.get(party_id, ()) if row.register == register]


def read_records(
    *,
    people: Collection[UUID],
    loans: Collection[UUID],
    portfolios: Collection[UUID],
    reached: Collection[UUID] = (),
) -> Records:
    """Reads what stands on record about people, loans and portfolios. One query.

    Numbers and addresses are read of those who are to be `reached`.
    """
    records = Records()
    wanted = {"people": people, "loans": loans, "portfolios": portfolios, "reached": reached}
    with connection.cursor() as cursor:
        cursor.execute(_SQL, {name: list(keys) for name, keys in wanted.items()})
        # A plain cursor hands out JSON as text.
        rows = [
            Record(*row[:-2], json.loads(row[-2]) if row[-2] else None, row[-1])
            for row in cursor.fetchall()
        ]
    for row in sorted(rows, key=_begin):
        if row.party_id is not None:
            records.by_party.setdefault(row.party_id, []).append(row)
        elif row.loan_id is not None:
            records.by_loan.setdefault(row.loan_id, []).append(row)
        elif row.portfolio_id is not None:
            records.by_portfolio.setdefault(row.portfolio_id, []).append(row)
    return records


def _record(row: tuple[Any, ...]) -> Record:
    record = Record(*row)
    # The driver hands out JSON as the text it is.
    return record._replace(details=json.loads(row[_DETAILS])) if row[_DETAILS] else record


def _begin(row: Record) -> tuple[float, str]:
    return (row.starts_at.timestamp() if row.starts_at else 0, row.reference)


def stops_for(
    request: ContactRequest, records: Records, *, people: Iterable[UUID], portfolios: Iterable[UUID]
) -> tuple[StopFact, ...]:
    """The stops of the person, of others on the loans, of the loans and of their portfolios."""
    rows = [row for party_id in people for row in records.of("stop", party_id)]
    rows += _of_loans(request, records, "stop")
    rows += [
        row for portfolio_id in portfolios for row in records.by_portfolio.get(portfolio_id, ())
    ]
    return tuple(
        StopFact(
            kind=row.kind,
            reference=row.reference,
            channel=row.channel,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            loan_id=row.loan_id,
            party_id=None if row.party_id == request.party_id else row.party_id,
            details=row.details or {},
        )
        for row in rows
        if row.starts_at is not None and (row.loan_id is None or row.loan_id in request.loan_ids)
    )


def permissions_for(
    request: ContactRequest, records: Records, *, borrowers: Mapping[UUID, UUID]
) -> tuple[PermissionFact, ...]:
    """Every answer of the person, and whom else each loan's borrower lets us tell; oldest first."""
    own = [(row, row.loan_id) for row in records.of("answer", request.party_id)]
    # What a borrower says of their loan is said of that loan only.
    about = [
        (row, loan_id)
        for loan_id in request.loan_ids
        if borrowers.get(loan_id, request.party_id) != request.party_id
        for row in records.of("answer", borrowers[loan_id])
        if row.kind == "third_party" and row.loan_id in (None, loan_id)
    ]
    return tuple(
        PermissionFact(
            kind=row.kind,
            answer=row.word,
            given_at=row.starts_at,
            reference=row.reference,
            channel=row.channel,
            contact_point_id=row.contact_point_id,
            loan_id=loan_id,
            until=row.ends_at,
            only_on=row.day,
            opens=row.opens,
            closes=row.closes,
        )
        for row, loan_id in sorted([*own, *about], key=lambda pair: _begin(pair[0]))
        if row.starts_at is not None
    )


def preferences_for(request: ContactRequest, records: Records) -> tuple[PreferenceFact, ...]:
    """What the person asked for and did not take back."""
    return tuple(
        PreferenceFact(
            kind=row.kind,
            reference=row.reference,
            starts_at=row.starts_at,
            until=row.last_day,
            days=frozenset(row.weekdays or ()),
            opens=row.opens,
            closes=row.closes,
            place=row.word,
            contact_point_id=row.contact_point_id,
            rule=row.rule,
            count=row.number,
        )
        for row in records.of("wish", request.party_id)
        if row.starts_at is not None
    )


def notices_for(request: ContactRequest, records: Records) -> tuple[NoticeFact, ...]:
    """Notices served on the person about the loans asked about."""
    return tuple(
        NoticeFact(
            kind=row.kind,
            served_on=row.day,
            reference=row.reference,
            days=row.number,
            loan_id=row.loan_id,
        )
        for row in records.of("notice", request.party_id)
        if row.day is not None and row.loan_id in request.loan_ids
    )


def orders_for(request: ContactRequest, records: Records) -> tuple[OrderFact, ...]:
    """Orders made about the loans asked about."""
    return tuple(
        OrderFact(
            kind=row.kind,
            made_on=row.day,
            reference=row.reference,
            until=row.last_day,
            loan_id=row.loan_id,
        )
        for row in _of_loans(request, records, "order")
        if row.day is not None
    )


def _of_loans(request: ContactRequest, records: Records, register: str) -> list[Record]:
    return [
        row
        for loan_id in request.loan_ids
        for row in records.by_loan.get(loan_id, ())
        if row.register == register
    ]
