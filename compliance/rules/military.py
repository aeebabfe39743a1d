"""From somebody in military service nothing is taken without a court."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from compliance.gate.facts import AppliedRule, Channel, ContactFacts, Effect, Finding
from compliance.rules.findings import first_silent, objection
from compliance.rules.orders import has_order, order_edges
from compliance.rules.parameters import Parameter
from compliance.rules.standing import in_force, stop_changes

PARAMETERS: dict[str, Parameter] = {}
JUDGES = frozenset({"military"})

_ORDERS = ("possession",)


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies taking the car during service without a court's order (50 USC 3952).

    Contract and a first payment from before service are taken as given. Other contact is only
    warned about: the act does not bar it, but caps interest and bars default judgments.
    """
    serving = list(in_force(facts, "military"))
    if not serving:
        return []
    if facts.request.channel != Channel.REPOSSESSION:
        return [objection(rule, "military_protection", effect=Effect.WARN)]
    if not _objects(facts):
        return []
    return [
        objection(
            rule,
            "stop_military",
            opens_at=first_silent(facts, _objects, changes(facts, rule)),
            event="court_order",
            reference=serving[0].reference,
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when service or an order begins or ends."""
    return sorted({*stop_changes(facts), *order_edges(facts)})


def _objects(facts: ContactFacts) -> bool:
    return any(True for _stop in in_force(facts, "military")) and not has_order(facts, _ORDERS)
