"""What happened to a filed loan besides payments, as facts of books that are kept here.

Where the lender keeps the books, its statement of each month says what an extension or a charge-off
did; where they are kept here, the statements are only compared, so the events themselves count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from loans.contracts.models import Loan
from loans.contracts.past_extensions import PastExtension, record_past_extension
from loans.imports.kinds.abs_ee_rows import REFERENCE, is_charged_off
from loans.imports.kinds.kind import Context, ReadRow, Values
from loans.imports.queries import loans_with_losses
from loans.portfolios.models import Ledger
from loans.repayments.services import write_off

_MOST_MONTHS = 12


def record_events(context: Context, rows: Iterable[ReadRow], loan_ids: Mapping[str, UUID]) -> None:
    """Books extensions and charge-offs as of the end of the month that reports them.

    The rows are those behind the opening month; what is booked already is not booked again.
    """
    if context.portfolio.ledger != Ledger.MAKEGOOD:
        return
    telling = sorted(
        (row for row in rows if _months(row.values) or is_charged_off(row.values)),
        key=lambda row: row.values["period_end"],
    )
    ids = {loan_ids[row.values["asset_number"]] for row in telling}
    loans = {loan.pk: loan for loan in Loan.objects.filter(pk__in=ids)}
    lost = loans_with_losses(ids)
    for row in telling:
        loan = loans[loan_ids[row.values["asset_number"]]]
        if is_charged_off(row.values):
            if loan.pk not in lost:
                lost.add(loan.pk)
                _charge_off(context, loan, row.values)
        else:
            record_past_extension(
                loan=loan,
                extension=PastExtension(
                    months=_months(row.values),
                    value_on=row.values["period_end"],
                    external_ref=f"{REFERENCE}-{row.values['period_end']}",
                ),
                by=context.by,
                batch=context.batch,
            )


def _months(values: Values) -> int:
    """Months of an extension granted in the period; one taken back at charge-off is none."""
    text = values["extended_by"] or ""
    return int(text) if text.isdigit() and 1 <= int(text) <= _MOST_MONTHS else 0


def _charge_off(context: Context, loan: Loan, values: Values) -> None:
    write_off(
        loan=loan,
        reason="Charged off by the lender, taken over with its history.",
        by=context.by,
        value_on=values["period_end"],
    )
