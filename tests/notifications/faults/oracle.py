"""Compares what the provider took with what was owed; knows nothing of how messages are sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

#: Why a message may be uncertain: a call that broke off, a worker lost in a call, an answer "no".
EXPLAINS = frozenset({"unclear", "lease_lost", "cannot_tell"})


@dataclass(frozen=True, slots=True)
class Row:
    """One owed message as it stands: what it is called, where it stands, why, and its past."""

    reference: str
    state: str
    reason: str = ""
    words: Sequence[str] = ()


@dataclass(slots=True)
class Finding:
    """`lost`: neither sent nor said why. `doubled`: taken more than once. `false`: said to be out
    and was not, or the other way round. `unexplained`: uncertain without an event that says why.
    """

    owed: int
    taken: int
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    uncertain: int = 0
    unexplained: list[str] = field(default_factory=list)
    states: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.false or self.unexplained)

    def figures(self) -> dict[str, Any]:
        told = asdict(self)
        return {name: len(v) if isinstance(v, list) else v for name, v in told.items()}


def compare(rows: Sequence[Row], log: Sequence[Mapping[str, Any]]) -> Finding:
    """Holds every owed message against the provider's log."""
    times = Counter(line["reference"] for line in log)
    found = Finding(owed=len(rows), taken=len(log))
    found.states = dict(Counter(row.state for row in rows))
    found.reasons = dict(Counter(row.reason for row in rows if row.reason))
    for row in rows:
        count = times.pop(row.reference, 0)
        if count > 1:
            found.doubled.append(row.reference)
        if row.state in {"accepted", "delivered"}:
            if not count:
                found.lost.append(row.reference)
        elif row.state == "uncertain":
            found.uncertain += 1
            if not EXPLAINS & {row.reason, *row.words}:
                found.unexplained.append(row.reference)
        elif row.state in {"suppressed", "failed", "expired", "cancelled"}:
            if count:
                found.false.append(row.reference)
            if not row.reason:
                found.lost.append(row.reference)
        elif not count or row.state not in {"waiting", "sending"}:
            found.lost.append(row.reference)
        else:
            found.false.append(row.reference)
    found.false.extend(times)  # taken and never owed
    return found
