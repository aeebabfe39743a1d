"""The document of a rule pack version: what it says, read strictly, with every problem at once."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from compliance.rulepacks.grounds import GROUNDS
from compliance.rulepacks.models import Binding, RulePackVersion, RuleParameters
from compliance.rules import registry

#: A country, a region of it, a city of that: US, US-MA, US-NY-NYC.
PLACE: Final = re.compile(r"[A-Z]{2}(-[^\W_]+){0,2}")

#: Capital letters, so that an address never takes a pack for one of its own words.
_PACK_CODE: Final = re.compile(r"[A-Z0-9][-A-Z0-9]{0,39}")
_SLUG: Final = re.compile(r"[-A-Za-z0-9_]{1,40}")
_KEYS: Final = frozenset({"code", "name", "place", "version", "effective_from", "rules"})
_RULE_KEYS: Final = frozenset({"rule", "code", "values", "citation", "binding", "override"})
#: Who a rule may bind, as documents name them.
_ACTORS: Final = ("lender", "agency")


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """One rule of a document. `binding` is its force for the lender."""

    rule: str
    code: str
    values: Mapping[str, Any]
    citation: str
    binding: str
    agency_binding: str
    override: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Returns the rule as a document writes it."""
        return {
            "rule": self.rule,
            "code": self.code,
            "values": dict(self.values),
            "citation": self.citation,
            "binding": {"lender": self.binding, "agency": self.agency_binding},
            "override": list(self.override),
        }


@dataclass(frozen=True, slots=True)
class PackDocument:
    """One version of a pack as its document says."""

    code: str
    name: str
    place: str
    version: int
    effective_from: date
    rules: tuple[RuleEntry, ...]

    def as_json(self) -> dict[str, Any]:
        """Returns the document; reading it again gives the same."""
        return {
            "code": self.code,
            "name": self.name,
            "place": self.place,
            "version": self.version,
            "effective_from": self.effective_from.isoformat(),
            "rules": [rule.as_json() for rule in self.rules],
        }


def read_document(document: Any) -> PackDocument:
    """Reads a document; raises ValidationError with one sentence for each of its problems."""
    problems = list(_problems(document))
    if problems:
        raise ValidationError(problems)
    return PackDocument(
        code=document["code"],
        name=document["name"].strip(),
        place=document.get("place", ""),
        version=document["version"],
        effective_from=date.fromisoformat(document["effective_from"]),
        rules=tuple(_entry(rule) for rule in document["rules"]),
    )


def document_of(version: RulePackVersion) -> PackDocument:
    """Returns the document of a published version, rebuilt from what is stored."""
    return PackDocument(
        code=version.pack.code,
        name=version.pack.name,
        place=version.pack.place,
        version=version.version,
        effective_from=version.effective_from,
        rules=tuple(
            entry_of(stored) for stored in sorted(version.rules.all(), key=lambda rule: rule.pk)
        ),
    )


def entry_of(stored: RuleParameters) -> RuleEntry:
    """Returns a stored rule as its document says it."""
    return RuleEntry(
        rule=stored.rule,
        code=stored.code,
        values=stored.values,
        citation=stored.citation,
        binding=stored.binding,
        agency_binding=stored.agency_binding,
        override=tuple(stored.override),
    )


