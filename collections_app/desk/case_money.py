"""The money of a case: where the loan stands, its instalments and what was paid."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from collections_app.cases.models import Case
from collections_app.desk.buckets import Bucket
from collections_app.desk.reasons import days_late, days_to_roll
from loans.delinquency.models import Instalment, Position
from loans.delinquency.queries import RepaymentLine
from loans.portfolios.models import Ledger
from loans.repayments.models import RepaymentState

SHOWN_INSTALMENTS = 12
SHOWN_REPAYMENTS = 12

#: state of a repayment -> the mark that shows it
REPAYMENT_MARKS = {"pending": "uncertain", "settled": "done", "returned": "failed"}


def bucket_of(case: Case, scheme: list[Bucket]) -> Bucket:
    """The bucket of the case's loan in its portfolio's scheme."""
    code = case.loan.position.bucket
    return next((bucket for bucket in scheme if bucket.code == code), Bucket(code, 0, 0, None))


def bucket_facts(case: Case, scheme: list[Bucket]) -> dict[str, Any]:
    """The bucket now, and the next one with the day the loan rolls into it."""
    now, days = bucket_of(case, scheme), days_late(case)
    left = days_to_roll(now, days) if case.loan.position.oldest_unsatisfied_due_on else None
    following = next((bucket for bucket in scheme if bucket.from_days > days), None)
    rolls = following is not None and left is not None
    return {
        "code": now.code,
        "severity": now.severity,
        "days": days,
        "next_code": following.code if following and rolls else "",
        "next_severity": following.severity if following and rolls else 0,
        "days_to_next": left if rolls else 0,
        "next_on": case.portfolio.business_date + timedelta(days=left) if rolls and left else None,
    }


def money_facts(case: Case, repayments: list[RepaymentLine]) -> dict[str, Any]:
    """What is past due, due next, outstanding and awaited; and the last payment."""
    position: Position = case.loan.position
    last = repayments[0] if repayments else None
    mark, word = repayment_mark(last) if last else ("", "")
    unstated = case.portfolio.ledger == Ledger.EXTERNAL and not position.outstanding_amount
    return {
        "currency": case.portfolio.currency,
        "past_due_amount": position.overdue_amount,
        "oldest_due_on": position.oldest_unsatisfied_due_on,
        "next_due_on": position.next_due_on,
        "next_due_amount": position.next_due_amount,
        "payoff_label": _("Outstanding"),
        "payoff_amount": None if unstated else position.outstanding_amount,
        "pending_amount": position.pending_amount,
        "last_repayment_on": last.repayment.value_on if last else None,
        "last_repayment_amount": last.repayment.amount if last else None,
        "last_repayment_method": last.repayment.method if last else "",
        "last_repayment_state": mark,
        "last_repayment_state_name": word,
        "paused_from": position.paused_from,
        "is_set_aside": position.is_set_aside,
    }


def instalment_rows(case: Case, rows: list[Instalment]) -> list[dict[str, Any]]:
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


def instalment_reached(rows: list[Instalment], today: date) -> int:
    """The number of the instalment that fell due last, or of the first one to come."""
    due = [row for row in rows if row.due_on <= today]
    return due[-1].number if due else (rows[0].number if rows else 0)


def repayment_rows(repayments: list[RepaymentLine]) -> list[dict[str, Any]]:
    """The latest repayments for the table of payments."""
    return [_repayment(line) for line in repayments[:SHOWN_REPAYMENTS]]


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


def repayment_mark(line: RepaymentLine) -> tuple[str, str]:
    """Returns the mark and the word for how a repayment stands now."""
    if line.is_reversed:
        return "failed", _("taken back")
    return REPAYMENT_MARKS[line.state], str(RepaymentState(line.state).label)
