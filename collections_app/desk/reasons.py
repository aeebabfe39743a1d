"""Why a case is worth a contact now, what comes next and when somebody last tried: in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from collections_app.cases.models import Case, NextStep
from collections_app.desk.buckets import Bucket
from collections_app.desk.obligations import ROLLS_WITHIN_DAYS
from collections_app.promises.models import PromiseState
from collections_app.worklist.flow import Obligation
from core import clock
from core.money.formats import format_money
from loans.delinquency.queries import days_past_due


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence with its icon; `tone` marks what went wrong, not how hard to push.

    `names_next_step` where the sentence says already what comes next and when.
    """

    text: str
    icon: str = "phone"
    tone: str = ""
    names_next_step: bool = False


@dataclass(frozen=True, slots=True)
class AgreedCall:
    """The next callback of a case: when, and on whose clock that was agreed."""

    at: datetime
    zone: str

    @classmethod
    def of(cls, facts: dict[str, Any] | None) -> AgreedCall | None:
        """Reads what `first_callback_facts` tells; nothing when no call is owed."""
        if not facts:
            return None
        return cls(at=datetime.fromisoformat(facts["due_at"]), zone=facts["zone"])


@dataclass(frozen=True, slots=True)
class CaseSignals:
    """What the reasons are read from, as the list and the page each find it."""

    business_date: date
    now: datetime
    unlogged_at: datetime | None = None
    reply_at: datetime | None = None
    callback: AgreedCall | None = None
    promise: dict[str, Any] | None = None
    last_contact_at: datetime | None = None


def why_now(case: Case, bucket: Bucket, days: int, signals: CaseSignals) -> Reason:
    """The most pressing reason, in the order of the obligations; then what else there is."""
    owed = _owed(case, signals)
    for obligation in Obligation:
        if obligation in owed:
            return owed[obligation]
    if signals.callback is not None:
        return _callback(case, signals.callback, signals.now)
    if signals.last_contact_at is None:
        return Reason(_("New: nobody has tried yet"), "spark")
    return _rolling(bucket, days) or _step(case, signals.now)


def _owed(case: Case, signals: CaseSignals) -> dict[Obligation, Reason]:
    """What is owed to the person, each with its sentence. A callback is, on its day."""
    # What happened is told on the reader's clock, as everywhere; what was agreed, on the person's.
    zone = timezone.get_current_timezone()
    now, owed = signals.now.astimezone(zone), {}
    if signals.unlogged_at is not None:
        at = clock_text(signals.unlogged_at.astimezone(zone), now)
        text = _("Call of %(time)s has no outcome yet") % {"time": at}
        owed[Obligation.UNLOGGED] = Reason(text, "pencil", "care")
    if signals.reply_at is not None:
        at = clock_text(signals.reply_at.astimezone(zone), now)
        owed[Obligation.REPLY] = Reason(
            _("Reply of %(time)s waits") % {"time": at}, "message", "care"
        )
    if signals.callback is not None:
        there = clock.zone_of(signals.callback.zone)
        if signals.callback.at.astimezone(there).date() <= signals.now.astimezone(there).date():
            owed[Obligation.CALLBACK] = _callback(case, signals.callback, signals.now)
    promised = _promise(case, signals) if signals.promise is not None else None
    if promised is not None:
        is_broken = signals.promise["state"] != PromiseState.OPEN  # type: ignore[index]
        owed[Obligation.BROKEN if is_broken else Obligation.PROMISE_DUE] = promised
    return owed


def _callback(case: Case, agreed: AgreedCall, seen_at: datetime) -> Reason:
    """The time is the person's own; where their clock is another, it says so."""
    there, here = clock.zone_of(agreed.zone), clock.zone_of(case.portfolio.time_zone)
    at, now = agreed.at.astimezone(there), seen_at.astimezone(there)
    is_elsewhere = at.utcoffset() != at.astimezone(here).utcoffset()
    time = clock_text(at, now)
    words = {"time": _("%(time)s there") % {"time": time} if is_elsewhere else time}
    if at <= now:
        text, tone = _("Callback due since %(time)s") % words, "care"
    else:
        text, tone = _("Callback agreed for %(time)s") % words, ""
    return Reason(text, "clock", tone, names_next_step=True)


def _promise(case: Case, signals: CaseSignals) -> Reason | None:
    assert signals.promise is not None
    due_on = date.fromisoformat(signals.promise["due_on"])
    amount = format_money(
        Decimal(signals.promise["amount"]), case.portfolio.currency, get_language() or "en"
    )
    words = {"amount": amount, "day": date_format(due_on, _("j M"))}
    state = signals.promise["state"]
    if state == PromiseState.BROKEN:
        return Reason(_("Promise of %(amount)s broken, was due %(day)s") % words, "promise", "stop")
    if state == PromiseState.PARTIAL:
        return Reason(
            _("Promise of %(amount)s only partly kept, was due %(day)s") % words, "promise", "stop"
        )
    if signals.promise.get("is_awaiting"):
        return Reason(_("Promise of %(amount)s: the money is on its way") % words, "promise")
    if due_on == signals.business_date:
        return Reason(_("Promise of %(amount)s is due today") % words, "promise")
    if due_on < signals.business_date:
        return Reason(_("Promise of %(amount)s was due %(day)s") % words, "promise", "care")
    return None


def _rolling(bucket: Bucket, days: int) -> Reason | None:
    left = days_to_roll(bucket, days)
    if left is None or left > ROLLS_WITHIN_DAYS:
        return None
    text = ngettext(
        "Rolls to the next bucket in %(days)d day",
        "Rolls to the next bucket in %(days)d days",
        left,
    ) % {"days": left}
    return Reason(text, "rising")


def _step(case: Case, now: datetime) -> Reason:
    later = _later_step(case, now)
    if later:
        return Reason(_("Next: %(step)s") % {"step": later}, "calendar", names_next_step=True)
    if case.next_step_at is None:
        return Reason(_("Past due"), "calendar")
    step = case.get_next_step_display()
    icon = "phone" if case.next_step == NextStep.CALL else "calendar"
    return Reason(_("Due now: %(step)s") % {"step": step}, icon, names_next_step=True)


def days_to_roll(bucket: Bucket, days: int) -> int | None:
    """Days until the next bucket begins; None in the last one."""
    if bucket.to_days is None or days > bucket.to_days:
        return None
    return bucket.to_days - days + 1


def days_late(case: Case) -> int:
    """Days past due on the portfolio's business date."""
    return days_past_due(
        case.loan.position,
        case.portfolio.business_date,
        due_day_counts=case.portfolio.due_day_counts,
    )


def next_step_text(case: Case, reason: Reason, now: datetime) -> str:
    """What comes next and when; nothing when it is due, or when "why now" says it already."""
    return "" if reason.names_next_step else _later_step(case, now)


def _later_step(case: Case, now: datetime) -> str:
    if case.next_step_at is None or case.next_step_at <= now:
        return ""
    step = case.get_next_step_display()
    local = case.next_step_at.astimezone(clock.zone_of(case.portfolio.time_zone))
    return _("%(step)s on %(when)s") % {"step": step, "when": date_format(local, _("j M H:i"))}


def last_contact_text(at: datetime | None, now: datetime) -> str:
    """How long ago somebody last tried; nothing when nobody ever did."""
    if at is None:
        return ""
    if now - at < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(at, now, depth=1)}


def clock_text(at: datetime, seen_from: datetime) -> str:
    """The time alone on the same day, with its day otherwise."""
    if at.date() == seen_from.date():
        return f"{at:%H:%M}"
    return date_format(at, _("j M H:i"))
