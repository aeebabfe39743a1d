"""What the case page shows, gathered in a fixed number of queries."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.contacts.models import Contact
from collections_app.desk.buckets import Bucket, buckets_by_scheme
from collections_app.desk.my_cases import days_late, next_step_text, why_now
from collections_app.desk.people import (
    lang_of,
    local_clock,
    ranked_phones,
    shown_name,
    vehicle_view,
)
from collections_app.desk.timeline import note_of, repayment_mark, result_name
from collections_app.desk.verdicts import VerdictView, no_number, present_call
from compliance.attempts.models import Attempt
from compliance.gate.facts import Channel, ContactRequest, Decision
from compliance.gate.services import decide_many
from compliance.stops.models import Stop, StopKind
from core import clock
from loans.borrowers.models import Address, ContactKind, ContactPoint, Party
from loans.contracts.models import LIABLE_ROLES, LoanParty
from loans.delinquency.models import Instalment, Position
from loans.delinquency.queries import RepaymentLine, instalments_of, repayment_history
from loans.portfolios.models import Ledger
from loans.vehicles.models import Vehicle

SHOWN_INSTALMENTS = 12
SHOWN_REPAYMENTS = 12

#: Stops that end contact for good reasons of law or of the person are red, the others amber.
CARE_STOPS = frozenset({StopKind.HARDSHIP, StopKind.VULNERABLE, StopKind.HOLD})


def case_for(user: User, pk: UUID) -> Case:
    """Returns the case with what the page needs of it. Raises Case.DoesNotExist out of scope."""
    return (
        Case.objects.visible_to(user)
        .with_last_contact()
        .select_related(
            "loan__position", "loan__product", "portfolio", "borrower__data_key", "assignee"
        )
        .prefetch_related(
            Prefetch("loan__vehicles", queryset=Vehicle.objects.order_by("pk")),
            Prefetch("borrower__contact_points", queryset=ContactPoint.objects.order_by("pk")),
            Prefetch("borrower__addresses", queryset=Address.objects.filter(is_current=True)),
            Prefetch(
                "loan__parties", queryset=LoanParty.objects.select_related("party").order_by("pk")
            ),
        )
        .get(pk=pk)
    )


def started_call(case: Case, user: User) -> Attempt | None:
    """Returns the call on this case that the user started and has not logged yet."""
    return (
        Attempt.objects.unsettled()
        .filter(about__loan=case.loan_id, made_by_id=str(user.pk), channel=Channel.CALL)
        .select_related("contact_point", "party__data_key")
        .order_by("-at")
        .first()
    )


def call_decisions(case: Case, at: datetime) -> dict[UUID, Decision]:
    """What the gate says now about each phone of the borrower, by contact point."""
    phones = ranked_phones(case.borrower.contact_points.all())
    requests = [
        ContactRequest(
            party_id=case.borrower_id,
            loan_ids=(case.loan_id,),
            channel=Channel.CALL,
            at=at,
            contact_point_id=phone.pk,
        )
        for phone in phones
    ]
    decided = decide_many(requests)
    return {phone.pk: decision for phone, decision in zip(phones, decided, strict=True)}


def call_verdict(case: Case, decisions: dict[UUID, Decision]) -> VerdictView:
    """The verdict bar: about the first phone that may be called, else about the first phone."""
    if not decisions:
        return no_number()
    best = next((d for d in decisions.values() if d.allowed), next(iter(decisions.values())))
    return present_call(best, refresh_href=reverse("desk:call_verdict", args=[case.pk]))


def case_context(case: Case, user: User) -> dict[str, Any]:
    """Returns the context of the page, but for the logger and the timeline."""
    now = clock.now()
    decisions = call_decisions(case, now)
    vehicle = next(iter(case.loan.vehicles.all()), None)
    bucket = _bucket(case)
    zones = _zones(case)
    time, offset = local_clock(zones, now)
    instalments = instalments_of(case.loan)
    repayments = repayment_history(case.loan)[:SHOWN_REPAYMENTS]
    return {
        "case": _case_facts(case, user, instalments),
        "borrower": _borrower(case.borrower, time, offset),
        "flags": _flags(case, now),
        "money": _money(case, repayments),
        "bucket": bucket,
        "vehicle": vehicle_view(vehicle),
        "call_verdict": call_verdict(case, decisions),
        "why_now": why_now(case, _plain_bucket(bucket), bucket["days"], now),
        "next_step": next_step_text(case, now),
        "last_said": _last_said(case, now),
        "call_start": _call_start(case, decisions),
        "contacts": _contacts(case, decisions),
        "parties": _parties(case),
        "instalments": _instalments(case, instalments),
        "instalments_note": _("books on %(day)s, replayed from facts")
        % {"day": date_format(case.portfolio.business_date, _("j M Y"))},
        "repayments": [_repayment(row) for row in repayments],
        "back_href": reverse("desk:my_cases"),
        "zone_name": case.portfolio.time_zone,
    }


def _case_facts(case: Case, user: User, instalments: list[Instalment]) -> dict[str, Any]:
    due = [row for row in instalments if row.due_on <= case.portfolio.business_date]
    other = case.assignee is not None and case.assignee_id != user.pk
    return {
        "pk": case.pk,
        "contract_no": case.loan.contract_no,
        "instalments_total": len(instalments),
        "instalment_number": due[-1].number
        if due
        else (instalments[0].number if instalments else 0),
        "is_closed": case.state != CaseState.OPEN,
        "closed_reason": case.get_close_reason_display() if case.close_reason else "",
        "worked_by": case.assignee.get_full_name() if other and case.assignee else "",
    }


def _borrower(party: Party, time: str, offset: str) -> dict[str, Any]:
    language = ""
    if party.language:
        try:
            language = get_language_info(party.language)["name_translated"]
        except KeyError:
            language = party.language
    return {
        "name": shown_name(party),
        "lang": lang_of(party.full_name),
        "salutation": party.get_salutation_display() if party.salutation else "",
        "language_name": language,
        "local_time": time,
        "utc_offset": offset,
    }


def _zones(case: Case) -> set[str]:
    zones = {zone for point in case.borrower.contact_points.all() for zone in point.time_zones}
    return zones | {zone for home in case.borrower.addresses.all() for zone in home.time_zones}


def _flags(case: Case, now: datetime) -> list[dict[str, str]]:
    stops = Stop.objects.filter(party=case.borrower_id, lifted_at__isnull=True).order_by("pk")
    return [
        {
            "tone": "care" if stop.kind in CARE_STOPS else "stop",
            "text": str(stop.get_kind_display()).capitalize(),
        }
        for stop in stops
        if stop.starts_at <= now and (stop.ends_at is None or now < stop.ends_at)
    ]


def _bucket(case: Case) -> dict[str, Any]:
    """The bucket now, and the next one with the day the loan rolls into it."""
    position = case.loan.position
    days = days_late(case)
    buckets = buckets_by_scheme()
    scheme = case.portfolio.bucket_scheme_id
    now = buckets.get((scheme, position.bucket), Bucket(position.bucket, 0, 0, None))
    after = sorted(
        (b for (of, _code), b in buckets.items() if of == scheme and b.from_days > days),
        key=lambda bucket: bucket.from_days,
    )
    following = after[0] if after and position.oldest_unsatisfied_due_on else None
    left = following.from_days - days if following else 0
    return {
        "code": now.code,
        "severity": now.severity,
        "from_days": now.from_days,
        "to_days": now.to_days,
        "days": days,
        "next_code": following.code if following else "",
        "days_to_next": left,
        "next_on": case.portfolio.business_date + timedelta(days=left) if following else None,
    }


def _plain_bucket(bucket: dict[str, Any]) -> Bucket:
    return Bucket(bucket["code"], bucket["severity"], bucket["from_days"], bucket["to_days"])


def _money(case: Case, repayments: list[RepaymentLine]) -> dict[str, Any]:
    position: Position = case.loan.position
    last = repayments[0] if repayments else None
    mark, word = repayment_mark(last) if last else ("", "")
    unstated = case.portfolio.ledger == Ledger.EXTERNAL and not position.outstanding_amount
    return {
        "currency": case.portfolio.currency,
        "past_due_amount": position.overdue_amount,
        "next_due_on": position.next_due_on,
        "next_due_amount": position.next_due_amount,
        "payoff_label": _("Outstanding"),
        "payoff_amount": None if unstated else position.outstanding_amount,
        "last_repayment_on": last.repayment.value_on if last else None,
        "last_repayment_amount": last.repayment.amount if last else None,
        "last_repayment_state": mark,
        "last_repayment_state_name": word,
    }


def _last_said(case: Case, now: datetime) -> dict[str, str]:
    contact = (
        Contact.objects.filter(case__loan=case.loan_id, result__group="right_party")
        .select_related("result", "logged_by", "attempt__party__data_key")
        .order_by("-at")
        .first()
    )
    if contact is None:
        return {}
    text = note_of(contact, contact.attempt.party) or result_name(contact)
    return {
        "text": text,
        "lang": lang_of(text),
        "when": _("%(time)s ago, %(who)s")
        % {
            "time": timesince(contact.at, now, depth=1),
            "who": contact.logged_by.get_full_name(),
        },
    }


def _call_start(case: Case, decisions: dict[UUID, Decision]) -> dict[str, str] | None:
    """The number to try first, when one may be called now."""
    phones = ranked_phones(case.borrower.contact_points.all())
    best = next((p for p in phones if p.pk in decisions and decisions[p.pk].allowed), None)
    if best is None or case.state != CaseState.OPEN:
        return None
    return {
        "href": reverse("desk:start_call", args=[case.pk, best.pk]),
        "masked": best.masked,
    }


_ICONS = {ContactKind.PHONE: "phone", ContactKind.EMAIL: "mail"}


def _contacts(case: Case, decisions: dict[UUID, Decision]) -> list[dict[str, Any]]:
    """Phones in the order to try, then e-mails and addresses, each with the gate's preview."""
    points = case.borrower.contact_points.all()
    phones = ranked_phones(points)
    others = [point for point in points if point.kind != ContactKind.PHONE]
    rows: list[dict[str, Any]] = []
    for point in [*phones, *others]:
        decision = decisions.get(point.pk)
        rows.append(
            {
                "icon": _ICONS[ContactKind(point.kind)],
                "kind_name": point.get_kind_display(),
                "masked": point.masked,
                "note": _point_note(point),
                "verdict": present_call(decision) if decision else None,
                "start_href": reverse("desk:start_call", args=[case.pk, point.pk])
                if decision and decision.allowed and case.state == CaseState.OPEN
                else "",
            }
        )
    for address in case.borrower.addresses.all():
        rows.append(
            {
                "icon": "place",
                "kind_name": _("address"),
                "masked": address.masked,
                "note": address.get_kind_display(),
                "verdict": None,
                "start_href": "",
            }
        )
    return rows


