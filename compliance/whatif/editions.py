"""The same question under another edition of one pack: what would the answer be?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from compliance.gate.facts import AppliedRule, ContactFacts
from compliance.rulepacks.editions import PRODUCT, Edition, editions_of, in_force_on
from compliance.rulepacks.editions import applied as applied_rules
from compliance.rulepacks.models import RulePack
from compliance.rulepacks.presentation import edition_name


@dataclass(frozen=True, slots=True)
class Other:
    """An edition that could answer instead; `key` names it in the address."""

    key: str
    pack: str
    edition: Edition

    @property
    def label(self) -> str:
        return f"{self.pack}, {edition_name(self.edition)}"

    def rules(self, organisation: str) -> tuple[AppliedRule, ...]:
        """The rules as the gate would apply them for this actor."""
        return applied_rules(
            self.edition.document, organisation=organisation, label=_short(self.edition)
        )


def others(day: date) -> list[Other]:
    """Returns every edition of every pack but those in force on the day."""
    found: list[Other] = []
    for code in RulePack.objects.order_by("code").values_list("code", flat=True):
        editions = editions_of(code)
        current = in_force_on(editions, day)
        found += [
            Other(f"{code}:{edition.key}", code, edition)
            for edition in editions
            if edition is not current
        ]
    return found


def under(facts: ContactFacts, other: Other) -> ContactFacts:
    """Returns the same facts with the rules of one pack taken from another edition.

    A pack that the question does not name otherwise joins in, as if the portfolio named it.
    """
    kept = tuple(rule for rule in facts.rules if rule.pack.rpartition(" v")[0] != other.pack)
    return replace(
        facts,
        rules=kept + other.rules(facts.request.organisation),
        missing_packs=tuple(code for code in facts.missing_packs if code != other.pack),
    )


def _short(edition: Edition) -> str:
    code, version = edition.document.code, edition.document.version
    if edition.proposal is not None:
        return _("%(code)s v%(version)s, proposed") % {"code": code, "version": version}
    if edition.key == PRODUCT:
        return _("%(code)s of the product") % {"code": code}
    return f"{code} v{version}"
