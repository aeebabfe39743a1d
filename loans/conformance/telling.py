"""What a conformance case contracts, and whether it can be told at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from loans.conformance.terms import NotExpressible, calendar_of, terms_of
from loans.contracts.schedules import make_schedule
from loans.contracts.terms import ScheduledInstalment

Row = Mapping[str, Any]

_MOVES_INTEREST = frozenset({"repayment", "credit", "down_payment", "pay_off"})


def require_tellable(case: Row) -> None:
    """Raises NotExpressible for a case whose source follows rules of its own throughout."""
    _refuse_parts(case)
    _refuse_new_interest(case)


def _refuse_parts(case: Row) -> None:
    events = case.get("events") or ()
    payouts = [e for e in events if e["type"] == "disbursement" and "drawing" not in e]
    if len(payouts) > 1:
        raise NotExpressible("paid out in parts: the source remakes the schedule at each of them")


def _refuse_new_interest(case: Row) -> None:
    if (case.get("conventions") or {}).get("interest_recalculated_on_payment") and any(
        event["type"] in _MOVES_INTEREST for event in case.get("events") or ()
    ):
        raise NotExpressible("the source calculates interest anew from each payment")


def drawings(case: Row) -> dict[str, Row]:
    """The parts in which a loan was drawn, each a case of its own with the rows stated for it."""
    numbers = {str(row["drawing"]) for row in case.get("schedule") or () if "drawing" in row}
    return {number: _drawing(case, number) for number in sorted(numbers)}


def _drawing(case: Row, number: str) -> Row:
    events = [
        {key: value for key, value in event.items() if key != "drawing"}
        for event in case["events"]
        if str(event.get("drawing")) == number
    ]
    rows = [
        {"nr": row["nr"], "from": row["due"], "due": row["due"], "principal": row["total"]}
        for row in case["schedule"]
        if str(row.get("drawing")) == number
    ]
    return {**case, "events": events, "schedule": rows, "loan": None}


def schedule_of(case: Row) -> tuple[ScheduledInstalment, ...]:
    """The schedule made from the case's terms, or the one it states where terms do not suffice.

    A loan drawn in parts has none as a whole; see drawings.
    """
    if any("drawing" in row for row in case.get("schedule") or ()):
        return ()
    try:
        return make_schedule(terms_of(case), calendar_of(case))
    except NotExpressible:
        stated = case.get("schedule") or []
        if not stated or not all("due" in row and "from" in row for row in stated):
            if case.get("loan"):
                raise
            return ()
        return tuple(_stated(row) for row in stated)


def _stated(row: Row) -> ScheduledInstalment:
    return ScheduledInstalment(
        number=row["nr"],
        from_on=date.fromisoformat(row["from"]),
        due_on=date.fromisoformat(row["due"]),
        principal=Decimal(row["principal"]),
        interest=Decimal(row.get("interest") or 0),
        is_down_payment=bool(row.get("down_payment")),
    )
