"""One line of the timeline for each kind of thing that can happen to a loan or its case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from collections_app.cases.models import CaseEventKind
from collections_app.desk.agreed_events import happened_to_agreed
from collections_app.desk.attempt_log import (
    contact_of,
    name_of_result,
    note_of,
    outcome_of,
    result_name,
    taken_back_of,
)
from collections_app.desk.buckets import Bucket
from collections_app.desk.case_history import (
    ANSWER,
    CORRECTED,
    NOTICE,
    ORDER,
    STOP_LIFTED,
    STOP_SET,
    HistoryLine,
)
from collections_app.desk.case_money import repayment_mark
from collections_app.desk.legal_events import DEMAND, PROCEEDING, happened_in_court
from collections_app.desk.open_call import phone_call_of
from collections_app.desk.people import lang_of
from collections_app.desk.promise_record import PromiseFact
from collections_app.dialling.presentation import told_parts
from collections_app.dialling.recordings import recording_href
from compliance.attempts.models import Attempt, AttemptChannel, Direction, Outcome
from compliance.consents.models import ConsentAnswer, ConsentKind
from compliance.notices.models import NoticeKind, OrderKind, ServedBy
from compliance.stops.models import StopKind
from core import clock
from loans.contracts.models import ScheduleOrigin
from loans.delinquency.fact_lines import BUCKET, FactLine
from loans.delinquency.models import StatementKind
from loans.delinquency.queries import RepaymentLine
from loans.repayments.models import (
    ChargeKind,
    LossKind,
    OwedComponent,
    RepaymentState,
    ReversibleKind,
)

#: Where events of one instant stand: a higher rank is shown first.
NOTE_RANK, ATTEMPT_RANK, TAKEN_BACK_RANK = 7, 6, 5
HISTORY_RANK, PROMISE_RANK, MONEY_RANK, FACT_RANK = 4, 3, 2, 1

#: A fact has a day, no time: noon keeps it between the day's morning and evening, and what the
#: close found out stands at the day's end.
_NOON, _DAY_END = time(12), time(23, 59)


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """`at`, `rank` and `ref` are its place in the list; `kind` is what the filters go by."""

    at: datetime
    rank: int
    ref: str
    shown_at: str
    icon: str
    kind: str
    summary: str
    detail: str = ""
    amount: Decimal | None = None
    quote: str = ""
    lang: str = ""
    state: str = ""
    state_name: str = ""
    is_corrected: bool = False
    #: What stands elsewhere, such as a recording: its name, and its address where there is one.
    link_text: str = ""
    link_href: str = ""

    @property
    def place(self) -> tuple[datetime, int, str]:
        return (self.at, self.rank, self.ref)


#: channel -> the filter its contacts stand under; a call or a visit is a contact.
CONTACT_KINDS = {
    AttemptChannel.SMS: "message",
    AttemptChannel.EMAIL: "message",
    AttemptChannel.LETTER: "letter",
}
_CONTACT_ICONS = {
    AttemptChannel.CALL: "phone",
    AttemptChannel.VISIT: "place",
    AttemptChannel.EMAIL: "mail",
    AttemptChannel.LETTER: "letter",
    AttemptChannel.REPOSSESSION: "car",
}


def contact_event(attempt: Any, zone: ZoneInfo) -> TimelineEvent:
    """One contact: its result, whose number, who made it, and what was said."""
    contact = contact_of(attempt)
    note = note_of(contact, attempt.party) if contact else ""
    incoming = attempt.direction == Direction.INBOUND
    who = attempt.contact_point.masked if attempt.contact_point else ""
    call = phone_call_of(attempt)
    parts = [who, _("from the person") if incoming else "", attempt.made_by, *told_parts(call)]
    recording = call.recording if call is not None else ""
    return TimelineEvent(
        at=attempt.at,
        rank=ATTEMPT_RANK,
        ref=str(attempt.pk),
        shown_at=moment_text(attempt.at, zone),
        icon=_CONTACT_ICONS.get(attempt.channel, "message"),
        kind=CONTACT_KINDS.get(attempt.channel, "contact"),
        summary=_contact_summary(attempt),
        detail=" · ".join(part for part in parts if part),
        quote=note,
        lang=lang_of(note),
        state="uncertain" if attempt.is_unsanctioned else "",
        state_name=_("unsanctioned") if attempt.is_unsanctioned else "",
        is_corrected=_is_corrected(attempt),
        link_text=_("recording %(reference)s") % {"reference": recording} if recording else "",
        link_href=recording_href(call) if call is not None else "",
    )


def taken_back_events(attempt: Any, zone: ZoneInfo) -> Iterator[TimelineEvent]:
    """Entries about a contact that were taken back: struck through, with who did it and when."""
    for contact in taken_back_of(attempt):
        note = note_of(contact, attempt.party)
        when = contact.taken_back_at or attempt.at
        yield TimelineEvent(
            at=attempt.at,
            rank=TAKEN_BACK_RANK,
            ref=f"{attempt.pk}.{contact.sequence}",
            shown_at=moment_text(attempt.at, zone),
            icon="phone",
            kind="contact",
            summary=name_of_result(contact.result),
            detail=_("taken back by %(name)s at %(time)s")
            % {"name": contact.taken_back_by, "time": f"{when.astimezone(zone):%H:%M:%S}"},
            quote=note,
            lang=lang_of(note),
            is_corrected=True,
        )


def _is_corrected(attempt: Any) -> bool:
    """Whether the outcome that stands replaced another; after a taking back it stands alone."""
    outcomes = [row["outcome"] for row in attempt.settled]
    since = len(outcomes) - outcomes[::-1].index("") if "" in outcomes else 0
    return len(outcomes[since:]) > 1


def _contact_summary(attempt: Attempt) -> str:
    logged = result_name(attempt)
    if logged:
        return logged
    channel = _sentence_case(str(attempt.get_channel_display()))
    outcome = outcome_of(attempt)
    if not outcome:
        return _("%(channel)s, outcome missing") % {"channel": channel}
    return f"{channel}: {Outcome(outcome).label}"


def _sentence_case(text: str) -> str:
    """Large first letter, the rest as it is: SMS stays SMS."""
    return text[:1].upper() + text[1:]


def promise_events(promises: Iterable[PromiseFact], zone: ZoneInfo) -> Iterator[TimelineEvent]:
    for promise in promises:
        yield TimelineEvent(
            at=promise.made_at,
            rank=PROMISE_RANK,
            ref=promise.pk,
            shown_at=moment_text(promise.made_at, zone),
            icon="promise",
            kind="promise",
            summary=_("Promise by %(day)s") % {"day": date_format(promise.due_on, _("j M Y"))},
            detail=promise.taken_by,
            amount=promise.amount,
            state=promise.mark,
            state_name=promise.state_name,
        )


def repayment_events(lines: Iterable[RepaymentLine], zone: ZoneInfo) -> Iterator[TimelineEvent]:
    for line in lines:
        row = line.repayment
        mark, word = repayment_mark(line)
        yield TimelineEvent(
            at=_at(row.value_on, _NOON, zone),
            rank=MONEY_RANK,
            ref=_number(row.pk),
            shown_at=day_text(row.value_on),
            icon="payment",
            kind="money",
            summary=_("Repayment"),
            detail=row.method,
            amount=row.amount,
            state=mark,
            state_name=word,
            is_corrected=line.is_reversed or line.state == RepaymentState.RETURNED,
        )


_LIFE_ICONS = {"opened": "case", "assigned": "person", "cured": "check", "closed": "lock"}


def history_events(lines: Iterable[HistoryLine], zone: ZoneInfo) -> Iterator[TimelineEvent]:
    for line in lines:
        summary, icon, kind = _happened(line)
        has_day = line.kind in _OF_A_DAY
        yield TimelineEvent(
            at=_at(line.at.date(), _NOON, zone) if has_day else line.at,
            rank=HISTORY_RANK,
            ref=f"{line.kind}.{line.ref}",
            shown_at=day_text(line.at.date()) if has_day else moment_text(line.at, zone),
            icon=icon,
            kind=kind,
            summary=summary,
            detail=" · ".join(part for part in (line.told_reason, line.by) if part),
        )


#: Kinds of line that have a day and no time.
_OF_A_DAY = frozenset({NOTICE, ORDER})


def _happened(line: HistoryLine) -> tuple[str, str, str]:
    """The sentence, icon and filter of one line."""
    if (agreed := happened_to_agreed(line)) is not None:
        return agreed
    if line.kind.startswith((PROCEEDING, DEMAND)):
        return (*happened_in_court(line), "legal")
    if line.kind == CORRECTED:
        words = {"after": Outcome(line.after).label, "before": Outcome(line.before).label}
        return _("Outcome corrected: %(after)s, was %(before)s") % words, "pencil", "contact"
    if line.kind in _LEGAL:
        return (*_LEGAL[line.kind](line), "legal")
    if line.kind == CaseEventKind.ASSIGNED:
        return _assigned(line), "person", "system"
    event = CaseEventKind(line.kind).label
    return _("Case %(event)s") % {"event": event}, _LIFE_ICONS.get(line.kind, "info"), "system"


def _stop_set(line: HistoryLine) -> tuple[str, str]:
    return _("Stop: %(stop)s") % {"stop": StopKind(line.after).label}, "hand"


def _stop_lifted(line: HistoryLine) -> tuple[str, str]:
    return _("Stop lifted: %(stop)s") % {"stop": StopKind(line.before).label}, "hand"


def _notice(line: HistoryLine) -> tuple[str, str]:
    words = {"what": NoticeKind(line.after).label, "how": ServedBy(line.before).label}
    return _("Served by %(how)s: %(what)s") % words, "letter"


def _order(line: HistoryLine) -> tuple[str, str]:
    return _("Order: %(what)s") % {"what": OrderKind(line.after).label}, "scales"


def _answer(line: HistoryLine) -> tuple[str, str]:
    known = line.before in AttemptChannel.values
    way = AttemptChannel(line.before).label if known else ConsentKind(line.before).label
    words = {"what": way}
    if line.after == ConsentAnswer.YES:
        return _("Agreed to %(what)s") % words, "check"
    return _("Said no to %(what)s") % words, "hand"


#: What the law or the person's word made of it.
_LEGAL: dict[str, Callable[[HistoryLine], tuple[str, str]]] = {
    STOP_SET: _stop_set,
    STOP_LIFTED: _stop_lifted,
    NOTICE: _notice,
    ORDER: _order,
    ANSWER: _answer,
}


def _assigned(line: HistoryLine) -> str:
    if line.before and line.after:
        return _("From %(before)s to %(after)s") % {"before": line.before, "after": line.after}
    if line.after:
        return _("Assigned to %(after)s") % {"after": line.after}
    return _("Taken from %(before)s, nobody has it") % {"before": line.before}


def fact_events(
    lines: Iterable[FactLine], scheme: list[Bucket], started_on: date, zone: ZoneInfo
) -> Iterator[TimelineEvent]:
    """Facts of the loan other than repayments; the loan's own beginning says nothing new."""
    severities = {bucket.code: bucket.severity for bucket in scheme}
    for line in lines:
        told = _stay(line, severities, started_on) if line.kind == BUCKET else _fact(line)
        if told is None:
            continue
        summary, icon, kind = told
        yield TimelineEvent(
            at=_at(line.value_on, _DAY_END if line.kind == BUCKET else _NOON, zone),
            rank=FACT_RANK,
            ref=f"{line.kind}.{_number(line.fact_id)}",
            shown_at=day_text(line.value_on),
            icon=icon,
            kind=kind,
            summary=summary,
            detail=" · ".join(part for part in (line.reason, line.entered_by) if part),
            amount=line.amount,
        )


