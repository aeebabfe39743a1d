"""Goods on which a part of the price is paid come back through the court only."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import first_silent, objection
from compliance.rules.orders import KINDS, has_order, order_edges
from compliance.rules.parameters import Parameter, fraction, words

PARAMETERS: dict[str, Parameter] = {
    "paid_share": fraction().required(),
    "orders": words(of=KINDS).required(),
}

_PLACES = 12


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies taking goods on which a third of the total price is paid (CCA 1974 s.90).

    Where nobody knows how much is paid, and nobody has said whether they are protected, they are
    taken to be.
    """
    is_protected = _is_protected(facts, rule)
    orders = rule.values["orders"]
    if is_protected is False or has_order(facts, orders):
        return []
    opens_at = first_silent(facts, lambda later: not has_order(later, orders), order_edges(facts))
    return [
        objection(
            rule,
            "goods_protected" if is_protected else "paid_share_unknown",
            opens_at=opens_at,
            event="court_order" if is_protected else "paid_share_known",
        )
    ]


def changes(facts: ContactFacts, rule: AppliedRule) -> Iterable[datetime]:
    """Returns when an order begins or ends."""
    return order_edges(facts)


def _is_protected(facts: ContactFacts, rule: AppliedRule) -> bool | None:
    """Yes, no or nobody knows; what a person said, or the share paid, whichever protects."""
    if facts.is_protected_goods:
        return True
    if facts.paid_share is None:
        return facts.is_protected_goods
    part, whole = rule.values["paid_share"]
    # A share is a quotient cut off somewhere: exactly a third must not come out below a third.
    return bool(round(facts.paid_share * whole, _PLACES) >= part)
