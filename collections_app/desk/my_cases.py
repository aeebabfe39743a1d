"""The queue: open cases in their order, one keyset page at a time, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import OuterRef, Q, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.callbacks.queries import first_callback_facts
from collections_app.cases.models import Case, CaseQuerySet
from collections_app.contacts.models import Contact
from collections_app.desk.buckets import Bucket, bucket_facts
from collections_app.desk.keyset import beyond, key_of, ordered
from collections_app.desk.obligations import unlogged_calls
from collections_app.desk.people import (
    in_calling_order,
    in_reading_language,
    lang_of,
    shown_name,
)
from collections_app.desk.queue_cases import open_cases
from collections_app.desk.queue_filters import QueueFilter, matching, selected
from collections_app.desk.reasons import (
    AgreedCall,
    CaseSignals,
    Reason,
    days_late,
    last_contact_text,
    next_step_text,
    why_now,
)
from collections_app.desk.verdicts import VerdictView, no_number, present
from collections_app.promises.models import Promise, PromiseState
from collections_app.promises.queries import as_facts, with_answers
from collections_app.relationship.panel import relationship_facts, relationship_flag
from collections_app.worklist.lease_models import Lease
from compliance.gate.facts import Channel, ContactRequest, Content
from compliance.gate.services import decide_many
from core import clock
from core.statements.kept import KeptStatement
from loans.borrowers.models import ContactKind, ContactPoint
from loans.vehicles.models import Vehicle
from notifications.inbound.models import InboundMessage

PAGE_SIZE = 25

#: The channels of the list, tried on the number to call first.
LIST_CHANNELS = (Channel.CALL, Channel.SMS)


class ChannelVerdict(NamedTuple):
    """A chip of the list: the channel's icon and word, and what the gate says."""

    icon: str
    name: str
    verdict: VerdictView


@dataclass(frozen=True, slots=True)
class CaseRow:
    pk: UUID
    href: str
    borrower: str
    lang: str
    contract_no: str
    vehicle: str
    vehicle_lang: str
    bucket: Bucket
    days_past_due: int
    past_due_amount: Decimal
    currency: str
    why_now: Reason
    next_step: str
    verdicts: list[ChannelVerdict]
    last_contact: str
    last_result: str
    worked_by: str
    #: Who has the person now, if somebody else has.
    with_now: str
    #: `text, tone, why` while the relationship is strained or hot.
    relationship: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """One keyset page: its rows and the key after which the next one starts."""

    rows: list[CaseRow]
    next_after: str


def sees_more_than_own(user: User) -> bool:
    """Whether the list holds other people's cases too."""
    return has_right(user, "case.view_all") or has_right(user, "case.view_team")


def case_page(
    *, selection: QueueFilter, order: str, user: User, asked: dict[str, Any], after: str = ""
) -> CasePage:
    """Returns one page of rows. A fixed number of queries, whatever the number of rows.

    `asked` says who asks and when (`queue_cases.asked_by`). Raises ValueError or ArithmeticError
    for a key that is not one of ours.
    """
    now = clock.now()
    found = _read(selection, order, after, {**asked, "now": now})
    shown = found[:PAGE_SIZE]
    next_after = key_of(shown[-1], order) if len(found) > PAGE_SIZE else ""
    return CasePage(rows=_rows(shown, user, now), next_after=next_after)


def _read(selection: QueueFilter, order: str, after: str, asked: dict[str, Any]) -> list[Any]:
    """One row more than a page shows, of the selection in its order."""
    if not after and selection == QueueFilter(view=selection.view, order=selection.order):
        return _FIRST_PAGE.rows(view=selection.view, order=order, **asked)
    return list(_page(selection, order, after, **asked))


def _page(
    selection: QueueFilter, order: str, after: str, *, now: datetime, **asked: Any
) -> CaseQuerySet:
    cases = selected(matching(open_cases(**asked), selection), selection)
    in_order = ordered(cases, order)
    if after:
        in_order = in_order.filter(beyond(order, after))
    rows = _with_row_facts(
        in_order, agent=asked["user"], now=now, unlogged_since=asked["unlogged_since"]
    )
    return rows[: PAGE_SIZE + 1]


#: The page that a view opens with, which nearly everybody asks for nearly always.
_FIRST_PAGE: Final = KeptStatement(
    lambda view, order, **asked: _page(QueueFilter(view=view), order, "", **asked)
)


