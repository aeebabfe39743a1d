"""What the parts of a promise must be, whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collections_app.promises.limits import Part
from core.encryption.card_numbers import refuse_card_numbers
from loans.contracts.models import Loan

#: More parts than this are a plan, not a promise.
MOST_PARTS: Final = 12
#: A promise for a later day is a slip of the pen.
FURTHEST: Final = timedelta(days=366)
_LARGEST: Final = Decimal("999999999999.99")


def check_parts(parts: Sequence[Part], loan: Loan, *, made_on: date) -> None:
    """Raises ValidationError, saying what to change, for parts that nobody can promise."""
    if not parts:
        raise ValidationError(_("Say what is promised: an amount and a day."))
    if len(parts) > MOST_PARTS:
        raise ValidationError(
            _("A promise has at most %(most)d parts; agree a plan for more.") % {"most": MOST_PARTS}
        )
    for part in parts:
        if not part.amount.is_finite() or not 0 < part.amount <= _LARGEST:
            raise ValidationError(_("The amount promised must be more than zero."))
        if part.amount != round(part.amount, 2):
            raise ValidationError(_("The amount promised has at most two decimals."))
        if part.due_on < made_on:
            raise ValidationError(_("The day promised lies before the promise."))
        if part.due_on > made_on + FURTHEST:
            raise ValidationError(_("The day promised lies more than a year ahead."))
        refuse_card_numbers(part.method)
    if len({part.due_on for part in parts}) != len(parts):
        raise ValidationError(_("Each part has a day of its own; add up what comes on one day."))
    _check_sum(parts, loan)


def _check_sum(parts: Sequence[Part], loan: Loan) -> None:
    position = getattr(loan, "position", None)
    owed = position.outstanding_amount if position else Decimal(0)
    # A ledger kept elsewhere may not have stated it; then nothing is known to compare with.
    if owed and sum(part.amount for part in parts) > owed:
        raise ValidationError(
            _("That is more than is owed in all (%(owed)s).") % {"owed": f"{owed:,.2f}"}
        )
