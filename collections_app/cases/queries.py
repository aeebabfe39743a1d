"""Reads that cases are opened, ended and listed by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from collections_app.cases.models import Case
from loans.delinquency.models import Position, PositionChange
from loans.delinquency.refresh import uuid_array
from loans.imports.undo import CAUSE as UNDONE
from loans.portfolios.models import Portfolio


def latest_due_day_of_a_case(portfolio: Portfolio, on: date) -> date:
    """Returns the last due day whose instalment, still open on `on`, makes a case.

    A case opens when days past due, beyond the grace days, reach the portfolio's threshold.
    """
    days = portfolio.grace_days + portfolio.case_opens_at_days
    if portfolio.due_day_counts:
        days -= 1
    return on - timedelta(days=days)


#: First the few without a case, then what is asked about them: of a large book thousands are late
#: every day, and nearly all of them have one. A loan has one borrower.
_LATE: Final = """
WITH late AS MATERIALIZED (
    SELECT loan_id, oldest_unsatisfied_due_on AS oldest FROM loans_position AS position
    WHERE portfolio_id = %(portfolio)s AND oldest_unsatisfied_due_on <= %(latest)s
        AND (%(loans)s::uuid[] IS NULL OR loan_id = ANY(%(loans)s::uuid[]))
        AND NOT EXISTS (
            SELECT FROM collections_app_case AS held
            WHERE held.loan_id = position.loan_id AND held.state = 'open')
)
SELECT late.loan_id, borrower.party_id
FROM late
JOIN loans_loan AS loan ON loan.id = late.loan_id
JOIN loans_loanparty AS borrower ON borrower.loan_id = late.loan_id AND borrower.role = 'borrower'
ORDER BY late.oldest, loan.contract_no
"""


def late_positions(
    *, portfolio: Portfolio, on: date, loan_ids: Sequence[UUID] | None
) -> list[tuple[UUID, UUID]]:
    """Returns (loan, borrower) of the loans past the threshold that have no open case."""
    values: dict[str, Any] = {
        "portfolio": portfolio.pk,
        "latest": latest_due_day_of_a_case(portfolio, on),
        "loans": None if loan_ids is None else uuid_array(loan_ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LATE, values)
        rows: list[tuple[UUID, UUID]] = cursor.fetchall()
    return rows


def loans_taken_back(loan_ids: Sequence[UUID]) -> set[UUID]:
    """Returns those of the loans whose arrears ended by the undoing of an import, not by money."""
    if not loan_ids:
        return set()
    ended = PositionChange.objects.filter(loan__in=loan_ids, oldest_after__isnull=True)
    newest = ended.order_by("loan_id", "-pk").distinct("loan_id").values_list("loan_id", "cause")
    return {loan_id for loan_id, cause in newest if cause == UNDONE}


def paid_cases(*, portfolio: Portfolio, loan_ids: Sequence[UUID] | None) -> QuerySet[Case]:
    """Returns the open cases of loans with no instalment open past its due day, locked.

    A loan that an import took back has no position. Which they are is found first, without the
    loans of all the others; two queries.
    """
    late = Position.objects.filter(
        loan_id=OuterRef("loan_id"), oldest_unsatisfied_due_on__isnull=False
    )
    cases = Case.objects.open().filter(~Exists(late), portfolio=portfolio)
    if loan_ids is not None:
        cases = cases.filter(loan_id__in=loan_ids)
    found = list(cases.values_list("pk", flat=True))
    return (
        Case.objects.open()
        .filter(pk__in=found, loan__position__oldest_unsatisfied_due_on__isnull=True)
        .select_related("loan__position")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
