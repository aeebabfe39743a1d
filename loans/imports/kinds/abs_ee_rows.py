"""What one loan of a filing becomes: a party, a loan with its car, positions and payments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from loans.borrowers.rows import AddressRow, PartyRow
from loans.contracts.rows import LoanRow, SignatoryRow, VehicleRow
from loans.delinquency.rows import PositionRow
from loans.imports.kinds import abs_ee_rules as rules
from loans.imports.kinds.kind import ReadRow, Values
from loans.portfolios.models import Product
from loans.repayments.rows import RepaymentRow

REFERENCE = "abs-ee"
_CHARGED_OFF = "4"
#: Kept with the loan for people to read; no rule looks at them.
_ATTRIBUTES = ("credit_score", "originator", "has_co_obligor", "original_term")


def party_row(row: ReadRow) -> PartyRow:
    """Returns the anonymous borrower of a loan; the state of residence gives the time zone."""
    values = row.values
    state = values["state"]
    addresses = (AddressRow(text=state, country="US", region=state),) if state else ()
    return PartyRow(
        customer_no=values["asset_number"],
        full_name=f"Obligor {values['asset_number']}",
        language="en",
        addresses=addresses,
    )


def loan_row(row: ReadRow, *, product: Product, borrower: UUID, due_day: int) -> LoanRow:
    """Returns the loan as it was signed, seen from its first month in the file."""
    values = row.values
    return LoanRow(
        contract_no=values["asset_number"],
        product=product,
        started_on=rules.started_on_of(values, due_day=due_day),
        principal_amount=values["original_amount"],
        parties=(SignatoryRow(party_id=borrower),),
        terms=rules.terms_of(values, due_day=due_day),
        vehicles=_vehicle(values),
        region=values["state"] or "",
        attributes={name: values[name] for name in _ATTRIBUTES if values[name] is not None},
    )


def _vehicle(values: Values) -> tuple[VehicleRow, ...]:
    if not (values["make"] or values["model"]):
        return ()
    return (
        VehicleRow(
            make=values["make"] or "",
            model=values["model"] or "",
            model_year=values["model_year"],
            condition=values["condition"] or "",
            value_amount=values["vehicle_value"],
            valued_on=values["originated_in"],
        ),
    )


def position_row(row: ReadRow, *, opened_on: date, due_day: int | None) -> PositionRow:
    """Returns what the servicer states at a month's end; the first month opens the books.

    Arguments: due_day where the books are kept here, so that they open with one of our instalments
    unpaid, not with a day on which none falls due; None where every statement is believed.
    """
    values = row.values
    is_opening = values["period_end"] == opened_on
    return PositionRow(
        contract_no=values["asset_number"],
        value_on=values["period_end"],
        kind="opening" if is_opening else "stated",
        principal_outstanding=values["end_balance"],
        days_past_due=values["days_past_due"],
        oldest_unpaid_due_on=rules.oldest_due_of(values, due_day=due_day)
        if is_opening and due_day
        else None,
        is_written_off=is_charged_off(values),
        external_ref=REFERENCE,
    )


def is_charged_off(values: Values) -> bool:
    """Says whether the loan is charged off by the end of the period."""
    return _CHARGED_OFF in (values["zero_balance_code"] or "")


def repayment_row(row: ReadRow, *, amount: Decimal) -> RepaymentRow:
    """Returns what was paid in a month, as one payment."""
    values = row.values
    return RepaymentRow(
        contract_no=values["asset_number"],
        amount=amount,
        value_on=rules.paid_on(values),
        external_ref=f"{REFERENCE}-{values['period_end']}",
    )
