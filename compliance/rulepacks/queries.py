"""Which rules apply: the packs of a portfolio as they stand on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from compliance.gate.facts import AppliedRule
from compliance.rulepacks.models import RulePackVersion, RuleParameters


def rules_in_force(*, pack_codes: Iterable[str], on: date) -> tuple[list[AppliedRule], list[str]]:
    """Returns the rules of the packs' newest versions in force on a day, and the packs missing.

    A pack that is named but has no version in force is missing; the caller must treat that as
    unknown, never as permission.
    """
    wanted = sorted(set(pack_codes))
    versions = {
        version.pack.code: version
        for version in RulePackVersion.objects.filter(pack__code__in=wanted, effective_from__lte=on)
        .select_related("pack")
        .order_by("version")
    }
    parameters = RuleParameters.objects.filter(
        version__in=[version.pk for version in versions.values()]
    ).order_by("pk")
    labels = {version.pk: str(version) for version in versions.values()}
    applied = [
        AppliedRule(
            rule=row.rule,
            code=row.code,
            values=row.values,
            citation=row.citation,
            binding=row.binding,
            pack=labels[row.version_id],
        )
        for row in parameters
    ]
    return applied, [code for code in wanted if code not in versions]
