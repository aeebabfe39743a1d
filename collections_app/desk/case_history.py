"""What happened to the case rather than to the money: its life and holders, corrections, stops,
notices served and orders made, what the person said yes or no to, messages not sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import (
    CharField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, JSONObject

from collections_app.callbacks.models import CallbackEvent
from collections_app.cases.models import Case, CaseEvent, CaseEventKind
from collections_app.desk.legal_events import letters_of, proceedings_of
from collections_app.plans.models import PlanEvent
from collections_app.plans.presentation import told_end
from collections_app.visits.models import VisitEvent
from compliance.attempts.models import Settlement
from compliance.consents.models import Consent, ConsentKind
from compliance.notices.models import CourtOrder, ServedNotice
from compliance.stops.models import Stop
from core.audit.told import told_reason
from core.statements.kept import KeptStatement
from notifications.outbox.flow import MessageState
from notifications.outbox.models import Message, MessageEvent

CORRECTED: Final = "corrected"
STOP_SET: Final = "stop_set"
STOP_LIFTED: Final = "stop_lifted"
MESSAGE: Final = "message"
NOTICE: Final = "notice"
ORDER: Final = "order"
ANSWER: Final = "answer"
#: Before the kind of what happened to a visit.
VISIT: Final = "visit:"
#: Before the kind of what happened to a callback.
CALLBACK: Final = "callback:"
#: Before the state that a plan came to.
PLAN: Final = "plan:"


#: What belongs to a visit that was made, and is read there; the visit itself is a contact.
NOT_IN_TIMELINE: Final = ("photo", "vehicle", "checked_out", "booked")


class HistoryLine(NamedTuple):
    """One thing that happened: `before` and `after` are people of an assignment, outcomes of a
    correction, the kind of a stop, or purpose and state of a message, whose `reason` is JSON. A
    notice or order has its day as midnight in UTC and its kind; an answer the channel or kind it
    is about and yes or no; a callback who has it now and its time, which is JSON."""

    kind: str
    ref: str
    at: datetime
    by: str
    before: str
    after: str
    reason: str

    @property
    def told_reason(self) -> str:
        """As it was written; the system's own are kept in English and told as the reader reads."""
        if self.kind.startswith(PLAN):
            return told_end(self.reason)
        return told_reason(self.reason, self.by)


def case_history(case: Case) -> list[HistoryLine]:
    """Returns what happened on every case of the loan and to the borrower; one query."""
    rows = _HISTORY.rows(loan=case.loan_id, borrower=case.borrower_id)
    return [HistoryLine(*row) for row in rows]


def _history(loan: UUID, borrower: UUID) -> QuerySet[Any, Any]:
    return _events(loan).union(
        _corrections(loan),
        _stops_set(loan, borrower),
        _stops_lifted(loan, borrower),
        _unsent_messages(loan),
        _notices(loan),
        _orders(loan),
        _answers(loan, borrower),
        _callbacks(loan),
        _visits(loan),
        _plans(loan),
        proceedings_of(loan),
        letters_of(loan),
        all=True,
    )


_HISTORY: Final = KeptStatement(_history)


def _text(name: str) -> Any:
    return Cast(F(name), CharField())


def _word(word: str) -> Value:
    return Value(word, CharField())


def _events(loan: UUID) -> QuerySet[Any, Any]:
    return (
        CaseEvent.objects.filter(case__loan=loan)
        .exclude(kind=CaseEventKind.NEXT_STEP)
        .values_list(
            _text("kind"),
            _text("pk"),
            "known_at",
            _text("by"),
            Coalesce(_text("from_user__full_name"), _word("")),
            Coalesce(_text("to_user__full_name"), _word("")),
            _text("reason"),
        )
    )


def _corrections(loan: UUID) -> QuerySet[Any, Any]:
    earlier = Settlement.objects.filter(
        attempt=OuterRef("attempt"), sequence=OuterRef("sequence") - 1
    )
    corrections = Settlement.objects.filter(attempt__about__loan=loan, sequence__gt=1)
    # What was taken back, and said anew after that, stands with the contact itself.
    replaced = corrections.alias(before=Subquery(earlier.values("outcome")[:1])).exclude(
        Q(outcome="") | Q(before="")
    )
    return replaced.values_list(
        _word(CORRECTED),
        _text("pk"),
        "at",
        _text("settled_by"),
        Cast(Subquery(earlier.values("outcome")[:1]), CharField()),
        _text("outcome"),
        _word(""),
    )


