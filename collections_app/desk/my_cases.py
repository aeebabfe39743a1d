"""The list of open cases: filters, order, keyset pages, and each row's reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from collections_app.cases.models import Case, CaseQuerySet
from collections_app.desk.buckets import Bucket, buckets_by_scheme
from collections_app.desk.people import lang_of, ranked_phones, shown_name, vehicle_description
from collections_app.desk.verdicts import VerdictView, no_number, present_call
from compliance.gate.facts import Channel, ContactRequest
from compliance.gate.services import decide_many
from core import clock
from loans.borrowers.models import ContactPoint
from loans.delinquency.queries import days_past_due
from loans.vehicles.models import Vehicle

PAGE_SIZE = 50

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)

#: order -> (expression, newest/largest first)
ORDERS: dict[str, tuple[Any, bool]] = {
    "next_step": (Coalesce(F("next_step_at"), Value(_NEVER)), False),
    "late": (F("loan__position__oldest_unsatisfied_due_on"), False),
    "amount": (F("loan__position__overdue_amount"), True),
}


@dataclass(frozen=True, slots=True)
class CaseRow:
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
    why_now: str
    next_step: str
    call_verdict: VerdictView
    last_contact: str


@dataclass(frozen=True, slots=True)
class CasePage:
    """One keyset page: its rows and the key after which the next one starts."""

    rows: list[CaseRow]
    total: int
    next_after: str


def open_cases(*, user: User, bucket: str = "", search: str = "") -> CaseQuerySet:
    """Open cases the user may see, narrowed to a bucket and the beginning of a contract number."""
    cases = Case.objects.visible_to(user).open()
    if bucket:
        cases = cases.filter(loan__position__bucket=bucket)
    if search:
        cases = cases.filter(loan__contract_no__startswith=search)
    return cases


def bucket_counts(user: User) -> dict[str, int]:
    """How many open cases of the user are in each bucket."""
    counts = (
        Case.objects.visible_to(user)
        .open()
        .order_by()
        .values("loan__position__bucket")
        .annotate(number=Count("pk"))
        .values_list("loan__position__bucket", "number")
    )
    return {code: number for code, number in counts if code is not None}


def case_page(*, cases: CaseQuerySet, order: str, after: str = "") -> CasePage:
    """Returns one page of rows. A fixed number of queries, whatever the number of rows."""
    expression, descending = ORDERS[order]
    total = cases.count()
    ordered = cases.annotate(sort_key=expression)
    if after:
        ordered = ordered.filter(_beyond(order, after, descending))
    ordered = ordered.order_by("-sort_key" if descending else "sort_key", "pk")
    found = list(_with_everything(ordered)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    next_after = _key_of(shown[-1], order) if len(found) > PAGE_SIZE else ""
    return CasePage(rows=_rows(shown), total=total, next_after=next_after)


def _with_everything(cases: CaseQuerySet) -> CaseQuerySet:
    return (
        cases.with_last_contact()
        .select_related("loan__position", "portfolio", "borrower")
        .prefetch_related(
            Prefetch("loan__vehicles", queryset=Vehicle.objects.order_by("pk")),
            Prefetch("borrower__contact_points", queryset=ContactPoint.objects.order_by("pk")),
        )
    )


def _beyond(order: str, after: str, descending: bool) -> Q:
    """The rows after a key. Raises ValueError for a key that is not one of ours."""
    text, _separator, pk = after.rpartition("~")
    parse: dict[str, Callable[[str], Any]] = {
        "next_step": datetime.fromisoformat,
        "late": date.fromisoformat,
        "amount": Decimal,
    }
    value = parse[order](text)
    later = Q(sort_key__lt=value) if descending else Q(sort_key__gt=value)
    return later | Q(sort_key=value, pk__gt=UUID(pk))


def _key_of(case: Case, order: str) -> str:
    value = case.sort_key  # type: ignore[attr-defined]
    return f"{value.isoformat() if order != 'amount' else value}~{case.pk}"


def _rows(cases: list[Case]) -> list[CaseRow]:
    now = clock.now()
    buckets = buckets_by_scheme()
    verdicts = _call_verdicts(cases, now)
    return [_row(case, buckets, verdicts[case.pk], now) for case in cases]


def _call_verdicts(cases: list[Case], now: datetime) -> dict[UUID, VerdictView]:
    """May we call, for every case of the page, asked about the number to try first."""
    verdicts = {case.pk: no_number() for case in cases}
    asked: list[tuple[UUID, ContactRequest]] = []
    for case in cases:
        phones = ranked_phones(case.borrower.contact_points.all())
        if phones:
            request = ContactRequest(
                party_id=case.borrower_id,
                loan_ids=(case.loan_id,),
                channel=Channel.CALL,
                at=now,
                contact_point_id=phones[0].pk,
            )
            asked.append((case.pk, request))
    decisions = decide_many([request for _case_id, request in asked])
    for (case_id, _request), decision in zip(asked, decisions, strict=True):
        verdicts[case_id] = present_call(decision)
    return verdicts


def _row(
    case: Case, buckets: dict[tuple[int, str], Bucket], verdict: VerdictView, now: datetime
) -> CaseRow:
    position = case.loan.position
    vehicle = next(iter(case.loan.vehicles.all()), None)
    bucket = buckets.get(
        (case.portfolio.bucket_scheme_id, position.bucket), Bucket(position.bucket, 0, 0, None)
    )
    days = days_late(case)
    return CaseRow(
        href=reverse("desk:case", args=[case.pk]),
        borrower=shown_name(case.borrower),
        lang=lang_of(case.borrower.full_name),
        contract_no=case.loan.contract_no,
        vehicle=vehicle_description(vehicle),
        vehicle_lang=lang_of(vehicle_description(vehicle)),
        bucket=bucket,
        days_past_due=days,
        past_due_amount=position.overdue_amount,
        currency=case.portfolio.currency,
        why_now=why_now(case, bucket, days, now),
        next_step=next_step_text(case, now),
        call_verdict=verdict,
        last_contact=last_contact_text(case, now),
    )


def days_late(case: Case) -> int:
    """Days past due on the portfolio's business date."""
    return days_past_due(
        case.loan.position,
        case.portfolio.business_date,
        due_day_counts=case.portfolio.due_day_counts,
    )


def why_now(case: Case, bucket: Bucket, days: int, now: datetime) -> str:
    """One sentence: why this case is worth a contact now."""
    if case.last_contact_at is None:
        return _("New: nobody has called yet")
    if case.next_step_at is not None and case.next_step_at <= now:
        return _("Due now: %(step)s") % {"step": case.get_next_step_display()}
    if bucket.to_days is not None and 0 <= bucket.to_days - days < 3:
        left = bucket.to_days - days + 1
        return ngettext(
            "Rolls to the next bucket in %(days)d day",
            "Rolls to the next bucket in %(days)d days",
            left,
        ) % {"days": left}
    return _("Past due")


def next_step_text(case: Case, now: datetime) -> str:
    """What comes next and when; nothing when it is due, for then it stands in "why now"."""
    if case.next_step_at is None or case.next_step_at <= now:
        return ""
    step = case.get_next_step_display()
    local = case.next_step_at.astimezone(clock.zone_of(case.portfolio.time_zone))
    return _("%(step)s on %(when)s") % {"step": step, "when": date_format(local, _("j M H:i"))}


def last_contact_text(case: Case, now: datetime) -> str:
    if case.last_contact_at is None:
        return ""
    if now - case.last_contact_at < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(case.last_contact_at, now, depth=1)}
