"""Which rules apply: the packs of a portfolio as they stand on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from compliance.gate.facts import AppliedRule
from compliance.rulepacks.models import RulePack, RulePackVersion

#: Columns of a version's rules; a version without rules has one row with none of them.
_PARAMETERS = ("rules__rule", "rules__code", "rules__values", "rules__citation", "rules__binding")


def rules_in_force(*, pack_codes: Iterable[str], on: date) -> tuple[list[AppliedRule], list[str]]:
    """Returns the rules of the packs' newest versions in force on a day, and the packs missing.

    A pack that is named but has no version in force is missing; the caller must treat that as
    unknown, never as permission.
    """
    wanted = sorted(set(pack_codes))
    rows = (
        RulePackVersion.objects.filter(pack__code__in=wanted, effective_from__lte=on)
        .order_by("version", "rules__pk")
        .values_list("pack__code", "version", *_PARAMETERS)
    )
    newest = {code: version for code, version, *_rule in rows}
    applied = [
        AppliedRule(
            rule=rule,
            code=rule_code,
            values=values,
            citation=citation,
            binding=binding,
            pack=f"{code} v{version}",
        )
        for code, version, rule, rule_code, values, citation, binding in rows
        if newest[code] == version and rule is not None
    ]
    return applied, [code for code in wanted if code not in newest]


def pack_choices() -> list[tuple[str, str]]:
    """Returns code and name of every rule pack, for choosing those of a portfolio."""
    return list(RulePack.objects.order_by("code").values_list("code", "name"))
