"""The contacts about a loan, read once for everything the case page says of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact, ResultGroup
from collections_app.desk.people import in_reading_language, lang_of
from collections_app.desk.reasons import last_contact_text
from compliance.attempts.models import Attempt, Direction, Outcome, Settlement
from compliance.gate.facts import Channel
from core.encryption.sealing import KeyDestroyed, unseal
from loans.borrowers.models import Party

#: How many of the latest contacts the page reads; older ones are paged through in the timeline.
READ = 120
#: How many results of one number are drawn.
SHOWN_RESULTS = 8


@dataclass(frozen=True, slots=True)
class ResultMark:
    """One result of a number: how far it got (0 to 3), what it was and when."""

    height: int
    name: str
    at: datetime


#: outcome -> how far the contact got: nobody, somebody, the person hung up, a talk.
_HEIGHTS = {
    Outcome.CONVERSATION: 3,
    Outcome.MET: 3,
    Outcome.DROPPED: 2,
    Outcome.THIRD_PARTY: 1,
    Outcome.VOICEMAIL: 1,
}


def attempts_about(case: Case) -> QuerySet[Attempt]:
    """The contacts about the case's loan, the latest first, each with all its settlements."""
    settled = Settlement.objects.filter(attempt=OuterRef("pk")).order_by("sequence")
    return (
        Attempt.objects.filter(about__loan=case.loan_id)
        .select_related(
            *("contact__result", "contact__logged_by", "contact_point", "party__data_key"),
            *("message", "inbound_message"),
        )
        # What was said in a message is read on its own page, by who may, and on record.
        .defer("message__subject", "message__body")
        .annotate(
            settled=ArraySubquery(
                settled.values(facts=JSONObject(outcome="outcome", at="at", by="settled_by"))
            )
        )
        .order_by("-at", "-pk")
    )


def outcome_of(attempt: Any) -> str:
    """The outcome that counts, which is the latest; nothing while none is recorded."""
    return str(attempt.settled[-1]["outcome"]) if attempt.settled else ""


def started_call(attempts: list[Any], user: User) -> Attempt | None:
    """Returns the call that the user started and has not logged yet, of contacts already read."""
    return next(
        (
            attempt
            for attempt in attempts
            if not attempt.settled
            and attempt.made_by_id == str(user.pk)
            and attempt.channel == Channel.CALL
            and attempt.direction == Direction.OUTBOUND
        ),
        None,
    )


@dataclass(frozen=True, slots=True)
class Past:
    """What came of each number: the latest results, oldest first, and when talks began."""

    results: dict[UUID, list[ResultMark]]
    talks: dict[UUID, list[datetime]]


def past_by_number(attempts: list[Any]) -> Past:
    """Returns what the contacts read say of each number."""
    marks: dict[UUID, list[ResultMark]] = defaultdict(list)
    talks: dict[UUID, list[datetime]] = defaultdict(list)
    for attempt in attempts:
        outcome = outcome_of(attempt)
        if attempt.contact_point_id is None or not outcome or outcome == Outcome.NOT_MADE:
            continue
        if _is_talk(attempt) and attempt.channel == Channel.CALL:
            talks[attempt.contact_point_id].append(attempt.at)
        found = marks[attempt.contact_point_id]
        if len(found) < SHOWN_RESULTS:
            name = result_name(attempt) or str(Outcome(outcome).label)
            found.append(ResultMark(_HEIGHTS.get(Outcome(outcome), 0), name, attempt.at))
    return Past({pk: list(reversed(found)) for pk, found in marks.items()}, talks)


def contact_of(attempt: Attempt) -> Contact | None:
    """What a collector logged about a contact; none for imported history and unlogged ones."""
    return getattr(attempt, "contact", None)


def result_name(attempt: Attempt) -> str:
    contact = contact_of(attempt)
    if contact is None:
        return ""
    return in_reading_language({"en": contact.result.name, "zh": contact.result.name_zh})


def last_said(case: Case, attempts: list[Any], now: datetime) -> dict[str, str]:
    """The last talk with the right person in one line; looked for further back when need be."""
    talk = next((a for a in attempts if _is_talk(a)), None)
    if talk is None and len(attempts) == READ:
        older = attempts_about(case).filter(Q(contact__result__group=ResultGroup.RIGHT_PARTY))
        talk = older.first()
    contact = contact_of(talk) if talk is not None else None
    if talk is None or contact is None:
        return {}
    text = note_of(contact, talk.party) or result_name(talk)
    return {
        "text": text,
        "lang": lang_of(text),
        "result": result_name(talk),
        "when": f"{last_contact_text(talk.at, now)}, {contact.logged_by.get_full_name()}",
    }


#: Results in which the person says what keeps them from paying.
SAYS_WHY = frozenset({"RPC-HARD", "RPC-UNABLE", "RPC-DISP", "RPC-REF"})


def why_late(attempts: list[Any], now: datetime) -> dict[str, str]:
    """What the person last gave as the cause, as far as a result says it; nothing otherwise."""
    for attempt in attempts:
        contact = contact_of(attempt)
        if contact is not None and contact.result.code in SAYS_WHY:
            return {"text": result_name(attempt), "when": last_contact_text(attempt.at, now)}
    return {}


def _is_talk(attempt: Attempt) -> bool:
    contact = contact_of(attempt)
    return contact is not None and contact.result.group == ResultGroup.RIGHT_PARTY


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
