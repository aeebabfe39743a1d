"""Which limits a person may agree to differently."""

from __future__ import annotations

from collections.abc import Collection

from compliance.rulepacks.models import RuleParameters


def agreeable_limits(pack_codes: Collection[str]) -> list[str]:
    """Returns the codes of the rules of these packs whose number may be agreed otherwise."""
    rules = RuleParameters.objects.filter(
        version__pack__code__in=pack_codes, values__may_be_agreed=True, values__has_key="limit"
    )
    return sorted(set(rules.values_list("code", flat=True)))
