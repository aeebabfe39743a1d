"""The rules the gate runs, by the name packs use. A rule is a pure function over gathered facts."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from compliance.gate.facts import AppliedRule, ContactFacts, Counter, Effect, Finding
from compliance.rules import (
    agency,
    attorney,
    bankruptcy,
    breathing_space,
    caps,
    cease,
    complaint,
    consent,
    court_order,
    deceased,
    dispute,
    gap,
    hardship,
    inconvenient_place,
    inconvenient_time,
    location_once,
    military,
    opt_out,
    opt_out_statement,
    pause,
    private_phone,
    proceedings,
    protected_goods,
    reconfirmation,
    refusals,
    served_notice,
    stale_feed,
    stops,
    third_party_content,
    third_party_refused,
    time_barred,
    unknown_data,
    unreachable_debtor,
    validation_period,
    visit_notice,
    visit_people,
    visit_recorded,
    vulnerable,
    window,
    work_email,
    workplace,
)
from compliance.rules.parameters import Parameter, parse_clock
from compliance.rules.permissions import permission_edges
from compliance.rules.scope import SCOPE, in_scope, speaks_of
from compliance.rules.standing import stop_changes


@dataclass(frozen=True, slots=True)
class Rule:
    """How one rule judges, what a pack may tell it, and when its answer may change.

    - check: called only for contacts in the scope that the pack gives it;
    - parameters: what a document may say to it: its own and the scope's;
    - changes: instants after the one asked about, in order, at which the clock alone may change
      its answer, beside those at which stops and answers begin and end;
    - count: for a limit, how much of it is used;
    - judges: kinds of stop (or a refusal) that are its to judge; no other rule denies for them.
    """

    check: Callable[[ContactFacts, AppliedRule], list[Finding]]
    parameters: Mapping[str, Parameter]
    changes: Callable[[ContactFacts, AppliedRule], Iterable[datetime]] | None
    count: Callable[[ContactFacts, AppliedRule], Counter] | None
    judges: frozenset[str]


def _rule(module: ModuleType) -> Rule:
    """A rule as its file says it: `check` and `PARAMETERS`, and where it has them the others."""
    return Rule(
        check=module.check,
        parameters={**SCOPE, **module.PARAMETERS},
        changes=getattr(module, "changes", None),
        count=getattr(module, "count", None),
        judges=getattr(module, "JUDGES", frozenset()),
    )


#: Rules with parameters from a pack, by the name of their file: run once for every pack that
#: carries them.
RULES: dict[str, Rule] = {
    module.__name__.rpartition(".")[2]: _rule(module)
    for module in (
        agency,
        attorney,
        bankruptcy,
        breathing_space,
        caps,
        cease,
        complaint,
        consent,
        court_order,
        deceased,
        dispute,
        gap,
        hardship,
        inconvenient_place,
        inconvenient_time,
        location_once,
        military,
        opt_out,
        opt_out_statement,
        pause,
        private_phone,
        protected_goods,
        reconfirmation,
        served_notice,
        third_party_content,
        third_party_refused,
        time_barred,
        unreachable_debtor,
        validation_period,
        visit_notice,
        visit_people,
        visit_recorded,
        vulnerable,
        window,
        work_email,
        workplace,
    )
}


def _judged(facts: ContactFacts) -> frozenset[str]:
    """The stops and refusals that some rule in force judges for this kind of contact."""
    return frozenset().union(
        *(RULES[rule.rule].judges for rule in facts.rules if speaks_of(facts, rule))
    )


def _stops(facts: ContactFacts) -> list[Finding]:
    if not facts.stops:
        return []
    # What proceedings close is theirs to say: other ways stay open.
    return stops.check(facts, _judged(facts) | {proceedings.KIND}) + proceedings.check(facts)


def _refusals(facts: ContactFacts) -> list[Finding]:
    return refusals.check(facts, _judged(facts)) if refusals.is_refused(facts) else []


#: Rules that hold whatever the packs say.
ALWAYS: tuple[Callable[[ContactFacts], list[Finding]], ...] = (
    _stops,
    _refusals,
    unknown_data.check,
    stale_feed.check,
)


def findings(facts: ContactFacts) -> list[Finding]:
    """Runs every rule over the facts and returns all objections; the strictest wins by adding."""
    return list(_objections(facts))


def is_denied(facts: ContactFacts) -> bool:
    """Says whether some rule denies the contact; those after the first that does are not run."""
    return any(finding.effect is Effect.DENY for finding in _objections(facts))


def _objections(facts: ContactFacts) -> Iterator[Finding]:
    for check in ALWAYS:
        yield from check(facts)
    for rule in facts.rules:
        if in_scope(facts, rule):
            yield from RULES[rule.rule].check(facts, rule)


def counters(facts: ContactFacts) -> tuple[Counter, ...]:
    """Returns how much of each limit on the contact asked for is used."""
    return tuple(
        count(facts, rule)
        for rule in facts.rules
        if (count := RULES[rule.rule].count) is not None and in_scope(facts, rule)
    )


def changes(facts: ContactFacts) -> Iterator[datetime]:
    """Yields in order, each once, the instants at which the clock alone may change the answer."""
    sources: list[Iterable[datetime]] = [stop_changes(facts), permission_edges(facts)]
    for rule in facts.rules:
        find = RULES[rule.rule].changes
        if find is not None and speaks_of(facts, rule):
            sources.append(find(facts, rule))
    latest = facts.request.at
    for instant in heapq.merge(*sources):
        if instant > latest:
            latest = instant
            yield instant


def check_values(rule: str, code: str, values: Mapping[str, Any]) -> None:
    """Raises ValidationError when a document tells a rule what it does not understand."""
    known = RULES[rule].parameters
    for name in values:
        if name not in known:
            raise ValidationError(
                _("%(code)s: %(rule)s knows no parameter %(name)s. It knows %(known)s.")
                % {"code": code, "rule": rule, "name": name, "known": ", ".join(sorted(known))}
            )
    for name, parameter in known.items():
        if name in values and not parameter.fits(values[name]):
            raise ValidationError(
                _("%(code)s: %(name)s must be %(expected)s.")
                % {"code": code, "name": name, "expected": parameter.expected}
            )
        if parameter.is_required and name not in values:
            raise ValidationError(
                _("%(code)s: %(name)s is missing; it must be %(expected)s.")
                % {"code": code, "name": name, "expected": parameter.expected}
            )
    if rule == "window":
        _check_window(code, values)


def _check_window(code: str, values: Mapping[str, Any]) -> None:
    closes = parse_clock(values["closes"])
    opens = parse_clock(values["opens"])
    if opens is None or (closes is not None and opens >= closes):
        raise ValidationError(
            _("%(code)s: the window must open before it closes.") % {"code": code}
        )