def _stay(
    line: FactLine, severities: dict[str, int], started_on: date
) -> tuple[str, str, str] | None:
    if severities.get(line.detail) != 0:
        return _("Entered bucket %(code)s") % {"code": line.detail}, "calendar", "system"
    if line.value_on <= started_on + timedelta(days=1):
        return None  # the loan began; nothing was cured
    return _("Back to current"), "check", "system"


def _fact(line: FactLine) -> tuple[str, str, str] | None:
    """The sentence, icon and filter of a fact; nothing for what another line says already."""
    if line.kind == "repayment_state":
        if line.detail != RepaymentState.RETURNED:
            return None
        return _("Payment returned"), "payment", "money"
    if line.kind == "schedule":
        if line.detail in (ScheduleOrigin.STATED, ScheduleOrigin.GENERATED):
            return None
        words = {"origin": ScheduleOrigin(line.detail).label}
        return _("New schedule: %(origin)s") % words, "calendar", "money"
    if line.kind == "stated_position":
        words = {"kind": StatementKind(line.detail).label}
        return _("Principal outstanding, %(kind)s") % words, "books", "books"
    return _money_fact(line)


def _money_fact(line: FactLine) -> tuple[str, str, str]:
    plain = {
        "refund": (_("Refund"), "payment"),
        "chargeback": (_("Charged back by the payer's bank"), "payment"),
        "resume": (_("Pause ended early"), "hourglass"),
        "acceleration": (_("Whole loan called due"), "scales"),
        "acceleration_taken_back": (_("Due by its instalments again"), "scales"),
    }
    if line.kind in plain:
        return *plain[line.kind], "money"
    if line.kind == "pause":
        day = date_format(line.until, _("j M Y")) if line.until else ""
        return _("Ageing paused until %(day)s") % {"day": day}, "hourglass", "money"
    labels: dict[str, Any] = {
        "charge": (ChargeKind, _("Charged: %(what)s")),
        "waiver": (OwedComponent, _("Waived: %(what)s")),
        "write_off": (LossKind, _("Loss taken: %(what)s")),
        "reversal": (ReversibleKind, _("Taken back: %(what)s")),
    }
    words, sentence = labels[line.kind]
    icon = "pencil" if line.kind == "reversal" else "payment"
    return sentence % {"what": words(line.detail).label}, icon, "money"


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _number(number: int) -> str:
    """Numbers as texts that sort like numbers."""
    return f"{number:020d}"


def day_text(day: date) -> str:
    """A day in few letters: day and month within the last ten months, the whole date before."""
    is_recent = clock.now().date() - day < timedelta(days=300)
    return date_format(day, _("j M")) if is_recent else day.isoformat()


def moment_text(at: datetime, zone: ZoneInfo) -> str:
    """An instant on the clock of a zone, with its time while it is recent."""
    local = at.astimezone(zone)
    is_recent = clock.now() - at < timedelta(days=300)
    return date_format(local, _("j M H:i")) if is_recent else local.date().isoformat()
