"""Each figure a conformance case expects, beside the one this system has stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from loans.conformance.pause_checks import PAUSE_CHECKS
from loans.conformance.telling import drawings
from loans.conformance.terms import NotExpressible
from loans.conformance.transaction_checks import TRANSACTION_CHECKS
from loans.conformance.values import compare_figures, differ, listed, money, text
from loans.conformance.view import CaseRun, View
from loans.delinquency.amounts import ZERO
from loans.delinquency.results import InstalmentState, LoanStatus
from loans.delinquency.summary import bucket_code, bucket_days

Row = Mapping[str, Any]
Check = Callable[[View, Any], list[str]]

#: Of a row, what it repeats from elsewhere in the case.
_NOT_COMPARED = frozenset({"from", "down_payment", "date"})
_STATUSES = {
    "ACTIVE": LoanStatus.ACTIVE,
    "CLOSED_OBLIGATIONS_MET": LoanStatus.PAID_OFF,
    "OVERPAID": LoanStatus.OVERPAID,
}


def compare(view: View) -> list[str]:
    """Every mismatch at a checkpoint. Raises NotExpressible for a figure this system has not."""
    mismatches: list[str] = []
    for key, expected in (view.checkpoint.expected or {}).items():
        check = CHECKS.get(key)
        if check is None:
            raise NotExpressible(f"'{key}' is no figure of this system")
        if expected is not None or key in _NONE_MEANS_NONE:
            mismatches.extend(check(view, expected))
    return mismatches


def _schedule(view: View, expected: Sequence[Row]) -> list[str]:
    rows = [row for row in expected if not row.get("disbursement")]
    states = view.replay.instalments
    if len(rows) != len(states):
        return [f"schedule: {len(states)} instalments, expected {len(rows)}"]
    mismatches = []
    contract = {row.number: row.principal for row in view.contracted}
    balance = sum(contract.values(), ZERO)
    for row, state in zip(rows, states, strict=True):
        before = balance
        balance -= contract.get(state.number, ZERO)
        figures = _figures(state) | {"balance_before": before, "balance_after": balance}
        mismatches += compare_figures(f"instalment {row['nr']}", figures, row, _NOT_COMPARED)
    return mismatches


def _figures(state: InstalmentState) -> dict[str, Decimal | str | int | None]:
    due = state.due
    return {
        "nr": state.number,
        "due": state.due_on.isoformat(),
        "days": (state.due_on - state.from_on).days,
        "principal": due.principal,
        "interest": due.interest,
        "fees": due.fee,
        "penalties": due.penalty,
        "total": due.total,
        "instalment": due.total,
        "total_due": due.total,
        "paid": state.paid.total,
        "paid_in_advance": state.paid_in_advance,
        "paid_late": state.paid_late,
        "outstanding": state.open.total,
        "paid_on": text(state.satisfied_on),
        "principal_paid": state.paid.principal,
        "interest_paid": state.paid.interest,
        "late_fee_unpaid": state.open.penalty,
    }


def _totals(view: View, expected: Row) -> list[str]:
    states = view.replay.instalments
    totals = view.replay.totals
    figures = {
        "principal": totals.due.principal,
        "interest": totals.due.interest,
        "fees": totals.due.fee,
        "penalties": totals.due.penalty,
        "total_due": totals.due.total,
        "paid": totals.paid.total,
        "paid_in_advance": sum((s.paid_in_advance for s in states), ZERO),
        "paid_late": sum((s.paid_late for s in states), ZERO),
        "outstanding": totals.open.total,
    }
    return compare_figures("totals", figures, expected)


def _instalments(view: View, expected: int | Sequence[Row]) -> list[str]:
    if isinstance(expected, int):
        return differ("number of instalments", len(view.replay.instalments), expected)
    mismatches = []
    states = {s.number: s for s in view.replay.instalments}
    for row in expected:
        figures = _figures(states[row["nr"]])
        mismatches += compare_figures(f"instalment {row['nr']}", figures, row, _NOT_COMPARED)
    return mismatches


def _charges(view: View, expected: Sequence[Row]) -> list[str]:
    actual = [
        (
            c.due_on.isoformat(),
            c.component.value == "penalty",
            money(c.amount),
            money(c.paid),
            money(c.waived),
            money(c.open),
        )
        for c in view.replay.charges
    ]
    wanted = [
        (
            r["due"],
            r["penalty"],
            *(money(r[k]) for k in ("amount", "paid", "waived", "outstanding")),
        )
        for r in expected
    ]
    return listed("charges", actual, wanted)


def _status(view: View, expected: str) -> list[str]:
    if expected == "APPROVED":
        return differ("paid out", view.replay.totals.disbursed, ZERO)
    if expected not in _STATUSES:
        raise NotExpressible(f"status '{expected}' is not one a position has")
    return differ("status", view.summary.status.value, _STATUSES[expected].value)


def _delinquency(view: View, expected: Row) -> list[str]:
    summary = view.summary
    figures = {
        "bucket": view.tag,
        "delinquent_amount": summary.overdue.total,
        "delinquent_since": _since(view),
        "delinquent_days": summary.delinquent_days,
        "past_due_days": summary.days_past_due,
    }
    return compare_figures("", figures, expected)


def _since(view: View) -> str | None:
    oldest = view.summary.oldest_unsatisfied_due_on
    if oldest is None:
        return None
    return date.fromordinal(oldest.toordinal() + view.conventions.grace_days).isoformat()


def _instalment_buckets(view: View, expected: Sequence[Row]) -> list[str]:
    """Late instalments by bucket: without grace, and none while the loan is in no bucket."""
    without_grace = replace(view.conventions, grace_reduces_delinquent_days=False)
    none = view.conventions.buckets[0].code
    sums: dict[str, Decimal] = {}
    for state in view.replay.instalments:
        if view.tag == none or state.satisfied_on is not None:
            continue
        days = bucket_days(
            oldest=state.due_on,
            as_of=view.checkpoint.as_of,
            pauses=view.replay.pauses,
            conventions=without_grace,
        )
        code = bucket_code(days, without_grace)
        if code != none:
            sums[code] = sums.get(code, ZERO) + state.open.total
    wanted = [(row["bucket"], money(row["amount"])) for row in expected]
    return listed("instalment buckets", [(c, money(a)) for c, a in sums.items()], wanted)


def _bucket_event(view: View, expected: Row) -> list[str]:
    return differ("bucket", view.tag, expected["bucket"]) + differ(
        "delinquent since", _since(view), expected["delinquent_since"]
    )


def _next_payment_due(view: View, expected: str) -> list[str]:
    due_on = view.summary.oldest_unsatisfied_due_on or view.summary.next_due_on
    return differ("next payment due", text(due_on), expected)


def _actual_maturity(view: View, expected: str) -> list[str]:
    """The day the loan was paid off, or, while it is open, its last due date."""
    states = view.replay.instalments
    paid = [s.satisfied_on for s in states if s.satisfied_on]
    days = paid if len(paid) == len(states) else [s.due_on for s in states]
    return differ("maturity", text(max(days)), expected)


def _due_date(position: int) -> Check:
    def check(view: View, expected: str) -> list[str]:
        due_on = view.replay.instalments[position].due_on
        return differ(f"due date {position}", text(due_on), expected)

    return check


def _dpd_by_drawing(view: View, expected: Row) -> list[str]:
    parts = drawings(view.case)
    mismatches = []
    for number, days in expected.items():
        summary = CaseRun(parts[number]).look(view.checkpoint).summary
        mismatches += differ(f"drawing {number} days past due", summary.days_past_due, days)
    return mismatches


def _instalment(view: View, expected: Any) -> list[str]:
    return differ("instalment", view.replay.instalments[0].due.total, expected)


def _total_interest(view: View, expected: int | Decimal) -> list[str]:
    return _as_precise("total interest", view.replay.totals.due.interest, expected)


def _total_payment(view: View, expected: int | Decimal) -> list[str]:
    return _as_precise("total payment", view.replay.totals.due.total, expected)


def _as_precise(name: str, actual: Decimal, expected: int | Decimal) -> list[str]:
    """A sum stated without cents was rounded by its source."""
    if isinstance(expected, int):
        actual = actual.quantize(Decimal(1), ROUND_HALF_UP)
    return differ(name, actual, expected)


_NONE_MEANS_NONE = frozenset({"next_payment_due", "actual_maturity"})

CHECKS: dict[str, Check] = {
    "schedule": _schedule,
    "totals": _totals,
    "instalments": _instalments,
    "charges": _charges,
    "status": _status,
    "total_outstanding": lambda v, e: differ("outstanding", v.summary.total_outstanding, e),
    "total_overdue": lambda v, e: differ("overdue", v.summary.overdue.total, e),
    "overpaid": lambda v, e: differ("overpaid", v.summary.overpaid, e),
    "delinquency": _delinquency,
    "instalment_buckets": _instalment_buckets,
    "bucket_event": _bucket_event,
    "dpd_by_drawing": _dpd_by_drawing,
    "next_payment_due": _next_payment_due,
    "actual_maturity": _actual_maturity,
    "first_due": _due_date(0),
    "second_due": _due_date(1),
    "last_due": _due_date(-1),
    "instalment": _instalment,
    "total_interest": _total_interest,
    "total_payment": _total_payment,
    **TRANSACTION_CHECKS,
    **PAUSE_CHECKS,
}
