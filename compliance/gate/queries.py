"""Gathers what the rules look at, in a fixed number of queries for any number of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    OuterRef,
    Subquery,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, LPad

from compliance.consents.models import Consent, ConsentAnswer
from compliance.gate.facts import AppliedRule, ContactFacts, ContactRequest, StopFact
from compliance.rulepacks.queries import RulesOfADay, rules_on
from compliance.stops.models import Stop
from loans.borrowers.models import Address, ContactPoint
from loans.contracts.models import Loan, LoanParty
from loans.portfolios.models import FeedWatermark, Ledger, Portfolio

#: The feed that says whether money has come in; contact about payment waits for it.
REPAYMENT_FEED = "repayments"


class Standing(NamedTuple):
    """A stop, or an answer about a channel: which, since when, about which loan or number."""

    is_stop: bool
    party_id: UUID
    word: str
    channel: str
    about_id: UUID | None
    since: datetime
    until: datetime | None
    reference: str


class PointFact(NamedTuple):
    """What the rules need of a number or address: whose, in which zones, still valid."""

    party_id: UUID
    time_zones: tuple[str, ...]
    is_invalid: bool


@dataclass(slots=True)
class _Material:
    """The rows behind a batch of requests, by the keys the requests use."""

    loans: dict[UUID, Loan]
    roles: dict[tuple[UUID, UUID], list[str]]
    contact_points: dict[UUID, PointFact]
    address_zones: dict[UUID, set[str]]
    standing: dict[UUID, list[Standing]]
    watermarks: dict[UUID, date]
    rules: dict[date, RulesOfADay]


def gather(request: ContactRequest) -> ContactFacts:
    """Reads everything the rules need about one request. Counts never depend on who asks.

    Raises LoanParty.DoesNotExist when the party stands in no role to a loan of the request, which
    is also so where there is no such loan.
    """
    return gather_many([request])[0]


def gather_many(requests: Sequence[ContactRequest]) -> list[ContactFacts]:
    """Reads everything the rules need about many requests; raises as `gather` does."""
    if not requests:
        return []
    material = _read(requests)
    return [_facts_of(request, material) for request in requests]


def _read(requests: Sequence[ContactRequest]) -> _Material:
    party_ids = {request.party_id for request in requests}
    loans: dict[UUID, Loan] = {}
    roles: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    watermarks: dict[UUID, date] = {}
    for row in _signatories(requests, party_ids):
        loans[row.loan_id] = row.loan
        roles[row.loan_id, row.party_id].append(row.role)
        if row.fed_through is not None:
            watermarks[row.loan.portfolio_id] = row.fed_through
    points, zones = _places(requests, party_ids)
    return _Material(
        loans=loans,
        roles=roles,
        contact_points=points,
        address_zones=zones,
        standing=_standing(party_ids),
        watermarks=watermarks,
        rules=_rules_of_all(requests, loans),
    )


def _signatories(requests: Sequence[ContactRequest], party_ids: set[UUID]) -> Iterable[Any]:
    """Who stands in which role to the loans asked about, with how far repayments are complete."""
    fed_through = FeedWatermark.objects.filter(
        portfolio=OuterRef("loan__portfolio"), feed=REPAYMENT_FEED
    )
    return (
        LoanParty.objects.filter(
            loan__in={loan_id for request in requests for loan_id in request.loan_ids},
            party__in=party_ids,
        )
        .select_related("loan__portfolio")
        .annotate(fed_through=Subquery(fed_through.values("through_on")[:1]))
    )


def _places(
    requests: Sequence[ContactRequest], party_ids: set[UUID]
) -> tuple[dict[UUID, PointFact], dict[UUID, set[str]]]:
    """The numbers that are to ring, and the zones of current addresses; one query for both."""
    numbers = ContactPoint.objects.filter(
        party__in=party_ids,
        pk__in={request.contact_point_id for request in requests if request.contact_point_id},
    ).values_list("party_id", "time_zones", "pk", "invalid_since")
    homes = Address.objects.filter(party__in=party_ids, is_current=True).values_list(
        "party_id", "time_zones", Value(None, UUIDField()), Value(None, DateField())
    )
    points: dict[UUID, PointFact] = {}
    zones: dict[UUID, set[str]] = defaultdict(set)
    for party_id, time_zones, pk, invalid_since in numbers.union(homes, all=True):
        if pk is None:
            zones[party_id].update(time_zones)
        else:
            points[pk] = PointFact(party_id, tuple(time_zones), invalid_since is not None)
    return points, zones


def _standing(party_ids: set[UUID]) -> dict[UUID, list[Standing]]:
    """Stops not lifted and answers about channels, by person, oldest first; one query for both."""
    no_end = Value(None, DateTimeField())
    stops = Stop.objects.filter(party__in=party_ids, lifted_at__isnull=True).values_list(
        *(Value(True), "party_id", "kind", "channel", "loan_id", "starts_at", "ends_at"),
        Cast("pk", CharField()),
    )
    answers = Consent.objects.filter(party__in=party_ids).values_list(
        *(Value(False), "party_id", "answer", "channel", "contact_point_id", "given_at", no_end),
        # As text of one length, so that answers of one instant stand in the order they came in.
        LPad(Cast("pk", CharField()), 20, Value("0")),
    )
    grouped: dict[UUID, list[Standing]] = defaultdict(list)
    for row in sorted((Standing(*row) for row in stops.union(answers, all=True)), key=_begin):
        grouped[row.party_id].append(row)
    return grouped


def _begin(row: Standing) -> tuple[datetime, str]:
    return (row.since, row.reference)


def _facts_of(request: ContactRequest, material: _Material) -> ContactFacts:
    roles = [
        role for loan_id in request.loan_ids for role in material.roles[loan_id, request.party_id]
    ]
    if (
        not all(material.roles[loan_id, request.party_id] for loan_id in request.loan_ids)
        or not roles
    ):
        raise LoanParty.DoesNotExist("The person is no party of these loans.")
    loans = [material.loans[loan_id] for loan_id in request.loan_ids]
    portfolios = list({loan.portfolio_id: loan.portfolio for loan in loans}.values())
    contact_point = _own_contact_point(request, material)
    rules, missing = _rules(request, portfolios, material)
    stale, absent = _feeds(portfolios, material.watermarks)
    return ContactFacts(
        request=request,
        role=min(roles),
        zones=_zones(request, contact_point, material),
        rules=tuple(rules),
        missing_packs=tuple(missing),
        history_known=all(p.contacts_known_from is not None for p in portfolios),
        contact_point_invalid=contact_point is not None and contact_point.is_invalid,
        contact_point_missing=contact_point is None,
        stale_feeds=stale,
        feed_missing=absent,
        channel_refused=_refused(request, material.standing[request.party_id]),
        stops=_stops(request, material.standing[request.party_id]),
    )


def _own_contact_point(request: ContactRequest, material: _Material) -> PointFact | None:
    point = (
        material.contact_points.get(request.contact_point_id) if request.contact_point_id else None
    )
    return point if point is not None and point.party_id == request.party_id else None


def _rules(
    request: ContactRequest, portfolios: list[Portfolio], material: _Material
) -> tuple[list[AppliedRule], list[str]]:
    day = _day_at(request, portfolios[0])
    return material.rules[day].of(code for p in portfolios for code in p.rule_packs)


def _day_at(request: ContactRequest, portfolio: Portfolio) -> date:
    return request.at.astimezone(ZoneInfo(portfolio.time_zone)).date()


def _rules_of_all(
    requests: Sequence[ContactRequest], loans: dict[UUID, Loan]
) -> dict[date, RulesOfADay]:
    """The rules of every portfolio asked about, on every local day of the batch; one query."""
    portfolios = {loan.portfolio_id: loan.portfolio for loan in loans.values()}.values()
    days = {_day_at(request, portfolio) for request in requests for portfolio in portfolios}
    codes = {code for portfolio in portfolios for code in portfolio.rule_packs}
    return rules_on(pack_codes=codes, days=days) if days else {}


def _zones(
    request: ContactRequest, contact_point: PointFact | None, material: _Material
) -> tuple[str, ...]:
    """Every zone the person may be in: of the number that is to ring and of current addresses."""
    zones = set(material.address_zones[request.party_id])
    if contact_point is not None:
        zones.update(contact_point.time_zones)
    return tuple(sorted(zones))


def _stops(request: ContactRequest, rows: Iterable[Standing]) -> tuple[StopFact, ...]:
    return tuple(
        StopFact(
            kind=row.word,
            reference=row.reference,
            channel=row.channel,
            starts_at=row.since,
            ends_at=row.until,
        )
        for row in rows
        if row.is_stop and (row.about_id is None or row.about_id in request.loan_ids)
    )


def _refused(request: ContactRequest, oldest_first: Sequence[Standing]) -> bool:
    """Whether the newest answer about this channel, for this number or for all, is no."""
    for row in reversed(oldest_first):
        if row.is_stop or row.channel != request.channel or row.since > request.at:
            continue
        if row.about_id in (None, request.contact_point_id):
            return row.word == ConsentAnswer.NO
    return False


def _feeds(
    portfolios: list[Portfolio], watermarks: dict[UUID, date]
) -> tuple[tuple[tuple[str, date], ...], bool]:
    """Feeds older than their portfolio's limit; only a ledger kept elsewhere depends on one."""
    external = [p for p in portfolios if p.ledger == Ledger.EXTERNAL]
    stale = tuple(
        (f"{portfolio.code} {REPAYMENT_FEED}", watermarks[portfolio.pk])
        for portfolio in external
        if portfolio.pk in watermarks
        and watermarks[portfolio.pk]
        < portfolio.business_date - timedelta(days=portfolio.feed_limit_days)
    )
    return stale, any(portfolio.pk not in watermarks for portfolio in external)
