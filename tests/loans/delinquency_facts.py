"""Facts for tests of the replay: short words for the usual loan of twelve instalments of 300."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from loans.contracts.terms import ScheduledInstalment
from loans.delinquency.amounts import Amounts, Component
from loans.delinquency.conventions import Bucket, Conventions
from loans.delinquency.facts import (
    Charge,
    OpeningPosition,
    Pause,
    Repayment,
    RepaymentKind,
    RepaymentState,
    RepaymentStateChanged,
    Resume,
    Reversal,
    ScheduleOrigin,
    ScheduleStated,
    StatedPosition,
    Waiver,
    WriteOff,
)
from loans.delinquency.replay import replay
from loans.delinquency.summary import summarise

KNOWN = datetime(2026, 1, 1, tzinfo=UTC)
BUCKETS = (
    Bucket(code="M0", min_days=0, max_days=0),
    Bucket(code="M1", min_days=1, max_days=30),
    Bucket(code="M2", min_days=31, max_days=60),
    Bucket(code="M3", min_days=61, max_days=None),
)
PLAIN = Conventions(buckets=BUCKETS)
_ids = count(1)


def day(month: int, of_month: int) -> date:
    return date(2026, month, of_month)


def money(amount: object) -> Decimal:
    return Decimal(str(amount))


def rows(*, n: int = 12, principal: object = 250, interest: object = 50, start: int = 1):
    """Instalments due on the 10th of each month from February 2026 on."""
    dates = [date(2026 + (i // 12), i % 12 + 1, 10) for i in range(n + 1)]
    return tuple(
        ScheduledInstalment(i, dates[i - 1], dates[i], money(principal), money(interest))
        for i in range(start, n + 1)
    )


def schedule(instalments=None, *, version: int = 1, on: date = date(2026, 1, 10), **fields):
    return ScheduleStated(
        id=("schedule", version),
        value_on=on,
        known_at=KNOWN,
        version=version,
        instalments=rows() if instalments is None else instalments,
        origin=fields.pop("origin", ScheduleOrigin.GENERATED),
        **fields,
    )


def _fact(kind, prefix, on, known_at, fields):
    number = fields.pop("number", None) or next(_ids)
    return kind(id=(prefix, number), value_on=on, known_at=known_at, **fields)


def paid(on: date, amount: object, *, known_at=KNOWN, **fields):
    return _fact(Repayment, "repayment", on, known_at, {"amount": money(amount), **fields})


def became(repayment, state: RepaymentState, on: date, *, known_at=KNOWN):
    fields = {"repayment_id": repayment.id, "state": state}
    return _fact(RepaymentStateChanged, "state", on, known_at, fields)


def reversal(fact, on: date, *, known_at=KNOWN):
    return _fact(Reversal, "reversal", on, known_at, {"reverses": fact.id})


def charge(on: date, amount: object, component=Component.FEE, *, due_on=None, **fields):
    fields = {
        "amount": money(amount),
        "component": component,
        "due_on": due_on or on,
        **fields,
    }
    return _fact(Charge, "charge", on, KNOWN, fields)


def waiver(on: date, amount: object, component, **fields):
    return _fact(
        Waiver, "waiver", on, KNOWN, {"amount": money(amount), "component": component, **fields}
    )


def pause(on: date, ends_on: date):
    return _fact(Pause, "pause", on, KNOWN, {"ends_on": ends_on})


def resume(on: date, of=None):
    return _fact(Resume, "resume", on, KNOWN, {"pause_id": of.id if of else None})


def written_off(on: date, **fields):
    return _fact(WriteOff, "write_off", on, KNOWN, fields)


def stated(on: date, kind=StatedPosition, **figures):
    return _fact(kind, "position", on, KNOWN, figures)


def opening(on: date, **figures):
    return stated(on, OpeningPosition, **figures)


def amounts(principal: object = 0, interest: object = 0, fee: object = 0, penalty: object = 0):
    return Amounts(
        principal=money(principal),
        interest=money(interest),
        fee=money(fee),
        penalty=money(penalty),
    )


def position(facts, as_of: date, conventions: Conventions = PLAIN, **kwargs):
    """The summary on a day."""
    result = replay(facts=facts, conventions=conventions, as_of=as_of, **kwargs)
    return summarise(replay=result, as_of=as_of, conventions=conventions)


__all__ = [
    "BUCKETS",
    "KNOWN",
    "PLAIN",
    "RepaymentKind",
    "RepaymentState",
    "amounts",
    "became",
    "charge",
    "day",
    "money",
    "opening",
    "paid",
    "pause",
    "position",
    "resume",
    "reversal",
    "rows",
    "schedule",
    "stated",
    "waiver",
    "written_off",
]
