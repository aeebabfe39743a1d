"""What a product's policy charges for lateness, booked by the service as a lender's run does."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from loans.conformance.books import CLERK, Books
from loans.conformance.reading_back import read_back
from loans.delinquency.conventions import LateChargeKind
from loans.delinquency.late_charges import assess_late_charges
from loans.repayments.services import charge


def post_late_charges(books: Books) -> None:
    """Books what the stored instalments have earned in late charges and were not charged yet."""
    policy = books.conventions.late_charges
    if policy.kind is LateChargeKind.NONE or books.loan is None:
        return
    on = books.portfolio.business_date
    state, _summary = read_back(books.loan)
    charged: dict[int, Decimal] = defaultdict(Decimal)
    for known in state.charges:
        charged[known.instalment] += known.amount
    for late in assess_late_charges(replay=state, policy=policy, on=on):
        due = late.amount - charged[late.instalment]
        if due > 0:
            charge(
                loan=books.loan,
                kind="penalty",
                amount=due,
                due_on=on,
                value_on=on,
                instalment_number=late.instalment,
                by=CLERK,
            )
