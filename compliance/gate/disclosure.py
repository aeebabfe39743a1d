"""What a person may be told of a debt, by the rules in force for them. Pure, over facts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from compliance.gate.facts import AppliedRule, ContactFacts, StopFact
from compliance.rules.scope import is_excepted, speaks_of
from compliance.stops.models import StopKind
from loans.contracts.models import LIABLE_ROLES

_RULE = "third_party_content"


class Extent(StrEnum):
    """How much of the debt a person may hear."""

    DEBT = "debt"
    PERMITTED = "permitted"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class MayBeTold:
    """What one person may be told; `permitted` are the gate's words of content, where only some.

    `citations` are where it is written; empty where no rule in force speaks of the person and it
    follows from their role alone.
    """

    extent: Extent
    permitted: frozenset[str] = frozenset()
    citations: tuple[str, ...] = ()


def may_be_told(facts: ContactFacts) -> MayBeTold:
    """Returns what the person of the request may hear about its loans.

    Who owes the debt may hear it. Of everybody else the strictest rule in force holds, and where
    none speaks of them they hear nothing: silence is no permission.
    """
    refused = next((stop for stop in facts.stops if _asked_to_be_left_alone(stop, facts)), None)
    if refused is not None:
        return MayBeTold(Extent.NOTHING, citations=_citations(facts, "third_party_refused"))
    rules = [rule for rule in facts.rules if rule.rule == _RULE and speaks_of(facts, rule)]
    barring = [rule for rule in rules if not is_excepted(facts, rule)]
    if barring:
        return _by_the_strictest(barring)
    if rules or facts.role in LIABLE_ROLES:
        return MayBeTold(Extent.DEBT, citations=_cited(rules))
    return MayBeTold(Extent.NOTHING)


def _by_the_strictest(rules: list[AppliedRule]) -> MayBeTold:
    permitted = frozenset.intersection(*(frozenset(rule.values["permitted"]) for rule in rules))
    extent = Extent.PERMITTED if permitted else Extent.NOTHING
    return MayBeTold(extent, permitted, _cited(rules))


def _asked_to_be_left_alone(stop: StopFact, facts: ContactFacts) -> bool:
    """A stop of the person asked about names nobody; one that is over counts no more."""
    at = facts.request.at
    return (
        stop.kind == StopKind.THIRD_PARTY_REFUSED
        and stop.party_id is None
        and stop.starts_at <= at
        and (stop.ends_at is None or at < stop.ends_at)
    )


def _citations(facts: ContactFacts, name: str) -> tuple[str, ...]:
    return _cited([rule for rule in facts.rules if rule.rule == name])


def _cited(rules: list[AppliedRule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.citation for rule in rules))