def fingerprint(document: Mapping[str, Any]) -> str:
    """Returns what tells a document that was judged apart from any other."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _entry(rule: Mapping[str, Any]) -> RuleEntry:
    forces = rule["binding"]
    lender, agency = (
        (forces, forces) if isinstance(forces, str) else (forces[actor] for actor in _ACTORS)
    )
    return RuleEntry(
        rule=rule["rule"],
        code=rule["code"],
        values=rule["values"],
        citation=rule["citation"].strip(),
        binding=lender,
        agency_binding=agency,
        override=tuple(rule.get("override", ())),
    )


def _problems(document: Any) -> Iterator[str]:
    if not isinstance(document, Mapping):
        yield _("The document is not an object; begin it with {.")
        return
    yield from _head_problems(document)
    rules = document.get("rules")
    if not isinstance(rules, list) or not rules:
        yield _("The document has no rules; give at least one under “rules”.")
        return
    for number, rule in enumerate(rules, 1):
        if isinstance(rule, Mapping):
            yield from _rule_problems(_name_of(rule, number), rule)
        else:
            yield _("Rule %(number)d is not an object; write it between { and }.") % {
                "number": number
            }
    yield from _repeated(rules)


def _head_problems(document: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown_keys(_("The document"), document, _KEYS)
    if not _fits(_PACK_CODE, document.get("code")):
        yield _("The pack's “code” must be capital letters, digits and hyphens, such as US-MA.")
    name = document.get("name")
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 160:
        yield _("The pack has no “name”, or one of more than 160 signs.")
    place = document.get("place", "")
    if place != "" and not (_fits(PLACE, place) and len(place) <= 20):
        yield _("“place” must be like US, US-MA or US-NY-NYC, or left out.")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= 32767:
        yield _("“version” must be a whole number from 1.")
    if not _is_day(document.get("effective_from")):
        yield _("“effective_from” must be a day such as 2027-01-31.")


def _rule_problems(name: str, rule: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown_keys(name, rule, _RULE_KEYS)
    if not _fits(_SLUG, rule.get("code")):
        yield _("%(rule)s has no “code” by which reasons can quote it.") % {"rule": name}
    citation = rule.get("citation")
    if not isinstance(citation, str) or not citation.strip():
        yield _("%(rule)s has no citation; say where it is written.") % {"rule": name}
    elif len(citation.strip()) > 300:
        yield _("%(rule)s: the citation has more than 300 signs; shorten it.") % {"rule": name}
    if not _is_binding(rule.get("binding")):
        yield _(
            "%(rule)s: “binding” must be “law” or “policy”, or both said for “lender” and “agency”."
        ) % {"rule": name}
    yield from _override_problems(name, rule.get("override", []))
    yield from _value_problems(name, rule)


def _value_problems(name: str, rule: Mapping[str, Any]) -> Iterator[str]:
    known = rule.get("rule")
    if not isinstance(known, str) or known not in registry.RULES:
        yield _("%(rule)s: there is no rule “%(known)s”. Known rules: %(all)s.") % {
            "rule": name,
            "known": known,
            "all": ", ".join(sorted(registry.RULES)),
        }
        return
    values = rule.get("values")
    if not isinstance(values, Mapping):
        yield _("%(rule)s: “values” is missing; write {} where there are none.") % {"rule": name}
        return
    try:
        registry.check_values(known, name, values)
    except ValidationError as refused:
        yield from refused.messages


def _override_problems(name: str, grounds: Any) -> Iterator[str]:
    if not isinstance(grounds, list):
        yield _("%(rule)s: “override” must be a list of grounds; [] means never.") % {"rule": name}
        return
    for ground in grounds:
        if not isinstance(ground, str) or ground not in GROUNDS:
            yield _(
                "%(rule)s: there is no ground “%(ground)s” for an override. Known: %(all)s."
            ) % {
                "rule": name,
                "ground": ground,
                "all": ", ".join(sorted(GROUNDS)),
            }


def _repeated(rules: list[Any]) -> Iterator[str]:
    codes = Counter(
        str(rule["code"]) for rule in rules if isinstance(rule, Mapping) and rule.get("code")
    )
    for code, times in codes.items():
        if times > 1:
            yield _("%(rule)s stands in the document %(times)d times; name each rule once.") % {
                "rule": code,
                "times": times,
            }


def _unknown_keys(name: str, given: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    """A misspelt key would leave its value unsaid, so it is refused."""
    for key in sorted(set(map(str, given)) - known):
        yield _("%(what)s: “%(key)s” is not known here. Known: %(all)s.") % {
            "what": name,
            "key": key,
            "all": ", ".join(sorted(known)),
        }


def _name_of(rule: Mapping[str, Any], number: int) -> str:
    code = rule.get("code")
    return str(code) if code else _("Rule %(number)d") % {"number": number}


def _is_binding(value: Any) -> bool:
    if isinstance(value, Mapping):
        return set(value) == set(_ACTORS) and all(
            force in Binding.values for force in value.values()
        )
    return value in Binding.values


def _fits(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_day(value: Any) -> bool:
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        return False
    return True
