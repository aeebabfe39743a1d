"""Which rules apply: the packs of a portfolio as they stand on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.gate.facts import AppliedRule
from compliance.rulepacks.models import RulePack, RulePackVersion

#: Columns of a version's rules; a version without rules has one row with none of them.
_PARAMETERS = ("rules__rule", "rules__code", "rules__values", "rules__citation", "rules__binding")


@dataclass(frozen=True, slots=True)
class RulesOfADay:
    """The rules of packs as they stand on a day, each with the code of its pack, in order."""

    by_pack: tuple[tuple[str, AppliedRule], ...]
    packs: frozenset[str]

    def of(self, pack_codes: Iterable[str]) -> tuple[list[AppliedRule], list[str]]:
        """Returns the rules of some of the packs, and which of them have no version in force.

        A pack that is named but has no version in force is missing; the caller must treat that as
        unknown, never as permission.
        """
        wanted = sorted(set(pack_codes))
        applied = [rule for code, rule in self.by_pack if code in wanted]
        return applied, [code for code in wanted if code not in self.packs]


def rules_on(*, pack_codes: Iterable[str], days: Collection[date]) -> dict[date, RulesOfADay]:
    """Returns for each day the rules of the packs' newest versions in force. One query."""
    versions = (
        RulePackVersion.objects.filter(pack__code__in=set(pack_codes))
        .filter(effective_from__lte=max(days))
        .order_by("version", "rules__pk")
        .values_list("effective_from", "pack__code", "version", *_PARAMETERS)
    )
    rows = list(versions)
    return {day: _in_force([row[1:] for row in rows if row[0] <= day]) for day in days}


def _in_force(rows: list[tuple[Any, ...]]) -> RulesOfADay:
    """Keeps the rules of the newest version of each pack; rows stand in order of versions."""
    newest = {code: version for code, version, *_rule in rows}
    applied = (
        (
            code,
            AppliedRule(
                rule=rule,
                code=rule_code,
                values=values,
                citation=citation,
                binding=binding,
                pack=f"{code} v{version}",
            ),
        )
        for code, version, rule, rule_code, values, citation, binding in rows
        if newest[code] == version and rule is not None
    )
    return RulesOfADay(by_pack=tuple(applied), packs=frozenset(newest))


def pack_choices() -> list[tuple[str, str]]:
    """Returns code and name of every rule pack, for choosing those of a portfolio."""
    return list(RulePack.objects.order_by("code").values_list("code", "name"))
