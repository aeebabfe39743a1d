"""What the pages of rule packs are given: rules in plain words, differences side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from compliance.gate.citations import citation_text
from compliance.rulepacks.differences import Difference, RuleChange
from compliance.rulepacks.documents import RuleEntry
from compliance.rulepacks.editions import PRODUCT, Edition
from compliance.rulepacks.grounds import ground_name
from compliance.rulepacks.models import Binding
from compliance.rulepacks.sentences import rule_sentence, values_beside
from compliance.rulepacks.words import parameter_name, value_text


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule as a page shows it."""

    code: str
    sentence: str
    values: tuple[tuple[str, str], ...]
    citation: str
    lender: str
    agency: str
    grounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One changed rule: what it asks now, and each thing that changes before and after."""

    code: str
    sentence: str
    parts: tuple[tuple[str, str, str], ...]


def rule_line(entry: RuleEntry) -> RuleLine:
    """Returns a rule in plain words."""
    return RuleLine(
        code=entry.code,
        sentence=rule_sentence(entry),
        values=tuple(
            (parameter_name(name), value_text(name, value))
            for name, value in values_beside(entry).items()
        ),
        citation=citation_text(entry.citation),
        lender=str(Binding(entry.binding).label),
        agency=str(Binding(entry.agency_binding).label),
        grounds=tuple(ground_name(ground) for ground in entry.override),
    )


def difference_lines(found: Difference) -> dict[str, Any]:
    """Returns a difference for the page: rules that come, go, and say something else."""
    return {
        "added": [rule_line(rule) for rule in found.added],
        "removed": [rule_line(rule) for rule in found.removed],
        "changed": [_change_line(change) for change in found.changed],
        "count": found.count,
    }


def edition_name(edition: Edition) -> str:
    """Returns what an edition is called in lists and headings."""
    if edition.proposal is not None:
        return _("version %(version)s, proposed") % {"version": edition.document.version}
    if edition.key == PRODUCT:
        return _("the product's own document")
    return _("version %(version)s, from %(day)s") % {
        "version": edition.document.version,
        "day": edition.document.effective_from.isoformat(),
    }


def _change_line(change: RuleChange) -> ChangeLine:
    parts = [
        (
            parameter_name(value.name),
            value_text(value.name, value.before),
            value_text(value.name, value.after),
        )
        for value in change.values
    ]
    before, after = rule_line(change.before), rule_line(change.after)
    texts = (
        (_("citation"), before.citation, after.citation),
        (_("for the lender"), before.lender, after.lender),
        (_("for an agency"), before.agency, after.agency),
        (_("grounds for an override"), _grounds(before), _grounds(after)),
    )
    parts += [(str(name), old, new) for name, old, new in texts if old != new]
    return ChangeLine(change.code, after.sentence, tuple(parts))


def _grounds(line: RuleLine) -> str:
    return str(_("; ")).join(line.grounds) or pgettext("override", "never")
