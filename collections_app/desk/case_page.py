"""What the case page shows, gathered in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.callbacks.hours import zone_of_places
from collections_app.callbacks.panel import callbacks_context
from collections_app.callbacks.queries import first_callback_facts
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.drafts import draft_facts
from collections_app.desk.attempt_log import (
    READ,
    attempts_about,
    last_said,
    outcome_of,
    results_by_number,
    why_late,
)
from collections_app.desk.buckets import Bucket
from collections_app.desk.case_contacts import (
    Answers,
    Reach,
    ask_gate,
    call_start,
    call_verdict,
    channel_verdicts,
    contact_rows,
)
from collections_app.desk.case_money import (
    bucket_facts,
    bucket_of,
    instalment_reached,
    instalment_rows,
    money_facts,
    repayment_rows,
)
from collections_app.desk.case_people import (
    borrower_facts,
    debts_of,
    flags,
    opt_out_flags,
    other_loans,
    party_rows,
    record_href,
)
from collections_app.desk.message_events import reply_of
from collections_app.desk.override_offer import override_offer
from collections_app.desk.people import in_calling_order, vehicle_view
from collections_app.desk.promise_record import (
    PromiseFact,
    promise_facts,
    promise_links,
    promise_record,
)
from collections_app.desk.reasons import AgreedCall, CaseSignals, days_late, next_step_text, why_now
from collections_app.desk.replies import replies_context
from collections_app.desk.timeline import TimelineSources
from collections_app.notes.models import Note
from collections_app.notes.panel import notes_context
from collections_app.notes.queries import notes_on
from collections_app.promises.models import PromiseLimit, PromiseState
from collections_app.protection.panel import pause_context
from collections_app.worklist.lease_line import lease_context
from core import clock
from loans.borrowers.models import Address, ContactPoint
from loans.contracts.models import LoanParty
from loans.delinquency.models import Instalment
from loans.delinquency.queries import RepaymentLine, instalments_of, repayment_history
from loans.portfolios.models import BucketRange
from loans.vehicles.models import Vehicle


@dataclass(frozen=True, slots=True)
class CaseMaterial:
    """The rows behind a case page; every query of the page but the logger's is made for these."""

    case: Case
    scheme: list[Bucket]
    points: dict[UUID, list[ContactPoint]]
    instalments: list[Instalment]
    repayments: list[RepaymentLine]
    attempts: list[Any]
    debts: list[Any]
    promises: list[PromiseFact]
    notes: list[Note]

    @property
    def reach(self) -> Reach:
        return Reach(
            points=self.points.get(self.case.borrower_id, []),
            addresses=list(self.case.borrower.addresses.all()),
        )


def case_for(user: User, pk: UUID) -> Case:
    """Returns the case with what the page needs of it.

    Raises Case.DoesNotExist out of scope, and where the loan left the books with its import: there
    is no position to show then, and its history stands in the administration.
    """
    ranges = BucketRange.objects.filter(scheme=OuterRef("portfolio__bucket_scheme"))
    return (
        Case.objects.visible_to(user)
        .with_last_contact()
        .annotate(
            draft=draft_facts(user),
            promise_limit=ArraySubquery(
                PromiseLimit.objects.filter(role=user.role).values(
                    facts=JSONObject(
                        max_days_out="max_days_out", min_share="min_share", max_parts="max_parts"
                    )
                )
            ),
            callback=Subquery(first_callback_facts()),
            scheme=ArraySubquery(
                ranges.order_by("from_days").values(
                    facts=JSONObject(
                        code="code", severity="severity", first="from_days", last="to_days"
                    )
                )
            ),
        )
        .select_related(
            "loan__position", "loan__product", "portfolio", "borrower__data_key", "assignee"
        )
        .prefetch_related(
            Prefetch("loan__vehicles", queryset=Vehicle.objects.order_by("pk")),
            Prefetch("borrower__addresses", queryset=Address.objects.filter(is_current=True)),
            Prefetch(
                "loan__parties",
                queryset=LoanParty.objects.select_related("party").order_by("role", "pk"),
            ),
        )
        .get(pk=pk, loan__withdrawn_at__isnull=True)
    )


def gather(case: Any, user: User) -> CaseMaterial:
    """Reads everything the page shows."""
    debts = list(debts_of(case, user))
    own: list[Any] = next((row.promises for row in debts if row.loan_id == case.loan_id), [])
    return CaseMaterial(
        case=case,
        scheme=[
            Bucket(row["code"], row["severity"], row["first"], row["last"]) for row in case.scheme
        ],
        points=points_by_party(case),
        instalments=instalments_of(case.loan),
        repayments=repayment_history(case.loan, with_allocations=False),
        attempts=list(attempts_about(case)[:READ]),
        debts=debts,
        promises=promise_facts(own),
        notes=notes_on(case),
    )


def points_by_party(case: Case) -> dict[UUID, list[ContactPoint]]:
    """The numbers and e-mails of everybody on the loan, each person's in the order to try."""
    people = {row.party_id: row.party for row in case.loan.parties.all()}
    found: dict[UUID, list[ContactPoint]] = defaultdict(list)
    for point in in_calling_order(ContactPoint.objects.filter(party__in=people)):
        point.party = people[point.party_id]
        found[point.party_id].append(point)
    return found


