"""The car is not taken without a court, or the debtor's consent on the spot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import first_silent, objection
from compliance.rules.orders import KINDS, has_order, order_edges
from compliance.rules.parameters import Parameter, words

PARAMETERS: dict[str, Parameter] = {"orders": words(of=KINDS).required()}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies taking the car without one of the orders, for every loan it secures.

    China: realisation is agreed or goes through the court (民法典 410), and self-help needs an
    emergency (1177), so no car is taken unattended or by force.
    """
    orders = rule.values["orders"]
    if has_order(facts, orders):
        return []
    opens_at = first_silent(facts, lambda later: not has_order(later, orders), order_edges(facts))
    return [objection(rule, "court_order_missing", opens_at=opens_at, event="court_order")]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when an order begins or ends."""
    return order_edges(facts)
