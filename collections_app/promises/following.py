"""Money that lands judges promises at once: a promise kept at noon shows at noon."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from collections_app.promises.judging import judge_loans
from core.audit.actors import SYSTEM
from core.facts.services import consume
from loans.contracts.models import LoanFact
from loans.repayments.models import (
    Chargeback,
    Repayment,
    RepaymentStateChange,
    Reversal,
    ReversibleKind,
)

#: Facts of one batch. Most are of loans nobody promised anything for, and cost one query together.
BATCH: Final = 2_000
_MONEY: Final = frozenset({ReversibleKind.REPAYMENT, ReversibleKind.CHARGEBACK})


def follow_repayments() -> int:
    """Money that came in, settled or pending."""
    return consume(
        consumer="promises.repayments", model=Repayment, handler=_judge_again, limit=BATCH
    )


def follow_repayment_states() -> int:
    """Pending money that settled, and money that was returned."""
    return consume(
        consumer="promises.repayment_states",
        model=RepaymentStateChange,
        handler=_judge_again,
        limit=BATCH,
    )


def follow_reversals() -> int:
    """Money that was taken back as never received, or a chargeback that was none."""
    return consume(
        consumer="promises.reversals",
        model=Reversal,
        handler=lambda facts: _judge_again([fact for fact in facts if fact.of_kind in _MONEY]),
        limit=BATCH,
    )


def follow_chargebacks() -> int:
    """Money that the payer's bank took back."""
    return consume(
        consumer="promises.chargebacks", model=Chargeback, handler=_judge_again, limit=BATCH
    )


def _judge_again(facts: Sequence[LoanFact]) -> None:
    judge_loans(loan_ids={fact.loan_id for fact in facts}, by=SYSTEM)