def verdict_bar(case: Case, user: User) -> dict[str, Any]:
    """The part of the page that the clock flips: the verdicts and the number to try."""
    points = points_by_party(case)
    reach = Reach(points.get(case.borrower_id, []), list(case.borrower.addresses.all()))
    return _verdicts(case, user, reach, ask_gate(case, reach, clock.now()))


def _verdicts(case: Case, user: User, reach: Reach, answers: Answers) -> dict[str, Any]:
    return {
        "override": override_offer(case, user, reach, answers),
        "call_verdict": call_verdict(case, answers),
        "call_start": call_start(case, reach, answers),
        "channels": channel_verdicts(answers),
    }


def case_context(material: CaseMaterial, user: User) -> dict[str, Any]:
    """Returns the context of the page, but for the logger and the timeline."""
    case, now = material.case, clock.now()
    reach = material.reach
    answers = ask_gate(case, reach, now)
    bucket = bucket_of(case, material.scheme)
    everything = [fact for row in material.debts for fact in promise_facts(row.promises)]
    promises = promise_record(everything, material.promises)
    signals = _signals(material, user, now)
    reason = why_now(case, bucket, days_late(case), signals)
    return {
        "case": _case_facts(material, user),
        "borrower": borrower_facts(case.borrower, reach.points, reach.addresses, now),
        "flags": flags(case, answers.stops, now) + opt_out_flags(case, answers.refused),
        **replies_context(case, material.attempts, user),
        "record_href": record_href(case.borrower_id, case),
        "money": money_facts(case, material.repayments),
        "bucket": bucket_facts(case, material.scheme),
        "vehicle": vehicle_view(next(iter(case.loan.vehicles.all()), None)),
        **_verdicts(case, user, reach, answers),
        "why_now": reason,
        "next_step": next_step_text(case, reason, now),
        "last_said": last_said(case, material.attempts, now),
        "why_late": why_late(material.attempts, now),
        "contacts": contact_rows(case, reach, answers, results_by_number(material.attempts)),
        "parties": party_rows(case, material.points),
        "other_loans": other_loans(material.debts, case),
        "promises": promises,
        **promise_links(case, promises, user),
        "instalments": instalment_rows(case, material.instalments),
        "instalments_note": _("books on %(day)s, replayed from facts")
        % {"day": date_format(case.portfolio.business_date, _("j M Y"))},
        "repayments": repayment_rows(material.repayments),
        "back_href": reverse("desk:my_cases"),
        "zone_name": case.portfolio.time_zone,
        **_callbacks(material, user),
        **notes_context(case, user, material.notes),
        **pause_context(user),
        **lease_context(party_id=case.borrower_id, user=user),
    }


def _callbacks(material: CaseMaterial, user: User) -> dict[str, Any]:
    points = [point for found in material.points.values() for point in found]
    reach = material.reach
    zone = zone_of_places(reach.points, reach.addresses, material.case)
    return callbacks_context(material.case, user, points=points, zone=zone)


def _case_facts(material: CaseMaterial, user: User) -> dict[str, Any]:
    case = material.case
    other = case.assignee is not None and case.assignee_id != user.pk
    return {
        "pk": case.pk,
        "contract_no": case.loan.contract_no,
        "product": case.loan.product.name,
        "instalments_total": len(material.instalments),
        "instalment_number": instalment_reached(material.instalments, case.portfolio.business_date),
        "opened_on": case.opened_on,
        "is_closed": case.state != CaseState.OPEN,
        "closed_reason": case.get_close_reason_display() if case.close_reason else "",
        "worked_by": case.assignee.get_full_name() if other and case.assignee else "",
    }


def _signals(material: CaseMaterial, user: User, now: datetime) -> CaseSignals:
    case = material.case
    unlogged = next(
        (a for a in material.attempts if not outcome_of(a) and a.made_by_id == str(user.pk)), None
    )
    replies = [r.received_at for a in material.attempts if (r := reply_of(a)) and not r.handled_at]
    return CaseSignals(
        business_date=case.portfolio.business_date,
        now=now,
        unlogged_at=unlogged.at if unlogged else None,
        reply_at=min(replies, default=None),
        callback=AgreedCall.of(material.case.callback),  # type: ignore[attr-defined]
        promise=_pressing(case, material.promises),
        last_contact_at=case.last_contact_at,
    )


def _pressing(case: Case, promises: list[PromiseFact]) -> dict[str, Any] | None:
    """The promise to speak of first, chosen as the list chooses it."""
    is_broken = {PromiseState.BROKEN, PromiseState.PARTIAL}
    candidates = [
        promise
        for promise in promises
        if promise.state == PromiseState.OPEN
        or (
            promise.state in is_broken
            and promise.due_on >= case.opened_on
            and not promise.is_answered
        )
    ]
    first = min(candidates, key=lambda p: (p.state not in is_broken, p.due_on), default=None)
    if first is None:
        return None
    return {
        "amount": first.amount,
        "due_on": first.due_on.isoformat(),
        "state": first.state,
        "is_awaiting": first.is_awaiting,
    }


def timeline_sources(material: CaseMaterial) -> TimelineSources:
    """What the timeline is made of, as far as the page has read it."""
    return TimelineSources(
        case=material.case,
        zone=zone_of(material.case),
        scheme=material.scheme,
        repayments=material.repayments,
        promises=material.promises,
        notes=material.notes,
        attempts=material.attempts,
    )


def zone_of(case: Case) -> ZoneInfo:
    return ZoneInfo(case.portfolio.time_zone)
