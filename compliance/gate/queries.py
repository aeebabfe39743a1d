"""Gathers what the rules look at, in a fixed number of queries for any number of people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from compliance.consents.models import Consent, ConsentAnswer
from compliance.gate.facts import AppliedRule, ContactFacts, ContactRequest, StopFact
from compliance.rulepacks.queries import rules_in_force
from compliance.stops.models import Stop
from loans.borrowers.models import Address, ContactPoint
from loans.contracts.models import Loan, LoanParty
from loans.portfolios.models import FeedWatermark, Ledger, Portfolio

#: The feed that says whether money has come in; contact about payment waits for it.
REPAYMENT_FEED = "repayments"


@dataclass(slots=True)
class _Material:
    """The rows behind a batch of requests, by the keys the requests use."""

    loans: dict[UUID, Loan]
    roles: dict[tuple[UUID, UUID], list[str]]
    contact_points: dict[UUID, ContactPoint]
    address_zones: dict[UUID, set[str]]
    stops: dict[UUID, list[Stop]]
    consents: dict[UUID, list[Consent]]
    watermarks: dict[UUID, date]
    rules: dict[tuple[tuple[str, ...], date], tuple[list[AppliedRule], list[str]]]


def gather(request: ContactRequest) -> ContactFacts:
    """Reads everything the rules need about one request. Counts never depend on who asks.

    Raises Loan.DoesNotExist when a loan of the request does not exist, and LoanParty.DoesNotExist
    when the party has nothing to do with them.
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
    loan_ids = {loan_id for request in requests for loan_id in request.loan_ids}
    loans = {
        loan.pk: loan for loan in Loan.objects.filter(pk__in=loan_ids).select_related("portfolio")
    }
    roles: dict[tuple[UUID, UUID], list[str]] = defaultdict(list)
    for loan_id, party_id, role in LoanParty.objects.filter(
        loan__in=loan_ids, party__in=party_ids
    ).values_list("loan_id", "party_id", "role"):
        roles[loan_id, party_id].append(role)
    zones: dict[UUID, set[str]] = defaultdict(set)
    for party_id, names in Address.objects.filter(party__in=party_ids, is_current=True).values_list(
        "party_id", "time_zones"
    ):
        zones[party_id].update(names)
    portfolios = {loan.portfolio for loan in loans.values()}
    return _Material(
        loans=loans,
        roles=roles,
        contact_points=ContactPoint.objects.filter(party__in=party_ids).in_bulk(
            [request.contact_point_id for request in requests if request.contact_point_id]
        ),
        address_zones=zones,
        stops=_by_party(
            Stop.objects.filter(party__in=party_ids, lifted_at__isnull=True).order_by(
                "starts_at", "pk"
            )
        ),
        consents=_by_party(
            Consent.objects.filter(party__in=party_ids).order_by("-given_at", "-pk")
        ),
        watermarks=dict(
            FeedWatermark.objects.filter(portfolio__in=portfolios, feed=REPAYMENT_FEED).values_list(
                "portfolio_id", "through_on"
            )
        ),
        rules={},
    )


RowT = TypeVar("RowT", Stop, Consent)


def _by_party(rows: Iterable[RowT]) -> dict[UUID, list[RowT]]:
    grouped: dict[UUID, list[RowT]] = defaultdict(list)
    for row in rows:
        grouped[row.party_id].append(row)
    return grouped


def _facts_of(request: ContactRequest, material: _Material) -> ContactFacts:
    loans = [material.loans[loan_id] for loan_id in request.loan_ids if loan_id in material.loans]
    if not loans or len(loans) != len(request.loan_ids):
        raise Loan.DoesNotExist("A contact must be about loans that exist.")
    roles = [role for loan in loans for role in material.roles[loan.pk, request.party_id]]
    if not roles:
        raise LoanParty.DoesNotExist("The person is no party of these loans.")
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
        contact_point_invalid=contact_point is not None and contact_point.invalid_since is not None,
        contact_point_missing=contact_point is None,
        stale_feeds=stale,
        feed_missing=absent,
        channel_refused=_refused(request, material.consents[request.party_id]),
        stops=_stops(request, material.stops[request.party_id]),
    )


def _own_contact_point(request: ContactRequest, material: _Material) -> ContactPoint | None:
    point = (
        material.contact_points.get(request.contact_point_id) if request.contact_point_id else None
    )
    return point if point is not None and point.party_id == request.party_id else None


def _rules(
    request: ContactRequest, portfolios: list[Portfolio], material: _Material
) -> tuple[list[AppliedRule], list[str]]:
    codes = tuple(sorted({code for portfolio in portfolios for code in portfolio.rule_packs}))
    day = request.at.astimezone(ZoneInfo(portfolios[0].time_zone)).date()
    if (codes, day) not in material.rules:
        material.rules[codes, day] = rules_in_force(pack_codes=codes, on=day)
    return material.rules[codes, day]


def _zones(
    request: ContactRequest, contact_point: ContactPoint | None, material: _Material
) -> tuple[str, ...]:
    """Every zone the person may be in: of the number that is to ring and of current addresses."""
    zones = set(material.address_zones[request.party_id])
    if contact_point is not None:
        zones.update(contact_point.time_zones)
    return tuple(sorted(zones))


def _stops(request: ContactRequest, rows: Iterable[Stop]) -> tuple[StopFact, ...]:
    return tuple(
        StopFact(
            kind=row.kind,
            reference=str(row.pk),
            channel=row.channel,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
        )
        for row in rows
        if row.loan_id is None or row.loan_id in request.loan_ids
    )


def _refused(request: ContactRequest, newest_first: Iterable[Consent]) -> bool:
    """Whether the newest answer about this channel, for this number or for all, is no."""
    for row in newest_first:
        if row.channel != request.channel or row.given_at > request.at:
            continue
        if row.contact_point_id in (None, request.contact_point_id):
            return row.answer == ConsentAnswer.NO
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
