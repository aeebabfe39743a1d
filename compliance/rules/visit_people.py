"""Nobody visits alone."""

from __future__ import annotations

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules.findings import objection
from compliance.rules.parameters import Parameter, whole_number

PARAMETERS: dict[str, Parameter] = {"least": whole_number(least=1).required()}


def check(facts: ContactFacts, rule: AppliedRule) -> list[Finding]:
    """Denies a visit by fewer people than the text asks for, or by nobody knows how many.

    中国银行业协会 guide of 2026, art. 22: 不少于两名催收人员共同实施.
    """
    least = rule.values["least"]
    if (facts.request.people_count or 0) >= least:
        return []
    return [objection(rule, "visitors_too_few", event="visitors_named", least=least)]
