"""Reading contracts: what stands, how to pay, and what happened to a loan in order of time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db.models import Q, QuerySet

from loans.contracts.models import Loan, PaymentInstruction, Schedule
from loans.contracts.terms import ScheduledInstalment, Terms
from loans.portfolios.stored_settings import read_settings

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One fact of a loan as a line of its timeline."""

    value_on: dt.date
    known_at: dt.datetime
    kind: str
    fact_id: int
    amount: Decimal | None
    text: str
    reason: str
    entered_by: str


def loans_for(user: User) -> QuerySet[Loan]:
    """Returns the loans a user may see with what a list shows; no query per row."""
    return Loan.objects.visible_to(user).select_related("portfolio", "product", "position")


def terms_of(loan: Loan) -> Terms | None:
    """Returns the terms as signed, or None where only a schedule is known."""
    return read_settings(Terms, loan.terms, where="terms") if loan.terms else None


def instalments_in_force(loan: Loan) -> list[ScheduledInstalment]:
    """Returns the instalments as contracted, after every version so far; one query.

    A later version replaces those from its first number on.
    """
    standing: list[ScheduledInstalment] = []
    for schedule in Schedule.objects.filter(loan=loan).order_by("version"):
        standing = [row for row in standing if row.number < schedule.numbers[0]]
        standing.extend(instalments_of_schedule(schedule))
    return standing


def instalments_of_schedule(schedule: Schedule) -> list[ScheduledInstalment]:
    """Returns the rows that one stored version says."""
    columns = zip(
        schedule.numbers,
        schedule.from_dates,
        schedule.due_dates,
        schedule.principals,
        schedule.interests,
        schedule.fees,
        strict=True,
    )
    return [
        ScheduledInstalment(
            number,
            from_on,
            due_on,
            principal,
            interest,
            fee,
            is_down_payment=schedule.starts_with_down_payment and at == 0,
        )
        for at, (number, from_on, due_on, principal, interest, fee) in enumerate(columns)
    ]


def instructions_for(loan: Loan) -> list[PaymentInstruction]:
    """Returns how to pay this loan: its own ways where it has some, else the portfolio's."""
    rows = list(
        PaymentInstruction.objects.filter(
            Q(loan=loan) | Q(loan__isnull=True), portfolio=loan.portfolio_id, is_active=True
        ).order_by("kind", "label")
    )
    own = [row for row in rows if row.loan_id is not None]
    return own or rows


#: Fact models and the columns that make their line: the amount, then words.
_TIMELINE: Final[tuple[tuple[str, str, str, tuple[str, ...]], ...]] = (
    ("Schedule", "schedule", "", ("origin",)),
    ("Repayment", "repayment", "amount", ("kind", "state", "method")),
    ("RepaymentStateChange", "repayment_state", "", ("state",)),
    ("Charge", "charge", "amount", ("kind", "code")),
    ("Waiver", "waiver", "amount", ("component",)),
    ("WriteOff", "write_off", "", ("kind",)),
    ("Refund", "refund", "amount", ()),
    ("Chargeback", "chargeback", "amount", ()),
    ("Reversal", "reversal", "", ("of_kind",)),
    ("Pause", "pause", "", ("ends_on",)),
    ("Resume", "resume", "", ()),
    ("StatedPosition", "stated_position", "principal_outstanding", ("kind",)),
)


def loan_timeline(loan: Loan) -> list[TimelineEntry]:
    """Returns every fact of a loan, the latest value date first; one query per kind of fact."""
    entries: list[TimelineEntry] = []
    for model_name, kind, amount, words in _TIMELINE:
        entries.extend(_entries(loan, model_name, kind, amount, words))
    entries.sort(key=lambda entry: (entry.value_on, entry.known_at, entry.fact_id), reverse=True)
    return entries


def _entries(
    loan: Loan, model_name: str, kind: str, amount: str, words: tuple[str, ...]
) -> list[TimelineEntry]:
    model: Any = apps.get_model("loans", model_name)
    has_reason = any(field.name == "reason" for field in model._meta.fields)
    return [
        TimelineEntry(
            value_on=row.value_on,
            known_at=row.known_at,
            kind=kind,
            fact_id=row.pk,
            amount=getattr(row, amount) if amount else None,
            text=" ".join(str(getattr(row, word)) for word in words if getattr(row, word)),
            reason=row.reason if has_reason else "",
            entered_by=row.entered_by,
        )
        for row in model._default_manager.filter(loan=loan)
    ]
