"""Money that nobody can place yet: held, then placed on a loan or sent back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from core import clock
from core.audit import Actor, record
from core.encryption import new_data_key, refuse_card_numbers, seal, unseal
from core.ids import uuid7
from loans.contracts.fact_writing import check_amount, require_reason
from loans.contracts.models import Loan
from loans.imports.models import ImportBatch
from loans.portfolios.models import Portfolio
from loans.portfolios.refusals import Refused
from loans.repayments.models import Repayment, SuspenseItem, SuspenseState
from loans.repayments.services import record_repayment

_TABLE = "loans_suspenseitem"


@transaction.atomic
def hold_in_suspense(
    *,
    portfolio: Portfolio,
    amount: Decimal,
    value_on: dt.date,
    external_ref: str,
    reason: str,
    by: Actor,
    payer_text: str = "",
    method: str = "",
    batch: ImportBatch | None = None,
) -> SuspenseItem:
    """Holds money that came in and fits no loan; the same reference again returns the first item.

    Arguments: payer_text, what the payer wrote, is sealed under a key of its own.
    """
    check_amount(amount)
    why = require_reason(reason)
    if not external_ref:
        raise Refused("reference_missing", "Money in suspense needs the bank's reference.")
    before = _same_reference(portfolio, external_ref, amount, value_on)
    if before is not None:
        return before
    try:
        refuse_card_numbers(payer_text)
    except ValidationError as error:
        raise Refused("card_number", str(error.messages[0])) from error
    item = SuspenseItem(
        id=uuid7(),
        portfolio=portfolio,
        amount=amount,
        value_on=value_on,
        external_ref=external_ref,
        method=method,
        reason=why,
        batch=batch,
        data_key=new_data_key(),
    )
    if payer_text:
        item.payer_text = seal(
            key=item.data_key,
            plaintext=payer_text,
            table=_TABLE,
            column="payer_text",
            row_id=item.pk,
        )
    item.save(force_insert=True)
    _record(item, "suspense.hold", by, {"amount": str(amount)}, reason=why)
    return item


@transaction.atomic
def place_suspense(*, item: SuspenseItem, loan: Loan, by: Actor) -> Repayment:
    """Books held money on a loan, from the day it was received. Raises Refused when it is gone."""
    locked = _lock_open(item)
    if loan.portfolio_id != locked.portfolio_id:
        raise Refused("suspense_elsewhere", "The loan belongs to another portfolio than the money.")
    repayment = record_repayment(
        loan=loan,
        amount=locked.amount,
        value_on=max(locked.value_on, loan.started_on),
        by=by,
        external_ref=locked.external_ref,
        method=locked.method,
        batch=locked.batch,
    )
    locked.state, locked.repayment = SuspenseState.PLACED, repayment
    _settle(locked)
    _record(locked, "suspense.place", by, {"loan": str(loan.pk), "repayment": repayment.pk})
    return repayment


@transaction.atomic
def send_back_suspense(*, item: SuspenseItem, by: Actor, reason: str) -> SuspenseItem:
    """Notes that held money went back to the payer. Raises Refused when it is placed already."""
    why = require_reason(reason)
    locked = _lock_open(item)
    locked.state = SuspenseState.SENT_BACK
    _settle(locked)
    _record(locked, "suspense.send_back", by, {"amount": str(locked.amount)}, reason=why)
    return locked


def reveal_payer_text(*, item: SuspenseItem, by: Actor, purpose: str) -> str:
    """Returns what the payer wrote; the look is recorded."""
    why = require_reason(purpose)
    if item.payer_text is None:
        return ""
    _record(item, "suspense.reveal", by, {}, reason=why)
    return unseal(
        key=item.data_key,
        sealed=item.payer_text,
        table=_TABLE,
        column="payer_text",
        row_id=item.pk,
    )


def _same_reference(
    portfolio: Portfolio, external_ref: str, amount: Decimal, value_on: dt.date
) -> SuspenseItem | None:
    Portfolio.objects.select_for_update(no_key=True).get(pk=portfolio.pk)
    before = SuspenseItem.objects.filter(portfolio=portfolio, external_ref=external_ref).first()
    if before is not None and (before.amount, before.value_on) != (amount, value_on):
        raise Refused(
            "reference_taken",
            f"Reference {external_ref} is held already with {before.amount} of {before.value_on}; "
            "use another reference.",
        )
    return before


def _lock_open(item: SuspenseItem) -> SuspenseItem:
    locked = SuspenseItem.objects.select_for_update(no_key=True).get(pk=item.pk)
    if locked.state != SuspenseState.OPEN:
        raise Refused(
            "suspense_settled",
            f"This money was {locked.get_state_display()} already; reverse its repayment first.",
        )
    return locked


def _settle(item: SuspenseItem) -> None:
    item.settled_at = clock.now()
    item.save(update_fields=["state", "repayment", "settled_at"])


def _record(
    item: SuspenseItem, action: str, by: Actor, data: Mapping[str, Any], *, reason: str = ""
) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.SuspenseItem",
        object_id=item.pk,
        portfolio_id=item.portfolio_id,
        reason=reason,
        data=data,
    )
