"""What each rule asks, in one sentence with the values of a pack filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from compliance.rulepacks.documents import RuleEntry
from compliance.rulepacks.words import value_text

#: By the name of the rule. Only required values stand in a sentence; what else a pack says of the
#: rule is listed beside it.
SENTENCES: Final[Mapping[str, str | Promise]] = {
    "agency": _("Only agencies on the list, with a fresh evaluation and an agreement"),
    "attorney": _("Not while the person has a lawyer: contact the lawyer"),
    "bankruptcy": _("Not in bankruptcy"),
    "breathing_space": _("Not in a breathing space, which lasts %(days)s days"),
    "caps": _("At most %(limit)s in %(days)s calendar days, for %(unit)s"),
    "cease": _("Not after the person asked in writing to stop"),
    "complaint": _("Not while a complaint is open"),
    "consent": _("Only after a yes to: %(permission)s"),
    "court_order": _("The car is taken only with: %(orders)s"),
    "deceased": _("Not to a person who has died"),
    "dispute": _("Not for a disputed debt until it is verified"),
    "gap": _("At least %(minutes)s minutes apart, for %(unit)s"),
    "hardship": _("Not while hardship is being looked at"),
    "inconvenient_place": _("Not at a place or number the person called inconvenient"),
    "inconvenient_time": _("Not at times the person called inconvenient"),
    "location_once": _("Others are asked only once where the borrower is"),
    "military": _("From somebody in military service nothing is taken without a court"),
    "opt_out": _("Not over a channel or number the person refused"),
    "opt_out_statement": _("Every electronic message says how to opt out"),
    "pause": _("%(days)s days of quiet after a talk, for %(unit)s"),
    "private_phone": _("Not over a collector's own telephone"),
    "protected_goods": _("Once %(paid_share)s is paid, the car is taken only with: %(orders)s"),
    "reconfirmation": _("Only to a number confirmed within %(days)s days"),
    "served_notice": _("Only after this notice has run its days: %(notice)s"),
    "third_party_content": _("Others are told only: %(permitted)s"),
    "third_party_refused": _("Not to somebody else who asked to be left alone"),
    "time_barred": _("No threat of suit for a time-barred debt"),
    "unreachable_debtor": _("Others only if the borrower is out of reach: %(reasons)s"),
    "validation_period": _(
        "Nothing that overshadows the right to dispute, for %(days)s days after the notice arrives"
    ),
    "visit_notice": _("Visits are announced %(days)s days before"),
    "visit_people": _("Visits by at least %(least)s people"),
    "visit_recorded": _("Visits are recorded throughout"),
    "vulnerable": _("Not to a vulnerable person"),
    "window": pgettext_lazy("rule", "Only from %(opens)s to %(closes)s where the person is"),
    "work_email": _("Not to an employer's e-mail address"),
    "workplace": _("Not at work where the employer forbids it"),
}

#: A cap of a single day reads better without its number.
_A_DAY: Final = _("At most %(limit)s a day, for %(unit)s")
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")


def rule_sentence(entry: RuleEntry) -> str:
    """Returns what a rule asks; one without a sentence is called by its name."""
    template = _template(entry)
    if not template:
        return entry.rule
    missing = dict.fromkeys(_PLACEHOLDER.findall(template))
    values = missing | dict(entry.values)
    return template % {name: value_text(name, value) for name, value in values.items()}


def values_beside(entry: RuleEntry) -> dict[str, Any]:
    """Returns the values that the sentence of a rule does not say, in the order they stand."""
    said = set(_PLACEHOLDER.findall(_template(entry)))
    if entry.rule == "caps":
        said.add("days")
    return {name: value for name, value in entry.values.items() if name not in said}


def _template(entry: RuleEntry) -> str:
    if entry.rule == "caps" and entry.values.get("days") == 1:
        return str(_A_DAY)
    return str(SENTENCES.get(entry.rule, ""))
