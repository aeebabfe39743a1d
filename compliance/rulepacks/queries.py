"""Which rules apply: the packs of a portfolio and of a person's places as they stand on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet

from compliance.gate.facts import AppliedRule
from compliance.rulepacks.models import RulePack, RulePackVersion

#: Columns of a version's rules; a version without rules has one row with none of them.
_PARAMETERS = (
    "rules__rule",
    "rules__code",
    "rules__values",
    "rules__citation",
    "rules__override",
    "rules__binding",
    "rules__agency_binding",
)

_Applied = tuple[tuple[AppliedRule, ...], tuple[str, ...]]


class PackRules(NamedTuple):
    """The rules of one pack, with the force they have for the lender and for an agency."""

    place: str
    for_lender: tuple[AppliedRule, ...]
    for_agency: tuple[AppliedRule, ...]


@dataclass(frozen=True, slots=True)
class RulesOfADay:
    """The packs as they stand on a day, by their code."""

    packs: dict[str, PackRules]
    # A list asks for thousands of people of few places; the answer for each kind is made once.
    _known: dict[tuple[frozenset[str], frozenset[str], bool], _Applied] = field(
        default_factory=dict, compare=False, repr=False
    )

    def of(
        self,
        pack_codes: Iterable[str],
        *,
        locations: Iterable[str] = (),
        organisation: str = "",
    ) -> tuple[tuple[AppliedRule, ...], tuple[str, ...]]:
        """Returns the rules that apply, and the named packs that have no version in force.

        Those of every pack that is named and of every local pack one of the `locations` lies in:
        all are asked, so the strictest wins. `organisation` is empty for the lender itself. A pack
        that is named but has no version in force is missing; the caller must treat that as
        unknown, never as permission.
        """
        key = (frozenset(pack_codes), frozenset(locations), organisation != "")
        if key not in self._known:
            self._known[key] = self._applied(*key)
        return self._known[key]

    def _applied(
        self, named: frozenset[str], locations: frozenset[str], is_agency: bool
    ) -> _Applied:
        joining = {
            code
            for code, pack in self.packs.items()
            if pack.place and any(lies_in(location, pack.place) for location in locations)
        }
        chosen = [self.packs[code] for code in sorted(named | joining) if code in self.packs]
        rules = tuple(
            rule for pack in chosen for rule in (pack.for_agency if is_agency else pack.for_lender)
        )
        return rules, tuple(sorted(named.difference(self.packs)))


def lies_in(location: str, place: str) -> bool:
    """Says whether a location such as US-NY-NYC lies in a place such as US-NY."""
    return location == place or location.startswith(f"{place}-")


def rules_on(*, pack_codes: Iterable[str], days: Collection[date]) -> dict[date, RulesOfADay]:
    """Returns for each day the newest versions in force of these packs and of every local pack.

    One query, which leaves out versions that were replaced before the first of the days.
    """
    replaced = RulePackVersion.objects.filter(
        pack=OuterRef("pack"), version__gt=OuterRef("version"), effective_from__lte=min(days)
    )
    versions = (
        RulePackVersion.objects.filter(Q(pack__code__in=set(pack_codes)) | ~Q(pack__place=""))
        .filter(~Exists(replaced), effective_from__lte=max(days))
        .order_by("version", "rules__pk")
        .values_list("effective_from", "pack__code", "pack__place", "version", *_PARAMETERS)
    )
    rows = list(versions)
    return {day: _in_force([row[1:] for row in rows if row[0] <= day]) for day in days}


def _in_force(rows: list[tuple[Any, ...]]) -> RulesOfADay:
    """Keeps the rules of the newest version of each pack; rows stand in order of versions."""
    newest = {code: version for code, _place, version, *_rule in rows}
    packs: dict[str, PackRules] = {}
    for code, place, version, rule, *parameters in rows:
        if newest[code] != version:
            continue
        pack = packs.setdefault(code, PackRules(place, (), ()))
        if rule is not None:
            both = _both(rule, *parameters, pack=f"{code} v{version}")
            packs[code] = PackRules(place, (*pack.for_lender, both[0]), (*pack.for_agency, both[1]))
    return RulesOfADay(packs=packs)


def _both(
    rule: str,
    code: str,
    values: dict[str, Any],
    citation: str,
    override: list[str],
    binding: str,
    agency_binding: str,
    *,
    pack: str,
) -> list[AppliedRule]:
    """One rule as it binds the lender, and as it binds an agency."""
    return [
        AppliedRule(
            rule=rule,
            code=code,
            values=values,
            citation=citation,
            binding=force,
            pack=pack,
            override=tuple(override),
        )
        for force in (binding, agency_binding)
    ]


def pack_choices() -> list[tuple[str, str]]:
    """Returns code and name of every rule pack, for choosing those of a portfolio."""
    return list(RulePack.objects.order_by("code").values_list("code", "name"))


def versions_of(code: str) -> QuerySet[RulePackVersion]:
    """Returns the published versions of a pack with their rules, oldest first."""
    return (
        RulePackVersion.objects.filter(pack__code=code)
        .select_related("pack", "proposal__approval__requested_by")
        .prefetch_related("rules")
        .order_by("version")
    )


def newest_version(code: str) -> RulePackVersion | None:
    """Returns the newest published version of a pack, in force or not yet."""
    return versions_of(code).last()