def _stops(loan: UUID, borrower: UUID) -> QuerySet[Stop]:
    return Stop.objects.filter(Q(loan=loan) | Q(loan=None), party=borrower)


def _stops_set(loan: UUID, borrower: UUID) -> QuerySet[Any, Any]:
    return _stops(loan, borrower).values_list(
        _word(STOP_SET),
        _text("pk"),
        "starts_at",
        _text("set_by"),
        _word(""),
        _text("kind"),
        _word(""),
    )


def _stops_lifted(loan: UUID, borrower: UUID) -> QuerySet[Any, Any]:
    return (
        _stops(loan, borrower)
        .filter(lifted_at__isnull=False)
        .values_list(
            _word(STOP_LIFTED),
            _text("pk"),
            "lifted_at",
            _text("lifted_by"),
            _text("kind"),
            _word(""),
            _text("lifted_reason"),
        )
    )


def _notices(loan: UUID) -> QuerySet[Any, Any]:
    served = ServedNotice.objects.filter(loan=loan, withdrawn_at__isnull=True)
    return served.values_list(
        _word(NOTICE),
        _text("pk"),
        Cast("served_on", DateTimeField()),
        _text("recorded_by"),
        _text("how"),
        _text("kind"),
        _text("document_ref"),
    )


def _orders(loan: UUID) -> QuerySet[Any, Any]:
    return CourtOrder.objects.filter(loan=loan).values_list(
        _word(ORDER),
        _text("pk"),
        Cast("made_on", DateTimeField()),
        _text("recorded_by"),
        _word(""),
        _text("kind"),
        Cast(Concat("court", Value(" "), "number"), CharField()),
    )


def _answers(loan: UUID, borrower: UUID) -> QuerySet[Any, Any]:
    """What the borrower said yes or no to, of this loan or of all."""
    said = Consent.objects.filter(Q(loan=loan) | Q(loan=None), party=borrower)
    return said.values_list(
        _word(ANSWER),
        _text("pk"),
        "given_at",
        _text("recorded_by"),
        Choice(When(kind=ConsentKind.CHANNEL, then=_text("channel")), default=_text("kind")),
        _text("answer"),
        _text("source"),
    )


def _callbacks(loan: UUID) -> QuerySet[Any, Any]:
    """What happened to the callbacks of the loan; a contact that met one stands by itself too."""
    return CallbackEvent.objects.filter(callback__case__loan=loan).values_list(
        Concat(_word(CALLBACK), _text("kind")),
        _text("pk"),
        "known_at",
        _text("by"),
        Coalesce(_text("to_user__full_name"), _word("")),
        Cast(JSONObject(due_at="due_at", zone="time_zone"), CharField()),
        _text("reason"),
    )


def _visits(loan: UUID) -> QuerySet[Any, Any]:
    """What happened to visits; what was found at one stands on its own page."""
    told = VisitEvent.objects.filter(visit__case__loan=loan)
    return told.exclude(kind__in=NOT_IN_TIMELINE).values_list(
        Concat(_word(VISIT), _text("kind")),
        _text("pk"),
        "at",
        _text("by"),
        Coalesce(_text("visit__agent__full_name"), _word("")),
        Cast(JSONObject(opens_at="visit__opens_at", zone="visit__time_zone"), CharField()),
        _text("reason"),
    )


def _plans(loan: UUID) -> QuerySet[Any, Any]:
    """What became of the plans of the loan; `before` is the kind of the plan."""
    return PlanEvent.objects.filter(plan__loan=loan).values_list(
        Concat(_word(PLAN), _text("state")),
        _text("pk"),
        "known_at",
        _text("by"),
        _text("plan__kind"),
        _word(""),
        _text("reason"),
    )


def _unsent_messages(loan: UUID) -> QuerySet[Any, Any]:
    """Messages about the loan that no contact was booked for: those stand among the contacts.

    One that waits stands at the instant it is to be sent, one that was stopped when it was.
    """
    last = MessageEvent.objects.filter(message=OuterRef("pk")).order_by("-pk")
    return Message.objects.filter(about__loan=loan, attempt__isnull=True).values_list(
        _word(MESSAGE),
        _text("pk"),
        Choice(
            When(state=MessageState.WAITING, then=F("send_at")),
            default=Coalesce(Subquery(last.values("at")[:1]), F("send_at")),
        ),
        _text("planned_by"),
        _text("purpose"),
        _text("state"),
        Cast(
            JSONObject(channel="channel", word="reason", values="reason_values"),
            CharField(),
        ),
    )
