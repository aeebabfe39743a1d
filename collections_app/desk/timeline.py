"""Everything that happened on a case's loan, newest first, as one list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.cases.models import Case, CaseEvent, CaseEventKind
from collections_app.contacts.models import Contact
from collections_app.desk.buckets import buckets_by_scheme
from collections_app.desk.people import lang_of
from collections_app.promises.models import Promise
from compliance.attempts.models import Attempt, Direction
from compliance.attempts.queries import with_outcome
from core import clock
from core.encryption.sealing import KeyDestroyed, unseal
from loans.borrowers.models import Party
from loans.delinquency.models import BucketStay
from loans.delinquency.queries import RepaymentLine, repayment_history
from loans.repayments.models import RepaymentState

PAGE_SIZE = 30

#: filter -> kinds of event it shows
FILTERS: dict[str, frozenset[str]] = {
    "all": frozenset({"contact", "money", "case"}),
    "contact": frozenset({"contact"}),
    "money": frozenset({"money"}),
}


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    at: datetime
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


def timeline(*, case: Case, zone: ZoneInfo, show: str = "all") -> list[TimelineEvent]:
    """Returns the events of the case's loan, newest first. A fixed number of queries."""
    kinds = FILTERS.get(show, FILTERS["all"])
    events: list[TimelineEvent] = []
    if "contact" in kinds:
        events.extend(_contacts(case, zone))
        events.extend(_promises(case, zone))
    if "money" in kinds:
        events.extend(_money(case, zone))
    if "case" in kinds:
        events.extend(_case_life(case, zone))
        events.extend(_buckets(case, zone))
    return sorted(events, key=lambda event: event.at, reverse=True)


def note_of(contact: Contact, party: Party) -> str:
    """The note of a contact in clear, or nothing when the person's key was destroyed."""
    if contact.note is None:
        return ""
    try:
        return unseal(
            key=party.data_key,
            sealed=contact.note,
            table=Contact._meta.db_table,
            column="note",
            row_id=contact.pk,
        )
    except KeyDestroyed:
        return ""


def result_name(contact: Contact) -> str:
    is_chinese = (get_language() or "").startswith("zh")
    return contact.result.name_zh if is_chinese else contact.result.name


def _contacts(case: Case, zone: ZoneInfo) -> Iterator[TimelineEvent]:
    attempts = (
        with_outcome(Attempt.objects.filter(about__loan=case.loan_id))
        .select_related("contact__result", "contact__logged_by", "contact_point", "party__data_key")
        .order_by("-at")[: 4 * PAGE_SIZE]
    )
    for attempt in attempts:
        yield _contact_event(attempt, zone)


def _contact_event(attempt: Attempt, zone: ZoneInfo) -> TimelineEvent:
    contact = getattr(attempt, "contact", None)
    who = attempt.contact_point.masked if attempt.contact_point else ""
    incoming = attempt.direction == Direction.INBOUND
    channel = str(attempt.get_channel_display()).capitalize()
    note = note_of(contact, attempt.party) if contact else ""
    if contact is not None:
        summary = result_name(contact)
    elif attempt.outcome is None:  # type: ignore[attr-defined]
        summary = _("%(channel)s, outcome missing") % {"channel": channel}
    else:
        outcome = attempt.settlements.model(outcome=attempt.outcome).get_outcome_display()  # type: ignore[attr-defined]
        summary = f"{channel}: {outcome}"
    parts = [who, _("from the person") if incoming else "", attempt.made_by]
    return TimelineEvent(
        at=attempt.at,
        shown_at=_moment(attempt.at, zone),
        icon="phone" if attempt.channel == "call" else "message",
        kind="contact",
        summary=summary,
        detail=" · ".join(part for part in parts if part),
        quote=note,
        lang=lang_of(note),
        state="uncertain" if attempt.is_unsanctioned else "",
        state_name=_("unsanctioned") if attempt.is_unsanctioned else "",
    )


def _promises(case: Case, zone: ZoneInfo) -> Iterator[TimelineEvent]:
    states = {"open": "waiting", "kept": "done", "partial": "uncertain", "broken": "failed"}
    for promise in Promise.objects.filter(loan=case.loan_id).order_by("-made_at")[:PAGE_SIZE]:
        yield TimelineEvent(
            at=promise.made_at,
            shown_at=_moment(promise.made_at, zone),
            icon="promise",
            kind="contact",
            summary=_("Promise by %(day)s") % {"day": date_format(promise.due_on, _("j M Y"))},
            detail=promise.taken_by,
            amount=promise.amount,
            state=states.get(promise.state, "failed"),
            state_name=promise.get_state_display(),
        )


#: state of a repayment -> the mark that shows it
REPAYMENT_MARKS = {"pending": "uncertain", "settled": "done", "returned": "failed"}


def repayment_mark(line: RepaymentLine) -> tuple[str, str]:
    """Returns the mark and the word for how a repayment stands now."""
    if line.is_reversed:
        return "failed", _("taken back")
    return REPAYMENT_MARKS[line.state], str(RepaymentState(line.state).label)


def _money(case: Case, zone: ZoneInfo) -> Iterator[TimelineEvent]:
    for line in repayment_history(case.loan)[: 2 * PAGE_SIZE]:
        row = line.repayment
        mark, word = repayment_mark(line)
        # A value date has no time of day; noon keeps it between the day's morning and evening.
        at = datetime.combine(row.value_on, time(12), tzinfo=zone)
        yield TimelineEvent(
            at=at.astimezone(UTC),
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


def _case_life(case: Case, zone: ZoneInfo) -> Iterator[TimelineEvent]:
    events = (
        CaseEvent.objects.filter(case__loan=case.loan_id)
        .exclude(kind=CaseEventKind.NEXT_STEP)
        .select_related("to_user")
        .order_by("-pk")[:PAGE_SIZE]
    )
    for event in events:
        to = event.to_user.get_full_name() if event.to_user else ""
        yield TimelineEvent(
            at=event.known_at,
            shown_at=_moment(event.known_at, zone),
            icon=_LIFE_ICONS.get(event.kind, "info"),
            kind="case",
            summary=_("Case %(event)s") % {"event": event.get_kind_display()},
            detail=" · ".join(part for part in (to, event.reason, event.by) if part),
        )


def _buckets(case: Case, zone: ZoneInfo) -> Iterator[TimelineEvent]:
    stays = BucketStay.objects.filter(loan=case.loan_id, superseded_at__isnull=True).order_by(
        "-entered_on"
    )[:PAGE_SIZE]
    severities = {
        code: bucket.severity
        for (scheme, code), bucket in buckets_by_scheme().items()
        if scheme == case.portfolio.bucket_scheme_id
    }
    for stay in stays:
        is_current = severities.get(stay.bucket) == 0
        if is_current and stay.entered_on <= case.loan.started_on + timedelta(days=1):
            continue  # the loan began; nothing was cured
        at = datetime.combine(stay.entered_on, time(23, 59), tzinfo=zone)
        yield TimelineEvent(
            at=at.astimezone(UTC),
            shown_at=day_text(stay.entered_on),
            icon="calendar",
            kind="case",
            summary=_("Back to current")
            if is_current
            else _("Entered bucket %(code)s") % {"code": stay.bucket},
        )


def day_text(day: date) -> str:
    """A day in few letters: day and month within the last ten months, the whole date before."""
    is_recent = clock.now().date() - day < timedelta(days=300)
    return date_format(day, _("j M")) if is_recent else day.isoformat()


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    is_recent = clock.now() - at < timedelta(days=300)
    return date_format(local, _("j M H:i")) if is_recent else local.date().isoformat()
