"""The buckets a loan has been in, day by day, as now known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from loans.delinquency.conventions import Conventions
from loans.delinquency.facts import (
    Fact,
    RepaymentStateChanged,
    Resume,
    Reversal,
    ScheduleStated,
)
from loans.delinquency.replay import replay as replay_facts
from loans.delinquency.results import BucketStay, Replay
from loans.delinquency.summary import bucket_code, bucket_days, next_bucket_on

#: Facts that change, from their value date on, what earlier money was put towards. Before that
#: date the books were different, so each stretch between two of them is replayed on its own.
_REWRITING = (Reversal, RepaymentStateChanged, ScheduleStated, Resume)


def bucket_path(
    *, replay: Replay, conventions: Conventions, from_on: date, through_on: date
) -> tuple[BucketStay, ...]:
    """The loan's buckets at the end of every business date from `from_on` to `through_on`.

    The last stay has no `left_on`. Facts valued after a day do not bear on that day.
    """
    stays: list[tuple[date, str]] = []
    for stretch, first, last in _stretches(replay, conventions, from_on, through_on):
        for day, code in _codes(stretch, conventions, first, last):
            if not stays or stays[-1][1] != code:
                stays.append((day, code))
    ends: list[date | None] = [day for day, _ in stays[1:]]
    return tuple(
        BucketStay(code=code, entered_on=day, left_on=end)
        for (day, code), end in zip(stays, [*ends, None], strict=False)
    )


def _stretches(
    replay: Replay, conventions: Conventions, from_on: date, through_on: date
) -> Iterator[tuple[Replay, date, date]]:
    """Pieces of time within which one replay is right for every day."""
    starts = [from_on, *sorted(_cuts(replay, from_on, through_on))]
    for first, following in zip(starts, [*starts[1:], None], strict=True):
        last = through_on if following is None else following - timedelta(days=1)
        if following is None and replay.as_of == through_on:
            yield replay, first, last
        else:
            yield _as_of(replay.facts, conventions, last, replay), first, last


def _cuts(replay: Replay, from_on: date, through_on: date) -> set[date]:
    known_at = replay.known_at
    known = [f for f in replay.facts if known_at is None or f.known_at <= known_at]
    versions = [f.version for f in known if isinstance(f, ScheduleStated)]
    rewriting = [
        fact.value_on
        for fact in known
        if isinstance(fact, _REWRITING)
        and not (isinstance(fact, ScheduleStated) and fact.version == min(versions))
    ]
    return {day for day in rewriting if from_on < day <= through_on}


def _as_of(facts: tuple[Fact, ...], conventions: Conventions, day: date, like: Replay) -> Replay:
    return replay_facts(facts=facts, conventions=conventions, as_of=day, known_at=like.known_at)


def _codes(
    replay: Replay, conventions: Conventions, first: date, last: date
) -> Iterator[tuple[date, str]]:
    """The bucket on the first day and wherever it may change."""
    changes = replay.oldest_unsatisfied
    index = 0
    day = first
    while day <= last:
        while index + 1 < len(changes) and changes[index + 1][0] <= day:
            index += 1
        oldest = changes[index][1] if changes else None
        pauses = replay.pauses
        days = bucket_days(oldest=oldest, as_of=day, pauses=pauses, conventions=conventions)
        yield day, bucket_code(days, conventions)
        ahead = [last + timedelta(days=1)]
        if index + 1 < len(changes):
            ahead.append(changes[index + 1][0])
        if oldest is not None:
            ahead.extend(next_bucket_on(pauses, day, oldest, conventions))
            ahead.extend(d for p in pauses for d in (p.starts_on, p.ends_on) if d > day)
        day = min(ahead)
