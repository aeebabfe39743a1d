"""The answer rule by rule: which were asked, what each read, and which object."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from compliance.gate.citations import citation_text
from compliance.gate.facts import AppliedRule, ContactFacts, Decision, Effect, Finding
from compliance.gate.sentences import event_sentence, reason_sentence
from compliance.rulepacks.documents import RuleEntry
from compliance.rulepacks.models import Binding
from compliance.rulepacks.sentences import rule_sentence
from compliance.rulepacks.words import value_text
from compliance.rules import caps
from compliance.rules.registry import ALWAYS, RULES
from compliance.rules.scope import is_excepted, speaks_of
from compliance.whatif.reading import left_of, local_text, what_it_read


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One rule and what it said. `state` is the mark: allowed, caution, later, stopped, none."""

    code: str
    asks: str
    state: str
    says: str
    read: str
    citation: str
    pack: str
    force: str

    @property
    def objects(self) -> bool:
        return self.state in ("later", "stopped")


def trace(facts: ContactFacts, *, zone: str) -> list[TraceLine]:
    """Returns what holds whatever the packs say, then every rule that speaks of the contact."""
    asked = [rule for rule in facts.rules if speaks_of(facts, rule)]
    return [*_always(facts, zone), *(_line(facts, rule, zone) for rule in asked)]


def not_asked(facts: ContactFacts) -> list[tuple[str, str, str]]:
    """Returns the rules that speak of other contacts: code, what each asks, of which contacts."""
    return [
        (rule.code, rule_sentence(_entry(rule)), _scope(rule))
        for rule in facts.rules
        if not speaks_of(facts, rule)
    ]


def answer_state(decision: Decision) -> str:
    """Returns the mark of a whole answer."""
    if not decision.allowed:
        return "later" if decision.next_allowed_at else "stopped"
    warned = any(found.effect is Effect.WARN for found in decision.findings)
    return "caution" if warned else "allowed"


def finding_text(found: Finding, zone: str) -> str:
    """Returns why a rule objects and what lifts it."""
    parts = [reason_sentence(found.reason, found.values)]
    if found.opens_at is not None:
        parts.append(_("until %(time)s") % {"time": local_text(found.opens_at, zone)})
    elif found.event:
        parts.append(event_sentence(found.event))
    return str(_(", ")).join(parts)


def _always(facts: ContactFacts, zone: str) -> list[TraceLine]:
    found = [finding for check in ALWAYS for finding in check(facts)]
    if not found:
        return [
            TraceLine(
                code="ALWAYS",
                asks=_("Unknown is no; a stop or a refusal holds though no pack names it"),
                state="allowed",
                says=_("no objection"),
                read=_("facts complete, money up to date, no further stop"),
                citation=_("policy of this system"),
                pack="",
                force="",
            )
        ]
    return [
        TraceLine(
            code=finding.code,
            asks=_("Holds whatever the packs say"),
            state=_state(finding),
            says=finding_text(finding, zone),
            read="",
            citation=citation_text(finding.citation),
            pack="",
            force="",
        )
        for finding in found
    ]


def _line(facts: ContactFacts, rule: AppliedRule, zone: str) -> TraceLine:
    state, says = _said(facts, rule, zone)
    return TraceLine(
        code=rule.code,
        asks=rule_sentence(_entry(rule)),
        state=state,
        says=says,
        read=what_it_read(facts, rule),
        citation=citation_text(rule.citation),
        pack=rule.pack,
        force=str(Binding(rule.binding).label),
    )


def _said(facts: ContactFacts, rule: AppliedRule, zone: str) -> tuple[str, str]:
    if is_excepted(facts, rule):
        return "none", _("makes an exception for this contact")
    found = RULES[rule.rule].check(facts, rule)
    if found:
        return _state(found[0]), str(_("; ")).join(finding_text(one, zone) for one in found)
    if rule.rule == "caps":
        return "allowed", left_of(caps.count(facts, rule))
    return "allowed", _("no objection")


def _state(found: Finding) -> str:
    if found.effect is Effect.WARN:
        return "caution"
    return "later" if found.opens_at is not None else "stopped"


def _scope(rule: AppliedRule) -> str:
    parts = [
        value_text(name, rule.values[name])
        for name in ("channels", "modes", "purposes", "roles", "places")
        if name in rule.values
    ]
    return str(_("; ")).join(parts)


def _entry(rule: AppliedRule) -> RuleEntry:
    return RuleEntry(rule.rule, rule.code, rule.values, rule.citation, "", "")
