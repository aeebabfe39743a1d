"""The sentences of assignment: why somebody got a person, or nobody could."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.users.languages import language_name
from collections_app.cases.assignment import DealtBecause, Undealt
from collections_app.cases.move_plan import Stays

_LABELS: Final[dict[str, str | Promise]] = {
    str(choice.value): choice.label for choice in (*DealtBecause, *Undealt, *Stays)
}


def why_text(reason: str, what: str = "", names: Mapping[str, str] | None = None) -> str:
    """Returns why a case went where it did, or stayed, as a sentence of the active language.

    Arguments: what, the language, skill or agent's id that goes with the reason; names, agents'
    names by id.
    """
    if reason == Undealt.LANGUAGE and what:
        return _("No agent speaks %(language)s") % {"language": language_name(what)}
    if reason == Undealt.SKILL and what:
        return _("No agent has the skill %(skill)s") % {"skill": what}
    if reason == Undealt.HOLDER_AWAY and what and names and what in names:
        return _("%(name)s works this person and is away") % {"name": names[what]}
    if not reason:
        return _("Not dealt yet")
    label = str(_LABELS.get(reason, reason))
    return label[:1].upper() + label[1:]


def remedy_text(reason: str) -> str:
    """Returns what a lead can do about cases that nobody could be given."""
    remedies = {
        Undealt.NO_TEAM: _("Grant the portfolio to a team, or widen a team queue."),
        Undealt.LANGUAGE: _("Enter the language of an agent who speaks it, or name one person."),
        Undealt.SKILL: _("Train an agent, or name one person."),
        Undealt.AWAY: _("They are dealt when somebody is back."),
        Undealt.NO_SHARE: _("Raise somebody's share."),
        Undealt.FULL: _("Raise a capacity, or lend an agent from another team."),
        Undealt.HOLDER_AWAY: _("Move the people of whoever is away; these follow."),
    }
    return remedies.get(Undealt(reason), "") if reason in Undealt.values else ""


def people_and_cases(people: int, cases: int) -> str:
    """Returns "12 people, 14 cases"."""
    return _("%(people)s, %(cases)s") % {
        "people": ngettext("%(n)d person", "%(n)d people", people) % {"n": people},
        "cases": ngettext("%(n)d case", "%(n)d cases", cases) % {"n": cases},
    }
