"""Pauses, refusals and bucket history, beside what a conformance case expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from loans.conformance.events import OTHER_RULES
from loans.conformance.terms import NotExpressible
from loans.conformance.values import differ, listed
from loans.conformance.view import View
from loans.delinquency.facts import Pause, Resume
from loans.delinquency.paths import bucket_path
from loans.delinquency.pauses import overlapping, running
from loans.delinquency.results import LoanStatus, PausePeriod

Row = Mapping[str, Any]


def _pause_periods(view: View, expected: Sequence[Row]) -> list[str]:
    as_of = view.checkpoint.as_of
    actual = [
        (p.starts_on.isoformat(), p.ends_on.isoformat(), p.starts_on <= as_of <= p.ends_on)
        for p in view.replay.pauses
    ]
    if not all("active" in row for row in expected):
        return listed(
            "pauses", [a[:2] for a in actual], [(row["start"], row["end"]) for row in expected]
        )
    return listed("pauses", actual, [(r["start"], r["end"], r["active"]) for r in expected])


def _pause_actions(view: View, expected: Sequence[Row]) -> list[str]:
    known_at = view.replay.known_at
    actual: list[tuple[str, str, str | None]] = []
    for fact in view.story.facts:
        if known_at is not None and fact.known_at > known_at:
            continue
        if isinstance(fact, Pause):
            actual.append(("PAUSE", fact.value_on.isoformat(), fact.ends_on.isoformat()))
        elif isinstance(fact, Resume):
            actual.append(("RESUME", fact.value_on.isoformat(), None))
    return listed("pause actions", actual, [(r["action"], r["start"], r["end"]) for r in expected])


def _rejected(view: View, expected: bool) -> list[str]:
    """The last event before the checkpoint was refused: so would it be here."""
    events = [e for e in view.case["events"] if e["seq"] <= view.checkpoint.after]
    return differ("refused", _is_refused(view, events[-1]), expected)


def _is_refused(view: View, event: Row) -> bool:
    if event["type"] not in ("pause", "resume"):
        kind = event["type"]
        raise NotExpressible(OTHER_RULES.get(kind, f"a refused {kind} is no matter of replay"))
    if view.summary.status is not LoanStatus.ACTIVE:
        return True
    start = date.fromisoformat(event["start"])
    if event["type"] == "resume":
        return running(view.replay.pauses, start) is None
    period = PausePeriod(starts_on=start, ends_on=date.fromisoformat(event["end"]))
    return overlapping(view.replay.pauses, period) is not None


def _bucket_history(view: View, expected: Sequence[Row]) -> list[str]:
    """The buckets passed through and the day the first began.

    The source dates later buckets by its runs, so those dates say when it ran.
    """
    first = min(row["Added on date"] for row in expected)
    path = bucket_path(
        replay=view.replay,
        conventions=view.conventions,
        from_on=min(fact.value_on for fact in view.replay.facts),
        through_on=view.checkpoint.as_of,
    )
    none = view.conventions.buckets[0].code
    late = [stay for stay in path if stay.code != none]
    codes = [row["Range (Classification)"] for row in reversed(expected)]
    began = late[0].entered_on.isoformat() if late else None
    return differ("buckets", [stay.code for stay in late], codes) + differ("began", began, first)


PAUSE_CHECKS: dict[str, Callable[[View, Any], list[str]]] = {
    "pause_periods": _pause_periods,
    "pause_actions": _pause_actions,
    "rejected": _rejected,
    "bucket_history": _bucket_history,
}
