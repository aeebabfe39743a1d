"""Pauses, refusals and bucket history, beside what a conformance case expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from loans.conformance.terms import NotExpressible
from loans.conformance.values import differ, listed
from loans.conformance.view import View
from loans.delinquency.facts import Pause, Resume

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
    actual: list[tuple[str, str, str | None]] = []
    for fact in view.replay.facts:
        if isinstance(fact, Pause):
            actual.append(("PAUSE", fact.value_on.isoformat(), fact.ends_on.isoformat()))
        elif isinstance(fact, Resume):
            actual.append(("RESUME", fact.value_on.isoformat(), None))
    return listed("pause actions", actual, [(r["action"], r["start"], r["end"]) for r in expected])


def _rejected(view: View, expected: bool) -> list[str]:
    """The last event before the checkpoint was refused by our service too."""
    events = [e for e in view.case["events"] if e["seq"] <= view.checkpoint.after]
    seq = Decimal(str(events[-1]["seq"]))
    if seq in view.books.untold:
        raise NotExpressible(view.books.untold[seq])
    return differ("refused", seq in view.books.refused, expected)


def _bucket_history(view: View, expected: Sequence[Row]) -> list[str]:
    """The buckets passed through and the day the first began.

    The source dates later buckets by its runs, so those dates say when it ran.
    """
    first = min(row["Added on date"] for row in expected)
    none = view.conventions.buckets[0].code
    late = [stay for stay in view.stays if stay.bucket != none]
    codes = [row["Range (Classification)"] for row in reversed(expected)]
    began = late[0].entered_on.isoformat() if late else None
    return differ("buckets", [stay.bucket for stay in late], codes) + differ("began", began, first)


PAUSE_CHECKS: dict[str, Callable[[View, Any], list[str]]] = {
    "pause_periods": _pause_periods,
    "pause_actions": _pause_actions,
    "rejected": _rejected,
    "bucket_history": _bucket_history,
}
