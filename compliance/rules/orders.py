"""Orders of courts in force, and the debtor's yes on the spot."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from compliance.gate.facts import ContactFacts, OrderFact
from compliance.rules.local_time import day_begins
from compliance.rules.zones import day_zone, today

KINDS = ("possession", "preservation", "stay", "debtor_consent_at_the_time")

#: A yes to taking the car counts on the day it is given, when the car is taken (CCA 1974 s.173(3)).
_ON_THE_SPOT = "debtor_consent_at_the_time"


def has_order(facts: ContactFacts, kinds: Collection[str]) -> bool:
    """Says whether an order of one of the kinds is in force for every loan of the request."""
    day = today(facts)
    return all(
        any(
            order.kind in kinds
            and order.loan_id in (None, loan)
            and order.made_on <= day <= (_last_day(order) or day)
            for order in facts.orders
        )
        for loan in facts.request.loan_ids
    )


def order_edges(facts: ContactFacts) -> list[datetime]:
    """Returns the midnights after the instant asked about at which orders begin or end."""
    zone = day_zone(facts)
    days: set[date] = set()
    for order in facts.orders:
        days.add(order.made_on)
        last_day = _last_day(order)
        if last_day is not None:
            days.add(last_day + timedelta(days=1))
    edges = (day_begins(day, zone) for day in days)
    return sorted(edge for edge in edges if edge > facts.request.at)


def _last_day(order: OrderFact) -> date | None:
    return order.made_on if order.kind == _ON_THE_SPOT else order.until
