"""What a promise would do to its loan: the loan replayed with the money as if it had come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from collections_app.promises.limits import Part
from core import clock
from loans.contracts.models import Loan
from loans.delinquency import facts as pure
from loans.delinquency.loading import load_facts
from loans.delinquency.projection import project


@dataclass(frozen=True, slots=True)
class Consequence:
    """Where the loan would stand at the end of the last part's day."""

    amount: Decimal
    by: date
    past_due: Decimal
    days_past_due: int


def consequence_of(*, loan: Loan, parts: Sequence[Part]) -> Consequence:
    """Returns where the loan would stand if every part came on its day and nothing else did.

    What falls due until then is counted in. Arguments: loan with its portfolio; at least one part.
    Raises what the replay raises for facts that contradict each other.
    """
    by = max(part.due_on for part in parts)
    found = load_facts([loan.pk])[loan.pk]
    promised = [
        pure.Repayment(
            id=("promised", number),
            value_on=part.due_on,
            known_at=clock.now(),
            amount=part.amount,
            kind=pure.RepaymentKind.REGULAR,
        )
        for number, part in enumerate(parts, 1)
    ]
    as_if = replace(found, facts=[*found.facts, *promised])
    position = project(as_if, as_of=max(by, found.business_date)).position
    oldest = position["oldest_unsatisfied_due_on"]
    days = 0
    if oldest is not None:
        days = max((by - oldest).days + loan.portfolio.due_day_counts, 0)
    return Consequence(
        amount=sum((part.amount for part in parts), Decimal(0)),
        by=by,
        past_due=position["overdue_amount"],
        days_past_due=days,
    )
