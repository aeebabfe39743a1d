"""Which situation a case is in, which lines of it are shown, and what must be said. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

FIRST_CONTACT: Final = "first_contact"
FOLLOW_UP: Final = "follow_up"
THIRD_PARTY: Final = "third_party"
HOSTILE: Final = "hostile"
HARDSHIP: Final = "hardship"
DISPUTE: Final = "dispute"
PROMISE_BROKEN: Final = "promise_broken"

#: Stops that make a situation of their own.
_DISPUTES: Final = frozenset({"dispute", "complaint"})
_HARDSHIPS: Final = frozenset({"hardship", "vulnerable", "breathing_space"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line in both languages; `until` so many calls of the kind were logged. None: always."""

    en: str
    zh: str
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """What may be met on the phone: its name, the results logged after it, what to say."""

    code: str
    name: Line
    results: frozenset[str]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Saying:
    """What a rule pack has said: `when` is first, later or always, of talks about the loan."""

    pack: str
    when: str
    text: Line
    citation: str


@dataclass(frozen=True, slots=True)
class Signs:
    """What the case says of the situation. `last_result` is that of the latest talk or answer.

    `is_hot`: the relationship is hot, whatever the latest talk was like.
    """

    stops: frozenset[str] = frozenset()
    has_broken_promise: bool = False
    has_talked: bool = False
    last_result: str = ""
    is_hot: bool = False


def situation_of(signs: Signs, situations: Mapping[str, Situation]) -> str:
    """Returns the situation to prepare for: what forbids pressing first, then what went wrong."""

    def ended_in(code: str) -> bool:
        return signs.last_result in situations[code].results

    if signs.stops & _DISPUTES or ended_in(DISPUTE):
        return DISPUTE
    if signs.stops & _HARDSHIPS or ended_in(HARDSHIP):
        return HARDSHIP
    if signs.is_hot:
        return HOSTILE
    if signs.has_broken_promise:
        return PROMISE_BROKEN
    if ended_in(HOSTILE):
        return HOSTILE
    if ended_in(THIRD_PARTY) and not signs.has_talked:
        return THIRD_PARTY
    return FOLLOW_UP if signs.has_talked else FIRST_CONTACT


def lines_for(situation: Situation, experience: int) -> tuple[Line, ...]:
    """Returns the lines for somebody who logged so many calls of the kind: fewer with each step."""
    return tuple(line for line in situation.lines if line.until is None or experience < line.until)


def to_be_said(
    sayings: Collection[Saying], *, packs: Collection[str], has_talked: bool
) -> tuple[Saying, ...]:
    """Returns what the packs in force have said on a call, whatever the experience."""
    now = {"always", "later" if has_talked else "first"}
    return tuple(one for one in sayings if one.pack in packs and one.when in now)
