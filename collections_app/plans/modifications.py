"""What a modification does to the contract: dates as they would be, and the facts that make it so.

Only books kept here are changed, each time by a fact in `loans` that names who approved it. For a
ledger kept elsewhere what is expected of its feed is written down instead (`Expected`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collections_app.plans.flow import MOVING, Expected, PlanKind
from collections_app.plans.models import Plan
from core.audit.actors import Actor
from loans.contracts.due_dates import add_periods
from loans.contracts.models import Loan
from loans.contracts.queries import instalments_in_force
from loans.contracts.services import extend_loan, reschedule_loan
from loans.contracts.terms import MONTHLY, ScheduledInstalment
from loans.delinquency.models import Instalment, Position
from loans.portfolios.models import Ledger
from loans.portfolios.refusals import Refused
from loans.repayments.models import LossKind, OwedComponent, WriteOff
from loans.repayments.services import reverse, waive, write_off


def moved_instalments(
    loan: Loan, *, kind: str, months: int
) -> tuple[list[ScheduledInstalment], list[ScheduledInstalment]]:
    """Returns the instalments not satisfied yet as they stand, and as they would be.

    An extension moves each by the months. A deferral takes the oldest `months` of them to the end
    of the contract, a month apart; the others keep their days. Raises ValidationError where the
    schedule is not known or nothing of it is open.
    """
    first = (
        Instalment.objects.filter(loan=loan, satisfied_on__isnull=True)
        .order_by("number")
        .values_list("number", flat=True)
        .first()
    )
    before = [row for row in instalments_in_force(loan) if first and row.number >= first]
    if not before:
        raise ValidationError(_("The schedule is not known here, or nothing of it is open."))
    after = _extended(before, months) if kind == PlanKind.EXTENSION else _deferred(before, months)
    return before, after


def _extended(rows: Sequence[ScheduledInstalment], months: int) -> list[ScheduledInstalment]:
    return [
        replace(
            row,
            from_on=row.from_on if at == 0 else _later(row.from_on, months),
            due_on=_later(row.due_on, months),
        )
        for at, row in enumerate(rows)
    ]


def _deferred(rows: Sequence[ScheduledInstalment], count: int) -> list[ScheduledInstalment]:
    if count >= len(rows):
        return _extended(rows, count)
    end, number = rows[-1].due_on, rows[0].number
    days = [row.due_on for row in rows[count:]] + [_later(end, n) for n in range(1, count + 1)]
    figures = [*rows[count:], *rows[:count]]
    begins = [rows[0].from_on, *days[:-1]]
    return [
        replace(row, number=number + at, from_on=begins[at], due_on=days[at])
        for at, row in enumerate(figures)
    ]


def _later(day: date, months: int) -> date:
    return add_periods(day, period=MONTHLY, count=months)


def expected_of(plan: Plan) -> Expected:
    """Returns what the lender's books must say before the plan counts as made there."""
    position = Position.objects.filter(pk=plan.loan_id).first()
    last = None
    if plan.kind in MOVING:
        try:
            after = moved_instalments(plan.loan, kind=plan.kind, months=plan.months)[1]
            last = after[-1].due_on
        except ValidationError:
            last = None  # only positions are stated: the oldest unpaid day tells
    owed = position.overdue_amount if position else Decimal(0)
    return Expected(
        kind=PlanKind(plan.kind),
        oldest_before=position.oldest_unsatisfied_due_on if position else None,
        last_due_on=last,
        arrears_at_most=owed - plan.given_up_amount if plan.kind == PlanKind.WAIVER else None,
    )


def stored(expected: Expected) -> dict[str, Any]:
    """Returns what is expected as JSON values."""
    return {
        "oldest_before": expected.oldest_before.isoformat() if expected.oldest_before else None,
        "last_due_on": expected.last_due_on.isoformat() if expected.last_due_on else None,
        "arrears_at_most": (
            str(expected.arrears_at_most) if expected.arrears_at_most is not None else None
        ),
    }


def read_expected(plan: Plan) -> Expected:
    """Reads what `stored` wrote."""
    told = plan.expected
    arrears = told.get("arrears_at_most")
    return Expected(
        kind=PlanKind(plan.kind),
        oldest_before=_day(told.get("oldest_before")),
        last_due_on=_day(told.get("last_due_on")),
        arrears_at_most=Decimal(arrears) if arrears is not None else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def keeps_own_books(loan: Loan) -> bool:
    """Says whether the loan's contract can be changed here."""
    return bool(loan.portfolio.ledger == Ledger.MAKEGOOD)


def apply_to_books(*, plan: Plan, by: Actor, approved_by: Actor) -> list[tuple[str, int]]:
    """Writes the facts that make an approved modification so; returns their kind and number.

    Raises ValidationError with the books' own reason when they refuse.
    """
    try:
        return _apply(plan, by, approved_by)
    except Refused as refusal:
        raise ValidationError(refusal.sentence, code=refusal.code) from refusal


def _apply(plan: Plan, by: Actor, approved_by: Actor) -> list[tuple[str, int]]:
    loan, on = plan.loan, plan.loan.portfolio.business_date
    reason = f"plan {plan.pk}"
    if plan.kind == PlanKind.EXTENSION:
        made = extend_loan(
            loan=loan,
            months=plan.months,
            value_on=on,
            reason=reason,
            by=by,
            approved_by=approved_by,
        )
        return [("schedule", made.pk)]
    if plan.kind == PlanKind.DEFERRAL:
        after = moved_instalments(loan, kind=plan.kind, months=plan.months)[1]
        made = reschedule_loan(
            loan=loan,
            instalments=after,
            value_on=on,
            reason=reason,
            by=by,
            approved_by=approved_by,
        )
        return [("schedule", made.pk)]
    return _waive(plan, reason, approved_by)


def _waive(plan: Plan, reason: str, by: Actor) -> list[tuple[str, int]]:
    """Late charges first, then fees, as far as the amount goes."""
    position = Position.objects.get(pk=plan.loan_id)
    left, written = plan.given_up_amount, []
    for component, owed in (
        (OwedComponent.PENALTY, position.overdue_penalty),
        (OwedComponent.FEE, position.overdue_fee),
    ):
        part = min(left, owed)
        if part > 0:
            fact = waive(loan=plan.loan, component=component, amount=part, reason=reason, by=by)
            written.append(("waiver", fact.pk))
            left -= part
    if left > 0:
        raise ValidationError(
            _("Less is past due of late charges and fees by now; propose it anew.")
        )
    return written


def give_up_rest(*, plan: Plan, by: Actor) -> list[tuple[str, int]]:
    """Writes off what a paid settlement leaves open; nothing where nothing is open."""
    position = Position.objects.get(pk=plan.loan_id)
    if position.outstanding_amount <= 0:
        return []
    fact = write_off(loan=plan.loan, kind=LossKind.WRITE_OFF, reason=f"plan {plan.pk}", by=by)
    return [("write_off", fact.pk)]


def take_rest_back(*, plan: Plan, by: Actor) -> None:
    """Reverses the write-off of a settlement whose money was returned: all is owed again."""
    for name, number in plan.facts:
        if name == "write_off":
            fact = WriteOff.objects.get(pk=number)
            reverse(fact=fact, reason=f"plan {plan.pk} not kept", by=by)
