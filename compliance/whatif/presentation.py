"""What the what-if page is given: the answer, the rules one by one, and the hours of the week."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from compliance.gate.facts import ContactFacts, Decision
from compliance.gate.services import judge
from compliance.rulepacks.words import UNITS
from compliance.whatif.editions import Other, under
from compliance.whatif.hours import Day, Span, open_hours
from compliance.whatif.reading import local_text, zone_name
from compliance.whatif.trace import answer_state, finding_text, not_asked, trace

#: The drawing of the week, in its own units: where the hours begin, an hour, a row.
_LEFT, _HOUR, _ROW, _BAR = 76, 27, 26, 20
#: Minutes as long as their own text.
_ROOM = 240


def answer_context(facts: ContactFacts, *, zone: str, other: Other | None) -> dict[str, Any]:
    """Returns everything about one answer; nothing is stored."""
    decision = judge(facts)
    # What objects comes first; sorting keeps the order of the packs otherwise.
    lines = sorted(trace(facts, zone=zone), key=lambda line: not line.objects)
    return {
        "answer": _answer(decision, zone),
        "lines": lines,
        "objecting": sum(line.objects for line in lines),
        "not_asked": not_asked(facts),
        "counters": _counters(decision, zone),
        "week": _week(facts, zone),
        "packs": list(dict.fromkeys(rule.pack for rule in facts.rules)),
        "comparison": _comparison(facts, decision, other, zone) if other else None,
    }


def _answer(decision: Decision, zone: str) -> dict[str, Any]:
    when = _("%(time)s in %(place)s")
    place = zone_name(zone)

    def shown(instant: Any) -> str:
        return when % {"time": local_text(instant, zone), "place": place} if instant else ""

    return {
        "state": answer_state(decision),
        "word": _("Yes.") if decision.allowed else _("No."),
        "reasons": [finding_text(found, zone) for found in decision.findings],
        "opens": shown(decision.next_allowed_at),
        "closes": shown(decision.closes_at),
        "at": shown(decision.facts.request.at),
        "grounds": bool(decision.denials) and all(found.override for found in decision.denials),
    }


def _counters(decision: Decision, zone: str) -> list[dict[str, Any]]:
    return [
        {
            "code": counter.code,
            "used": counter.used,
            "limit": counter.limit,
            "days": counter.days,
            "unit": str(UNITS.get(counter.unit, counter.unit)),
            "resets": local_text(counter.resets_at, zone) if counter.resets_at else "",
        }
        for counter in decision.used
    ]


def _comparison(facts: ContactFacts, decision: Decision, other: Other, zone: str) -> dict[str, Any]:
    """The answer under the other edition, and the rules that object in only one of the two."""
    changed = judge(under(facts, other))
    here = {found.code for found in decision.denials}
    there = {found.code for found in changed.denials}
    return {
        "label": other.label,
        "answer": _answer(changed, zone),
        "is_same": changed.allowed == decision.allowed,
        "only_here": sorted(here - there),
        "only_there": sorted(there - here),
    }


def _week(facts: ContactFacts, zone: str) -> dict[str, Any]:
    days = open_hours(facts, zone=zone)
    return {
        "zone": zone_name(zone),
        "hours": [{"x": _LEFT + hour * _HOUR, "text": f"{hour:02d}"} for hour in range(0, 25, 3)],
        "width": _LEFT + 24 * _HOUR + 20,
        "height": 20 + len(days) * _ROW,
        "days": [_day(day, number, facts, zone) for number, day in enumerate(days)],
    }


def _day(day: Day, number: int, facts: ContactFacts, zone: str) -> dict[str, Any]:
    y = 18 + number * _ROW
    return {
        "name": date_format(day.day, "D j"),
        "day": day.day.isoformat(),
        "y": y,
        "text_y": y + 14,
        "spans": [_span(span, y) for span in day.spans],
        "open": [_hours(span) for span in day.spans if span.is_open],
    }


def _span(span: Span, y: int) -> dict[str, Any]:
    return {
        "x": round(_LEFT + span.begins * _HOUR / 60, 1),
        "y": y,
        "width": round((span.ends - span.begins) * _HOUR / 60, 1),
        "height": _BAR,
        "is_open": span.is_open,
        "middle": round(_LEFT + (span.begins + span.ends) * _HOUR / 120, 1),
        "has_room": span.ends - span.begins >= _ROOM,
        "hours": _hours(span),
        "codes": ", ".join(span.codes),
    }


def _hours(span: Span) -> str:
    return "–".join(f"{minute // 60:02d}:{minute % 60:02d}" for minute in (span.begins, span.ends))
