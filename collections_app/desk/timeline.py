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
from collections_app.contacts.models import Contact
from collections_app.desk.attempt_log import READ, attempts_about
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
    CONTACT_KINDS,
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
#: The view to print holds more of them.
PRINTED = 100

#: filter -> kinds of event it shows; what the lender's books state is shown only where asked for.
FILTERS: dict[str, frozenset[str]] = {
    "all": frozenset(
        {"contact", "message", "letter", "promise", "money", "note", "legal", "system"}
    ),
    "contact": frozenset({"contact"}),
    "message": frozenset({"message"}),
    "letter": frozenset({"letter"}),
    "money": frozenset({"money", "promise", "books"}),
    "promise": frozenset({"promise"}),
    "note": frozenset({"note"}),
    "legal": frozenset({"legal"}),
    "system": frozenset({"system"}),
}
#: filter -> the contacts it shows, of which a loan may have many.
_CONTACTS: dict[str, Q] = {
    "all": Q(),
    "contact": ~Q(channel__in=CONTACT_KINDS),
    "message": Q(channel__in=[way for way, kind in CONTACT_KINDS.items() if kind == "message"]),
    "letter": Q(channel__in=[way for way, kind in CONTACT_KINDS.items() if kind == "letter"]),
    "note": Q(
        pk__in=Contact.objects.filter(note__isnull=False, withdrawal__isnull=True).values("attempt")
    ),
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


def timeline_page(
    *, sources: TimelineSources, show: str, after: str = "", size: int = PAGE_SIZE
) -> TimelinePage:
    """Returns a page of the loan's events, newest first; two queries, three after the first page.

    Raises ValueError for a key that is not one of ours.
    """
    show = show if show in FILTERS else "all"
    place = _parse(after) if after else None
    found = [event for event in _events(sources, show, place, size) if _is_shown(event, show)]
    if place is not None:
        found = [event for event in found if event.place < place]
    found.sort(key=lambda event: event.place, reverse=True)
    shown = found[:size]
    return TimelinePage(events=shown, next_after=_key(shown[-1]) if len(found) > size else "")


def _is_shown(event: TimelineEvent, show: str) -> bool:
    """A contact with a note stands under the notes too."""
    is_noted = show == "note" and event.kind == "contact" and bool(event.quote)
    return is_noted or event.kind in FILTERS[show]


def filter_labels() -> dict[str, str]:
    """The filters by their key, in the reader's language."""
    return {
        "all": _("All"),
        "contact": _("Contact"),
        "message": _("Messages"),
        "letter": _("Letters"),
        "money": _("Money"),
        "promise": _("Promises"),
        "note": _("Notes"),
        "legal": _("Legal"),
        "system": _("System"),
    }


def timeline_context(
    case: Case, page: TimelinePage, show: str, *, is_first: bool, zone: ZoneInfo
) -> dict[str, Any]:
    """What the timeline's part of the page shows."""
    return {
        **_listed(case, page, show, reverse("desk:case", args=[case.pk]), is_first=is_first),
        "timeline_print_href": f"{_print_href(case)}?{urlencode({'show': show})}",
        "zone_name": zone.key,
    }


def printed_context(
    case: Case, page: TimelinePage, show: str, *, is_first: bool, zone: ZoneInfo
) -> dict[str, Any]:
    """What the view to print shows: the same list on a page of its own."""
    listed = _listed(case, page, show, _print_href(case), is_first=is_first)
    return {**listed, "zone_name": zone.key}


def _print_href(case: Case) -> str:
    return reverse("desk:timeline", args=[case.pk])


def _listed(
    case: Case, page: TimelinePage, show: str, href: str, *, is_first: bool
) -> dict[str, Any]:
    more = urlencode({"show": show, "before": page.next_after})
    labels = filter_labels()
    return {
        "timeline": page.events,
        "timeline_currency": case.portfolio.currency,
        "timeline_filter": labels[show],
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
    }


def _events(
    sources: TimelineSources, show: str, place: tuple[datetime, int, str] | None, size: int
) -> Iterable[TimelineEvent]:
    case, zone, kinds = sources.case, sources.zone, FILTERS[show]
    if show in _CONTACTS:
        for attempt in _attempts(sources, show, place, size):
            yield _contact(attempt, zone)
            yield from taken_back_events(attempt, zone)
    if kinds & {"contact", "message", "letter", "legal", "promise", "system"}:
        lines = case_history(case)
        yield from history_events((line for line in lines if line.kind != MESSAGE), zone)
        yield from unsent_events(lines, zone)
    if "note" in kinds:
        yield from note_events(sources.notes, zone)
    if "promise" in kinds:
        yield from promise_events(sources.promises, zone)
    if "money" in kinds:
        yield from repayment_events(sources.repayments, zone)
    if kinds & {"money", "system"}:
        facts = fact_lines(case.loan, leave_out=frozenset({"repayment"}))
        yield from fact_events(facts, sources.scheme, case.loan.started_on, zone)


def _contact(attempt: Any, zone: ZoneInfo) -> TimelineEvent:
    """A call or a visit, a message of ours, or what the person wrote back."""
    if (reply := reply_of(attempt)) is not None:
        return reply_event(attempt, reply, zone)
    if (message := message_of(attempt)) is not None:
        return sent_event(attempt, message, zone)
    return contact_event(attempt, zone)


def _attempts(
    sources: TimelineSources, show: str, place: tuple[datetime, int, str] | None, size: int
) -> Iterable[Any]:
    """One page of contacts, from the key on. A loan has few facts but may have many contacts."""
    if place is None and show == "all" and sources.attempts is not None and size < READ:
        return sources.attempts[: size + 1]
    attempts = attempts_about(sources.case).filter(_CONTACTS[show])
    if place is not None:
        at, rank, ref = place
        earlier = Q(at__lt=at)
        if rank in (ATTEMPT_RANK, TAKEN_BACK_RANK):
            # The contact itself again: what was taken back about it comes after it.
            earlier |= Q(at=at, pk__lte=UUID(ref.partition(".")[0]))
        attempts = attempts.filter(earlier)
    return attempts[: size + 2]


def _key(event: TimelineEvent) -> str:
    return SEPARATOR.join([event.at.isoformat(), str(event.rank), event.ref])


def _parse(key: str) -> tuple[datetime, int, str]:
    at, rank, ref = key.split(SEPARATOR)
    parsed = datetime.fromisoformat(at)
    if parsed.tzinfo is None:
        raise ValueError("A key says in which zone its time is.")
    return parsed, int(rank), ref
