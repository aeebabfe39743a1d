"""Everything that happened on a case's loan as one list, newest first, in keyset pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from collections_app.cases.models import Case
from collections_app.desk.attempt_log import attempts_about
from collections_app.desk.buckets import Bucket
from collections_app.desk.case_history import MESSAGE, case_history
from collections_app.desk.message_events import (
    message_of,
    reply_event,
    reply_of,
    sent_event,
    unsent_events,
)
from collections_app.desk.note_events import note_events
from collections_app.desk.promise_record import PromiseFact
from collections_app.desk.timeline_events import (
    ATTEMPT_RANK,
    TAKEN_BACK_RANK,
    TimelineEvent,
    contact_event,
    fact_events,
    history_events,
    promise_events,
    repayment_events,
    taken_back_events,
)
from collections_app.notes.models import Note
from loans.delinquency.fact_lines import fact_lines
from loans.delinquency.queries import RepaymentLine

PAGE_SIZE = 30

#: filter -> kinds of event it shows; what the lender's books state is shown only where asked for
FILTERS: dict[str, frozenset[str]] = {
    "all": frozenset({"contact", "note", "promise", "money", "case"}),
    "contact": frozenset({"contact"}),
    "note": frozenset({"note"}),
    "promise": frozenset({"promise"}),
    "money": frozenset({"money", "promise", "books"}),
    "case": frozenset({"case"}),
}
SEPARATOR = "~"


@dataclass(frozen=True, slots=True)
class TimelineSources:
    """What is read before: the loan's money and promises, its buckets, and recent contacts."""

    case: Case
    zone: ZoneInfo
    scheme: list[Bucket]
    repayments: list[RepaymentLine]
    promises: list[PromiseFact]
    #: Notes about the case and the person, few like the facts.
    notes: list[Note]
    #: The latest contacts, more than a page of them; read again for every further page.
    attempts: list[Any] | None = None


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """One page of events, and the key after which the next one starts."""

    events: list[TimelineEvent]
    next_after: str


def timeline_page(*, sources: TimelineSources, show: str, after: str = "") -> TimelinePage:
    """Returns a page of the loan's events, newest first; two queries, three after the first page.

    Raises ValueError for a key that is not one of ours.
    """
    kinds = FILTERS.get(show, FILTERS["all"])
    place = _parse(after) if after else None
    found = [event for event in _events(sources, kinds, place) if event.kind in kinds]
    if place is not None:
        found = [event for event in found if event.place < place]
    found.sort(key=lambda event: event.place, reverse=True)
    shown = found[:PAGE_SIZE]
    return TimelinePage(events=shown, next_after=_key(shown[-1]) if len(found) > PAGE_SIZE else "")


def timeline_context(
    case: Case, page: TimelinePage, show: str, *, is_first: bool
) -> dict[str, Any]:
    """What the timeline's part of the page shows."""
    labels = {
        "all": _("All"),
        "contact": _("Contact"),
        "note": _("Notes"),
        "promise": _("Promises"),
        "money": _("Money"),
        "case": _("Case"),
    }
    href = reverse("desk:case", args=[case.pk])
    more = urlencode({"show": show, "before": page.next_after})
    return {
        "timeline": page.events,
        "timeline_currency": case.portfolio.currency,
        "timeline_filters": [
            {
                "label": label,
                "href": f"{href}?{urlencode({'show': key})}#timeline",
                "is_current": key == show,
            }
            for key, label in labels.items()
        ],
        "timeline_more_href": f"{href}?{more}#timeline" if page.next_after else "",
        "timeline_first_href": "" if is_first else f"{href}?{urlencode({'show': show})}#timeline",
        "zone_name": case.portfolio.time_zone,
    }


def _events(
    sources: TimelineSources, kinds: frozenset[str], place: tuple[datetime, int, str] | None
) -> Iterable[TimelineEvent]:
    case, zone = sources.case, sources.zone
    if "contact" in kinds:
        for attempt in _attempts(sources, place):
            yield _contact(attempt, zone)
            yield from taken_back_events(attempt, zone)
    if "contact" in kinds or "case" in kinds:
        lines = case_history(case)
        yield from history_events((line for line in lines if line.kind != MESSAGE), zone)
        yield from unsent_events(lines, zone)
    if "note" in kinds:
        yield from note_events(sources.notes, zone)
    if "promise" in kinds:
        yield from promise_events(sources.promises, zone)
    if "money" in kinds:
        yield from repayment_events(sources.repayments, zone)
    if "money" in kinds or "case" in kinds:
        facts = fact_lines(case.loan, leave_out=frozenset({"repayment"}))
        yield from fact_events(facts, sources.scheme, case.loan.started_on, zone)


def _contact(attempt: Any, zone: ZoneInfo) -> TimelineEvent:
    """A call or a visit, a message of ours, or what the person wrote back."""
    if (reply := reply_of(attempt)) is not None:
        return reply_event(attempt, reply, zone)
    if (message := message_of(attempt)) is not None:
        return sent_event(attempt, message, zone)
    return contact_event(attempt, zone)


def _attempts(sources: TimelineSources, place: tuple[datetime, int, str] | None) -> Iterable[Any]:
    """One page of contacts, from the key on. A loan has few facts but may have many contacts."""
    if place is None and sources.attempts is not None:
        return sources.attempts[: PAGE_SIZE + 1]
    attempts = attempts_about(sources.case)
    if place is not None:
        at, rank, ref = place
        earlier = Q(at__lt=at)
        if rank in (ATTEMPT_RANK, TAKEN_BACK_RANK):
            # The contact itself again: what was taken back about it comes after it.
            earlier |= Q(at=at, pk__lte=UUID(ref.partition(".")[0]))
        attempts = attempts.filter(earlier)
    return attempts[: PAGE_SIZE + 2]


def _key(event: TimelineEvent) -> str:
    return SEPARATOR.join([event.at.isoformat(), str(event.rank), event.ref])


def _parse(key: str) -> tuple[datetime, int, str]:
    at, rank, ref = key.split(SEPARATOR)
    parsed = datetime.fromisoformat(at)
    if parsed.tzinfo is None:
        raise ValueError("A key says in which zone its time is.")
    return parsed, int(rank), ref
