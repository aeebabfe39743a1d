"""What the case page shows, gathered in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.callbacks.hours import zone_of_places
from collections_app.callbacks.panel import callbacks_context
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.desk.attempt_log import (
    last_said,
    outcome_of,
    past_by_number,
    reasons_why_late,
    recent_attempts,
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
from collections_app.desk.case_guide import guide_context
from collections_app.desk.case_loans import (
    cars_of,
    is_uninsured,
    loan_rows,
    loan_to_value,
    read_debts,
    requests_about_loans,
    totals,
)
from collections_app.desk.case_money import (
    bucket_facts,
    bucket_of,
    instalment_reached,
    instalment_rows,
    money_facts,
    repayment_rows,
)
from collections_app.desk.case_offers import offer_of
from collections_app.desk.case_parties import (
    other_parties,
    party_rows,
    requests_about_parties,
)
from collections_app.desk.case_paying import paying_context
from collections_app.desk.case_people import (
    borrower_facts,
    dossier_href,
    flags,
    is_debt,
    opt_out_flags,
    parties_of,
    record_href,
)
from collections_app.desk.case_plan import plan_context
from collections_app.desk.case_row import addresses_of
from collections_app.desk.message_events import reply_of
from collections_app.desk.override_offer import override_offer
from collections_app.desk.people import in_calling_order, vehicle_view
from collections_app.desk.promise_record import (
    PromiseFact,
    promise_facts,
    promise_links,
    promise_record,
    taker_context,
)
from collections_app.desk.reasons import AgreedCall, CaseSignals, days_late, next_step_text, why_now
from collections_app.desk.replies import replies_context
from collections_app.desk.reveal import HiddenChoice, hidden_choices
from collections_app.desk.timeline import TimelineSources
from collections_app.legal.panel import legal_context
from collections_app.notes.models import Note
from collections_app.notes.panel import notes_context
from collections_app.notes.queries import notes_on
from collections_app.promises.models import PromiseState
from collections_app.protection.panel import pause_context
from collections_app.relationship.flow import Temperature
from collections_app.relationship.panel import relationship_context
from collections_app.visits.panel import visits_context
from collections_app.worklist.lease_line import lease_context
from core import clock
from loans.borrowers.models import Address, ContactPoint, Party
from loans.contracts.models import LoanParty
from loans.delinquency.models import Instalment
from loans.delinquency.queries import RepaymentLine, instalments_of, repayment_history
from loans.vehicles.models import Vehicle


@dataclass(frozen=True, slots=True)
class CaseMaterial:
    """The rows behind a case page; every query of the page but the logger's is made for these."""

    case: Case
    scheme: list[Bucket]
    #: Everybody on the loan, and their numbers and e-mails, each person's in the order to try.
    parties: list[LoanParty]
    points: dict[UUID, list[ContactPoint]]
    addresses: list[Address]
    instalments: list[Instalment]
    repayments: list[RepaymentLine]
    attempts: list[Any]
    debts: list[Any]
    promises: list[PromiseFact]
    #: The cars of the loan at hand.
    cars: list[Vehicle]
    notes: list[Note]

    @property
    def zone(self) -> ZoneInfo:
        """The person's own clock where it is known for sure, else that of the portfolio."""
        reach = self.reach
        places: list[ContactPoint | Address] = [*reach.points, *reach.addresses]
        zones = {zone for place in places for zone in place.time_zones}
        return ZoneInfo(zones.pop()) if len(zones) == 1 else zone_of(self.case)

    @property
    def reach(self) -> Reach:
        return Reach(
            points=self.points.get(self.case.borrower_id, []),
            addresses=self.addresses,
        )


def gather(case: Any, user: User) -> CaseMaterial:
    """Reads everything the page shows."""
    rows = read_debts(case, user)
    debts, parties = [row for row in rows if is_debt(row, case)], parties_of(rows, case)
    own = next((row for row in debts if row.loan_id == case.loan_id), None)
    return CaseMaterial(
        case=case,
        scheme=[
            Bucket(row["code"], row["severity"], row["first"], row["last"]) for row in case.scheme
        ],
        parties=parties,
        points=points_by_party({row.party_id: row.party for row in parties}),
        addresses=addresses_of(case),
        instalments=instalments_of(case.loan),
        repayments=repayment_history(case.loan, with_allocations=False),
        attempts=recent_attempts(case),
        debts=debts,
        promises=promise_facts(own.promises) if own else [],
        cars=cars_of(own) if own else [],
        notes=notes_on(case),
    )


def points_by_party(people: Mapping[UUID, Party]) -> dict[UUID, list[ContactPoint]]:
    """The numbers and e-mails of people, each person's in the order to try. One query."""
    found: dict[UUID, list[ContactPoint]] = defaultdict(list)
    for point in in_calling_order(ContactPoint.objects.filter(party__in=people)):
        point.party = people[point.party_id]
        found[point.party_id].append(point)
    return found


def hidden_values(material: CaseMaterial) -> list[HiddenChoice]:
    """The values of the page that may be shown in clear, for a purpose."""
    return hidden_choices(
        material.case.borrower,
        points=material.points,
        addresses=material.addresses,
        cars=material.cars,
        parties=material.parties,
    )


