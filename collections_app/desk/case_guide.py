"""What to say now on this case: the situation, its lines, and what a rule pack has said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.contacts.models import ResultGroup
from collections_app.desk.attempt_log import contact_of
from collections_app.desk.case_contacts import Answers
from collections_app.desk.people import lang_of
from collections_app.guide.flow import (
    Line,
    Saying,
    Signs,
    Situation,
    lines_for,
    situation_of,
    to_be_said,
)
from collections_app.guide.queries import experience_of, sayings, situations
from collections_app.promises.models import PromiseState
from compliance.gate.citations import citation_text
from compliance.gate.facts import StopFact
from core import clock


def guide_context(
    attempts: list[Any],
    answers: Answers,
    user: User,
    *,
    pressing: dict[str, Any] | None,
    is_hot: bool = False,
) -> dict[str, Any]:
    """What the guide shows: to whoever logs calls; its lines only to who wants them."""
    if not has_right(user, "contact.record"):
        return {"guide": None}
    signs = replace(_signs(attempts, answers, pressing), is_hot=is_hot)
    said = to_be_said(sayings(), packs=_packs(answers), has_talked=signs.has_talked)
    guide: dict[str, Any] = {"required": [_saying(one) for one in said], "is_on": user.has_guide}
    if user.has_guide:
        known, experience = situations(), experience_of(user)
        now = known[situation_of(signs, known)]
        guide |= {"now": _situation(now, experience), "others": _others(now, experience)}
    # Switched off and with nothing that must be said, there is nothing to show.
    return {"guide": guide if user.has_guide or said else None}


def _signs(attempts: list[Any], answers: Answers, pressing: dict[str, Any] | None) -> Signs:
    logged = [found for attempt in attempts if (found := contact_of(attempt)) is not None]
    met = [one for one in logged if one.result.group != ResultGroup.NO_CONTACT]
    broken = {PromiseState.BROKEN, PromiseState.PARTIAL}
    return Signs(
        stops=frozenset(stop.kind for stop in answers.stops if _is_in_force(stop, clock.now())),
        has_broken_promise=pressing is not None and pressing["state"] in broken,
        has_talked=any(one.result.group == ResultGroup.RIGHT_PARTY for one in logged),
        last_result=met[0].result.code if met else "",
    )


def _is_in_force(stop: StopFact, now: datetime) -> bool:
    """A stop of the person themselves; one of somebody else on the loan names them."""
    return (
        stop.party_id is None
        and stop.starts_at <= now
        and (stop.ends_at is None or now < stop.ends_at)
    )


def _packs(answers: Answers) -> frozenset[str]:
    """The packs in force for the person, those of their place among them."""
    decisions = (*answers.calls.values(), *answers.others.values())
    first = next(iter(decisions), None)
    rules = first.facts.rules if first is not None else ()
    return frozenset(rule.pack.rpartition(" v")[0] for rule in rules)


def _others(now: Situation, experience: dict[str, int]) -> list[dict[str, Any]]:
    """What the talk may turn into."""
    return [_situation(one, experience) for one in situations().values() if one.code != now.code]


def _situation(situation: Situation, experience: dict[str, int]) -> dict[str, Any]:
    shown = lines_for(situation, experience.get(situation.code, 0))
    return {
        "name": _read(situation.name),
        "lines": list(_all(shown)),
        "is_shortened": len(shown) < len(situation.lines),
    }


def _all(lines: Iterable[Line]) -> Iterable[str]:
    return (_read(line) for line in lines)


def _saying(saying: Saying) -> dict[str, str]:
    cited = citation_text(saying.citation)
    return {"text": _read(saying.text), "citation": cited, "lang": lang_of(cited)}


def _read(line: Line) -> str:
    return line.zh if (get_language() or "").startswith("zh") else line.en