def _point_note(point: ContactPoint) -> str:
    parts: list[str] = [str(point.get_place_display())] if point.place else []
    if point.invalid_since:
        parts.append(
            _("invalid since %(day)s") % {"day": date_format(point.invalid_since, _("j M Y"))}
        )
    elif point.verified_on:
        parts.append(_("verified %(day)s") % {"day": date_format(point.verified_on, _("j M Y"))})
    else:
        parts.append(_("not verified"))
    return " · ".join(parts)


def _parties(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "name": shown_name(row.party),
            "lang": lang_of(row.party.full_name),
            "role_name": " · ".join(
                part for part in (str(row.get_role_display()), row.relationship) if part
            ),
            "may_discuss": row.role in LIABLE_ROLES,
        }
        for row in case.loan.parties.all()
        if row.party_id != case.borrower_id
    ]


def _instalments(case: Case, rows: list[Instalment]) -> list[dict[str, Any]]:
    """The instalments around today: the oldest open ones and the next to come."""
    today = case.portfolio.business_date
    first_open = next((i for i, row in enumerate(rows) if row.satisfied_on is None), len(rows))
    start = max(0, min(first_open - 3, len(rows) - SHOWN_INSTALMENTS))
    return [_instalment(row, today) for row in rows[start : start + SHOWN_INSTALMENTS]]


def _instalment(row: Instalment, today: date) -> dict[str, Any]:
    scheduled = row.principal + row.interest + row.fee + row.penalty
    paid = row.paid_principal + row.paid_interest + row.paid_fee + row.paid_penalty
    relieved = (
        row.relieved_principal + row.relieved_interest + row.relieved_fee + row.relieved_penalty
    )
    end = row.satisfied_on or today
    return {
        "number": row.number,
        "due_on": row.due_on,
        "scheduled_amount": scheduled,
        "paid_amount": paid,
        "open_amount": scheduled - paid - relieved,
        "satisfied_on": row.satisfied_on,
        "is_due": row.due_on < today,
        "days_late": max((end - row.due_on).days, 0),
    }


def _repayment(line: RepaymentLine) -> dict[str, Any]:
    mark, word = repayment_mark(line)
    return {
        "value_on": line.repayment.value_on,
        "amount": line.repayment.amount,
        "channel": line.repayment.method,
        "state": mark,
        "state_name": word,
        "known_at": line.repayment.known_at,
    }


def zone_of(case: Case) -> ZoneInfo:
    return ZoneInfo(case.portfolio.time_zone)