def verdict_bar(case: Case, user: User) -> dict[str, Any]:
    """The part of the page that the clock flips: the verdicts and the number to try."""
    reach = reach_of(case)
    return _verdicts(case, user, reach, ask_gate(case, reach, clock.now()))


def reach_of(case: Case) -> Reach:
    """How the borrower may be reached, where no more of the page is read. One query."""
    points = points_by_party({case.borrower_id: case.borrower})
    return Reach(points.get(case.borrower_id, []), addresses_of(case))


def _verdicts(case: Case, user: User, reach: Reach, answers: Answers) -> dict[str, Any]:
    return {
        "override": override_offer(case, user, reach, answers),
        "call_verdict": call_verdict(case, answers),
        "call_start": call_start(case, reach, answers),
        "channels": channel_verdicts(case, user, answers),
    }


def case_context(material: CaseMaterial, user: User) -> dict[str, Any]:
    """Returns the context of the page, but for the logger and the timeline."""
    case, now = material.case, clock.now()
    read: Any = case  # with what `case_for` reads along
    reach = material.reach
    answers = _ask(material, now)
    bucket = bucket_of(case, material.scheme)
    everything = [fact for row in material.debts for fact in promise_facts(row.promises)]
    promises = promise_record(everything, material.promises)
    signals = _signals(material, user, now)
    reason = why_now(case, bucket, days_late(case), signals)
    verdicts = _verdicts(case, user, reach, answers)
    loans = loan_rows(material.debts, case, verdicts["call_verdict"], answers.loans, user)
    return {
        "case": _case_facts(material, user),
        "borrower": borrower_facts(case.borrower, reach.points, reach.addresses, now),
        "flags": flags(case, material.parties, answers.stops, now)
        + opt_out_flags(case, answers.refused),
        **replies_context(case, material.attempts, user),
        "record_href": record_href(case.borrower_id, case),
        "dossier_href": dossier_href(case, user),
        "money": money_facts(case, material.repayments),
        "bucket": bucket_facts(case, material.scheme),
        "vehicle": _vehicle(material),
        **verdicts,
        **_talk(material, answers, user, signals, verdicts["channels"]),
        "offer": offer_of(case, user),
        **paying_context(case, user),
        "why_now": reason,
        "next_step": next_step_text(case, reason, now),
        "last_said": last_said(case, material.attempts, now),
        "why_late": reasons_why_late(material.attempts, zone_of(case)),
        "contacts": contact_rows(case, reach, answers, past_by_number(material.attempts)),
        "parties": party_rows(
            case, other_parties(case, material.parties), material.points, answers.people
        ),
        "loans": loans,
        "loan_totals": totals(loans),
        "promises": promises,
        **taker_context(promises, user),
        **promise_links(case, promises, user, may_wait=read.is_promise_asked),
        **plan_context(case, user),
        "instalments": instalment_rows(case, material.instalments),
        "instalments_note": _("books on %(day)s, replayed from facts")
        % {"day": date_format(case.portfolio.business_date, _("j M Y"))},
        "repayments": repayment_rows(material.repayments),
        "back_href": reverse("desk:my_cases"),
        "zone_name": case.portfolio.time_zone,
        **_callbacks(material, user),
        **visits_context(case, user, read.visits_to_make),
        **legal_context(case, user),
        **notes_context(case, user, material.notes),
        **pause_context(user, may_have_one=read.may_have_pause),
        **lease_context(party_id=case.borrower_id, user=user),
    }


def _talk(
    material: CaseMaterial,
    answers: Answers,
    user: User,
    signals: CaseSignals,
    channels: list[dict[str, Any]],
) -> dict[str, Any]:
    """What to say, and how it stands between us and the person."""
    read: Any = material.case
    facts = read.relationship
    guide = guide_context(
        material.attempts,
        answers,
        user,
        pressing=signals.promise,
        is_hot=bool(facts) and facts["state"] == Temperature.HOT,
    )
    written = (one["href"] for one in channels if one["href"] and one["verdict"].allows_contact)
    return guide | relationship_context(
        material.case,
        user,
        facts,
        zone=zone_of(material.case),
        message_href=next(written, ""),
        has_guide=bool(guide["guide"]) and user.has_guide,
    )


def _ask(material: CaseMaterial, now: datetime) -> Answers:
    """One question to the gate about everybody on the loan and every loan of the person."""
    case, reach = material.case, material.reach
    first = next(iter(reach.phones), None)
    return ask_gate(
        case,
        reach,
        now,
        people=requests_about_parties(
            case, other_parties(case, material.parties), material.points, now
        ),
        loans=requests_about_loans(material.debts, case, first, now),
    )


def _vehicle(material: CaseMaterial) -> dict[str, object]:
    """The car with what it is worth beside what is owed on it."""
    car, case = next(iter(material.cars), None), material.case
    return {
        **vehicle_view(car),
        "loan_to_value": loan_to_value(case.loan.position.outstanding_amount, car),
        "is_uninsured": is_uninsured(car, case.portfolio.business_date),
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
        zone=material.zone,
        scheme=material.scheme,
        repayments=material.repayments,
        promises=material.promises,
        notes=material.notes,
        attempts=material.attempts,
    )


def zone_of(case: Case) -> ZoneInfo:
    return ZoneInfo(case.portfolio.time_zone)
