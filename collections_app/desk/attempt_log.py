"""The contacts about a loan, read once for everything the case page says of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Func, OuterRef, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.contacts.asks import WhyLate
from collections_app.contacts.models import Contact, ResultCode, ResultGroup
from collections_app.desk.people import in_reading_language, lang_of
from collections_app.desk.reasons import last_contact_text
from compliance.attempts.models import Attempt, Outcome, Settlement
from compliance.gate.facts import Channel
from core.encryption.words import words_in
from core.statements.kept import KeptStatement
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


@dataclass(frozen=True, slots=True)
class LoggedContact:
    """What a collector logged about a contact, as far as pages speak of it."""

    pk: UUID
    sequence: int
    result: ResultCode
    note: bytes | None
    answers: dict[str, str]
    logged_by: str
    taken_back_at: datetime | None
    taken_back_by: str


def logged_facts() -> ArraySubquery:
    """What was logged about each contact, the first entry first, in the query of the contacts."""
    return ArraySubquery(
        Contact.objects.filter(attempt=OuterRef("pk"))
        .order_by("sequence")
        .values(
            facts=JSONObject(
                pk="pk",
                sequence="sequence",
                code="result__code",
                name="result__name",
                name_zh="result__name_zh",
                group="result__group",
                asks="result__asks",
                note=Func("note", Value("hex"), function="encode"),
                answers="answers",
                logged_by="logged_by__full_name",
                taken_back_at="withdrawal__at",
                taken_back_by="withdrawal__withdrawn_by__full_name",
            )
        )
    )


def _logged_contact(facts: dict[str, Any]) -> LoggedContact:
    names = ("code", "name", "name_zh", "group", "asks")
    taken_back_at = facts["taken_back_at"]
    return LoggedContact(
        pk=UUID(facts["pk"]),
        sequence=facts["sequence"],
        result=ResultCode(**{name: facts[name] for name in names}),
        note=bytes.fromhex(facts["note"]) if facts["note"] else None,
        answers=facts["answers"],
        logged_by=facts["logged_by"],
        taken_back_at=datetime.fromisoformat(taken_back_at) if taken_back_at else None,
        taken_back_by=facts["taken_back_by"] or "",
    )


def recent_attempts(case: Case) -> list[Any]:
    """The latest contacts about the case's loan, as many as a page reads; one query."""
    return list(_RECENT.rows(loan=case.loan_id))


def attempts_about(case: Case) -> QuerySet[Attempt]:
    """The contacts about the case's loan, the latest first, each with all its settlements."""
    return _attempts_about(case.loan_id)


def _attempts_about(loan: UUID) -> QuerySet[Attempt]:
    settled = Settlement.objects.filter(attempt=OuterRef("pk")).order_by("sequence")
    return (
        Attempt.objects.filter(about__loan=loan)
        .select_related(
            *("contact_point", "party__data_key", "message", "inbound_message"),
            "phone_call__account",
        )
        # What was said in a message is read on its own page, by who may, and on record.
        .defer("message__subject", "message__body")
        .annotate(
            logged=logged_facts(),
            settled=ArraySubquery(
                settled.values(facts=JSONObject(outcome="outcome", at="at", by="settled_by"))
            ),
        )
        .order_by("-at", "-pk")
    )


_RECENT: Final = KeptStatement(lambda loan: _attempts_about(loan)[:READ])


def outcome_of(attempt: Any) -> str:
    """The outcome that counts, which is the latest; nothing while none is recorded."""
    return str(attempt.settled[-1]["outcome"]) if attempt.settled else ""


def started_call(attempts: list[Any], user: User) -> Attempt | None:
    """Returns the call that the user started and has not logged yet, of contacts already read.

    A call of the person has its outcome at once, unless that was taken back.
    """
    return next(
        (
            attempt
            for attempt in attempts
            if not outcome_of(attempt)
            and attempt.made_by_id == str(user.pk)
            and attempt.channel == Channel.CALL
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


def contact_of(attempt: Any) -> LoggedContact | None:
    """What a collector logged about a contact and did not take back.

    None for imported history and unlogged ones.
    """
    standing = [facts for facts in attempt.logged if not facts["taken_back_at"]]
    return _logged_contact(standing[-1]) if standing else None


def taken_back_of(attempt: Any) -> list[LoggedContact]:
    """The entries about a contact that were taken back, the first one first."""
    return [_logged_contact(facts) for facts in attempt.logged if facts["taken_back_at"]]


def result_name(attempt: Any) -> str:
    contact = contact_of(attempt)
    return "" if contact is None else name_of_result(contact.result)


def name_of_result(result: ResultCode) -> str:
    """The result in the reader's language."""
    return in_reading_language({"en": result.name, "zh": result.name_zh})


def last_said(case: Case, attempts: list[Any], now: datetime) -> dict[str, str]:
    """The last talk with the right person in one line; looked for further back when need be."""
    talk = next((a for a in attempts if _is_talk(a)), None)
    if talk is None and len(attempts) == READ:
        older = attempts_about(case).filter(
            contacts__result__group=ResultGroup.RIGHT_PARTY, contacts__withdrawal__isnull=True
        )
        talk = older.first()
    contact = contact_of(talk) if talk is not None else None
    if talk is None or contact is None:
        return {}
    text = note_of(contact, talk.party) or result_name(talk)
    return {
        "text": text,
        "lang": lang_of(text),
        "result": result_name(talk),
        "when": f"{last_contact_text(talk.at, now)}, {contact.logged_by}",
    }


#: Results in which the person said what keeps them from paying before a reason was asked for.
SAYS_WHY = frozenset({"RPC-HARD", "RPC-UNABLE", "RPC-DISP", "RPC-REF"})


def reasons_why_late(attempts: list[Any], zone: ZoneInfo) -> list[dict[str, str]]:
    """What was given as the cause, the last first: the reason chosen, or what the result says.

    Each with its day on the portfolio's clock (`zone`) and who recorded it. As far back as the
    contacts that the page has read.
    """
    found = []
    for attempt in attempts:
        contact = contact_of(attempt)
        if contact is None:
            continue
        said = contact.answers.get("why_late")
        if said or contact.result.code in SAYS_WHY:
            found.append(
                {
                    "text": str(WhyLate(said).label) if said else result_name(attempt),
                    "when": date_format(attempt.at.astimezone(zone), _("j M Y")),
                    "by": contact.logged_by,
                    "by_lang": lang_of(contact.logged_by),
                }
            )
    return found


def _is_talk(attempt: Any) -> bool:
    contact = contact_of(attempt)
    return contact is not None and contact.result.group == ResultGroup.RIGHT_PARTY


def note_of(contact: Contact | LoggedContact, party: Party) -> str:
    """The note of a contact in clear, or nothing when the person's key was destroyed."""
    return words_in(Contact(pk=contact.pk, note=contact.note), "note", key=party.data_key)
