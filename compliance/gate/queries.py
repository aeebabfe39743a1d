"""Gathers what the rules look at, in a fixed number of queries for any number of people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from compliance.gate.facts import (
    AppliedRule,
    Channel,
    ContactFacts,
    ContactRequest,
    PastContact,
    StopFact,
)
from compliance.gate.past import Past, read_past, since_when
from compliance.gate.people import PortfolioFact, Signatories, feeds_of, read_signatories
from compliance.gate.places import Whereabouts, whereabouts_of
from compliance.gate.price import read_paid_shares
from compliance.gate.reach import why_unreachable
from compliance.gate.records import (
    Records,
    notices_for,
    orders_for,
    permissions_for,
    preferences_for,
    read_records,
    stops_for,
)
from compliance.rulepacks.queries import RulesOfADay, rules_on
from loans.borrowers.models import ContactKind, ContactPlace
from loans.contracts.models import PartyRole

_NOWHERE = Whereabouts()


@dataclass(slots=True)
class _Material:
    """The rows behind a batch of requests, by the keys the requests use."""

    signatories: Signatories
    places: dict[UUID, Whereabouts]
    records: Records
    rules: dict[date, RulesOfADay]
    past: Past
    paid_shares: dict[UUID, Decimal]


class _Background(NamedTuple):
    """What is the same for every channel and instant of the day, about one person and loans."""

    portfolios: list[PortfolioFact]
    whereabouts: Whereabouts
    stops: tuple[StopFact, ...]
    fields: dict[str, Any]


def gather(request: ContactRequest, *, also: Iterable[AppliedRule] = ()) -> ContactFacts:
    """Reads everything the rules need about one request. Counts never depend on who asks.

    `also` are rules not in force that are to be tried on the same facts: they may look further
    back. Raises LoanParty.DoesNotExist when the party stands in no role to a loan of the request,
    which is also so where there is no such loan.
    """
    return gather_many([request], also=also)[0]


def gather_many(
    requests: Sequence[ContactRequest], *, also: Iterable[AppliedRule] = ()
) -> list[ContactFacts]:
    """Reads everything the rules need about many requests; raises as `gather` does."""
    if not requests:
        return []
    material = _read(requests, also)
    known: dict[tuple[object, ...], _Background] = {}
    return [_facts_of(request, material, known) for request in requests]


def _read(requests: Sequence[ContactRequest], also: Iterable[AppliedRule]) -> _Material:
    loans = {loan_id for request in requests for loan_id in request.loan_ids}
    people = {request.party_id for request in requests}
    signatories = read_signatories(loans)
    rules = _rules_of_all(requests, signatories.portfolios.values())
    reached = people | set(signatories.borrowers.values())
    records = read_records(
        people=people | signatories.people_on(loans),
        loans=loans,
        portfolios=signatories.portfolios.keys(),
        reached=reached,
    )
    return _Material(
        signatories=signatories,
        places={party_id: whereabouts_of(party_id, records) for party_id in reached},
        records=records,
        rules=rules,
        past=read_past(people=people, loans=loans, since=_since(requests, rules, also)),
        paid_shares=read_paid_shares(
            {
                loan_id
                for request in requests
                if request.channel == Channel.REPOSSESSION
                for loan_id in request.loan_ids
            }
        ),
    )


def _rules_of_all(
    requests: Sequence[ContactRequest], portfolios: Iterable[PortfolioFact]
) -> dict[date, RulesOfADay]:
    """The packs of every portfolio asked about, on every local day of the batch; one query."""
    days = {_day_at(request, portfolio) for request in requests for portfolio in portfolios}
    codes = {code for portfolio in portfolios for code in portfolio.rule_packs}
    return rules_on(pack_codes=codes, days=days) if days else {}


def _day_at(request: ContactRequest, portfolio: PortfolioFact) -> date:
    return request.at.astimezone(ZoneInfo(portfolio.time_zone)).date()


def _since(
    requests: Sequence[ContactRequest],
    rules: dict[date, RulesOfADay],
    also: Iterable[AppliedRule],
) -> datetime:
    packs = (pack for day in rules.values() for pack in day.packs.values())
    return since_when(requests, chain(also, (rule for pack in packs for rule in pack.for_lender)))


def _facts_of(
    request: ContactRequest, material: _Material, known: dict[tuple[object, ...], _Background]
) -> ContactFacts:
    key = (request.party_id, request.loan_ids, request.recipient, request.at)
    if key not in known:
        known[key] = _background(request, material)
    behind = known[key]
    point = behind.whereabouts.point_of(request)
    rules, missing = _rules(request, behind, material)
    return ContactFacts(
        request=request,
        zones=behind.whereabouts.zones_of(point),
        rules=rules,
        missing_packs=missing,
        contact_point_invalid=point is not None and point.is_invalid,
        contact_point_missing=point is None,
        place=point.place if point else "",
        point_kind=point.kind if point else "",
        is_work_email=point is not None
        and point.kind == ContactKind.EMAIL
        and point.place == ContactPlace.WORK,
        paid_share=_paid_share(request, material),
        **behind.fields,
    )


def _background(request: ContactRequest, material: _Material) -> _Background:
    signatories, records = material.signatories, material.records
    role = signatories.role_of(request)
    portfolios = signatories.portfolios_of(request)
    whereabouts = material.places.get(request.party_id, _NOWHERE)
    history = material.past.of(people=[request.party_id], loans=request.loan_ids)
    others = sorted(signatories.people_on(request.loan_ids) - {request.party_id})
    stops = stops_for(
        request, records, people=[request.party_id, *others], portfolios=[p.pk for p in portfolios]
    )
    stale, absent = feeds_of(portfolios)
    fields = {
        "role": role,
        "relationship": signatories.relationship_of(request),
        "history_known": all(p.contacts_known_from is not None for p in portfolios),
        "stale_feeds": stale,
        "feed_missing": absent,
        "day_zone": whereabouts.day_zone or portfolios[0].time_zone,
        "locations": whereabouts.locations,
        "history": history,
        "stops": stops,
        "permissions": permissions_for(request, records, borrowers=signatories.borrowers),
        "preferences": preferences_for(request, records),
        "notices": notices_for(request, records),
        "orders": orders_for(request, records),
        "unreachable": _unreachable(request, role, material, stops, history),
        "portfolio_id": portfolios[0].pk,
    }
    return _Background(portfolios, whereabouts, stops, fields)


def _rules(
    request: ContactRequest, behind: _Background, material: _Material
) -> tuple[tuple[AppliedRule, ...], tuple[str, ...]]:
    return material.rules[_day_at(request, behind.portfolios[0])].of(
        (code for portfolio in behind.portfolios for code in portfolio.rule_packs),
        locations=behind.whereabouts.locations,
        organisation=request.organisation,
    )


def _unreachable(
    request: ContactRequest,
    role: str,
    material: _Material,
    stops: tuple[StopFact, ...],
    history: tuple[PastContact, ...],
) -> str:
    """Why the debtor cannot be reached, asked only where somebody else is about to be."""
    if role != PartyRole.REFERENCE and not request.recipient:
        return ""
    for loan_id in request.loan_ids:
        debtor_id = material.signatories.borrowers.get(loan_id)
        if debtor_id is not None and (
            why := why_unreachable(
                debtor_id=debtor_id,
                at=request.at,
                whereabouts=material.places.get(debtor_id, _NOWHERE),
                history=history,
                # A stop of the person asked about names nobody.
                stops=(stop for stop in stops if (stop.party_id or request.party_id) == debtor_id),
            )
        ):
            return why
    return ""


def _paid_share(request: ContactRequest, material: _Material) -> Decimal | None:
    """The greatest share of the loans asked about; None when one of them is not known."""
    shares = [material.paid_shares.get(loan_id) for loan_id in request.loan_ids]
    known = [share for share in shares if share is not None]
    return max(known) if len(known) == len(shares) else None