def _with_row_facts(
    cases: CaseQuerySet, *, agent: UUID, now: datetime, unlogged_since: datetime
) -> CaseQuerySet:
    """What a row shows, read with it: nothing here costs a query of its own."""
    phones = ContactPoint.objects.filter(party=OuterRef("borrower"), kind=ContactKind.PHONE)
    vehicle = Vehicle.objects.filter(loan=OuterRef("loan")).order_by("pk")
    contact = Contact.objects.filter(case=OuterRef("pk"), withdrawal=None).order_by("-at")
    unlogged = unlogged_calls(agent=agent, since=unlogged_since)
    unlogged = unlogged.filter(about__loan=OuterRef("loan"))
    elsewhere = Lease.objects.live(now).filter(party=OuterRef("borrower")).exclude(agent=agent)
    replies = InboundMessage.objects.unhandled().filter(party__loans__loan=OuterRef("loan"))
    return (
        cases.with_last_contact()
        .select_related("loan__position", "portfolio", "borrower", "assignee")
        .annotate(
            callback=Subquery(first_callback_facts()),
            relationship=Subquery(relationship_facts()),
            phone_pk=Subquery(in_calling_order(phones).values("pk")[:1]),
            bucket_facts=bucket_facts(
                scheme=OuterRef("portfolio__bucket_scheme"), code=OuterRef("loan__position__bucket")
            ),
            car=Subquery(
                vehicle.values(facts=JSONObject(make="make", model="model", year="model_year"))[:1]
            ),
            result=Subquery(
                contact.values(facts=JSONObject(en="result__name", zh="result__name_zh"))[:1]
            ),
            promise=Subquery(pressing_promise().values("facts")[:1]),
            with_now=Subquery(elsewhere.values("agent__full_name")[:1]),
            unlogged_at=Subquery(unlogged.order_by("at").values("at")[:1]),
            reply_at=Subquery(replies.order_by("received_at").values("received_at")[:1]),
        )
    )


def pressing_promise() -> Any:
    """The promise of the outer case's loan to speak of first: broken before due, then by day."""
    is_broken = Q(state__in=[PromiseState.BROKEN, PromiseState.PARTIAL])
    return as_facts(
        with_answers(
            Promise.objects.filter(
                Q(state=PromiseState.OPEN) | (is_broken & Q(due_on__gte=OuterRef("opened_on"))),
                loan=OuterRef("loan"),
            )
        )
        .exclude(is_broken, is_answered=True)
        .order_by(Choice(When(is_broken, then=Value(0)), default=Value(1)), "due_on")
    )


def _rows(cases: list[Any], user: User, now: datetime) -> list[CaseRow]:
    verdicts = _verdicts(cases, now)
    return [_row(case, verdicts[case.pk], user, now) for case in cases]


def _verdicts(cases: list[Any], now: datetime) -> dict[UUID, list[ChannelVerdict]]:
    """May we call and write, for every case of the page, asked about the number to try first."""
    names = {Channel.CALL: ("phone", _("Call")), Channel.SMS: ("message", _("SMS"))}
    asked = [
        (case.pk, channel, request_for(case, channel, case.phone_pk, now))
        for case in cases
        if case.phone_pk is not None
        for channel in LIST_CHANNELS
    ]
    verdicts: dict[UUID, list[ChannelVerdict]] = {case.pk: [] for case in cases}
    decisions = decide_many([request for _pk, _channel, request in asked])
    for (pk, channel, _request), decision in zip(asked, decisions, strict=True):
        verdict = present(decision)
        # What the call's chip has said is not said again: the shape is enough.
        if any(found.verdict.chip == verdict.chip for found in verdicts[pk]):
            verdict = replace(verdict, chip="")
        verdicts[pk].append(ChannelVerdict(*names[channel], verdict))
    for found in verdicts.values():
        if not found:
            found.append(ChannelVerdict(*names[Channel.CALL], no_number()))
    return verdicts


def request_for(
    case: Case, channel: Channel, contact_point_pk: UUID | None, at: datetime
) -> ContactRequest:
    """Asks about the borrower of a case, about this loan, for a contact made as it should be.

    A message says how to be spared further ones; two go on a visit, and all of it is recorded.
    """
    is_message = channel in (Channel.SMS, Channel.EMAIL)
    is_visit = channel == Channel.VISIT
    return ContactRequest(
        party_id=case.borrower_id,
        loan_ids=(case.loan_id,),
        channel=channel,
        at=at,
        contact_point_id=contact_point_pk,
        content=frozenset({Content.OPT_OUT_STATEMENT} if is_message else ()),
        people_count=2 if is_visit else None,
        is_recorded=True if is_visit else None,
    )


def _row(case: Any, verdicts: list[ChannelVerdict], user: User, now: datetime) -> CaseRow:
    position = case.loan.position
    bucket = Bucket.of(position.bucket, case.bucket_facts)
    days = days_late(case)
    car = " ".join(str((case.car or {}).get(part) or "") for part in ("make", "model", "year"))
    signals = CaseSignals(
        business_date=case.portfolio.business_date,
        now=now,
        unlogged_at=case.unlogged_at,
        reply_at=case.reply_at,
        callback=AgreedCall.of(case.callback),
        promise=case.promise,
        last_contact_at=case.last_contact_at,
    )
    other = case.assignee is not None and case.assignee_id != user.pk
    reason = why_now(case, bucket, days, signals)
    return CaseRow(
        pk=case.pk,
        href=reverse("desk:case", args=[case.pk]),
        borrower=shown_name(case.borrower),
        lang=lang_of(case.borrower.full_name),
        contract_no=case.loan.contract_no,
        vehicle=" ".join(car.split()),
        vehicle_lang=lang_of(car),
        bucket=bucket,
        days_past_due=days,
        past_due_amount=position.overdue_amount,
        currency=case.portfolio.currency,
        why_now=reason,
        next_step=next_step_text(case, reason, now),
        verdicts=verdicts,
        last_contact=last_contact_text(case.last_contact_at, now),
        last_result=in_reading_language(case.result),
        worked_by=case.assignee.get_full_name() if other else "",
        with_now=case.with_now or "",
        relationship=relationship_flag(case.relationship),
    )
