"""What the rules that refused ask, in words, by the codes that reasons quote."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from compliance.rulepacks.documents import entry_of
from compliance.rulepacks.models import RuleParameters
from compliance.rulepacks.sentences import rule_sentence

#: Rules that hold whatever the packs say.
_ALWAYS: Final[dict[str, Promise]] = {
    "STOP": _("A stop holds though no pack in force speaks of it"),
    "PROCEEDINGS": _("Only through counsel or the court while proceedings are at this stage"),
    "CONSENT": _("A refusal holds though no pack in force speaks of it"),
    "UNKNOWN-DATA": _("Not while facts that a rule needs are missing"),
}


def rule_names(codes: Iterable[str]) -> dict[str, str]:
    """Returns what each rule asks, as the newest version that has it says; else the code.

    One query.
    """
    asked = list(codes)
    rows = RuleParameters.objects.filter(code__in=asked).order_by("version__version", "pk")
    named = {row.code: rule_sentence(entry_of(row)) for row in rows}
    return {code: named.get(code) or str(_ALWAYS.get(code, code)) for code in asked}
