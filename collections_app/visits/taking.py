"""What else is recorded at a door: the car that was looked for, cash against a receipt."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.visits.events import lock_visit, tell
from collections_app.visits.findings import (
    CashHandIn,
    CashReceipt,
    FoundCondition,
    VehicleSighting,
)
from collections_app.visits.making import told_time
from collections_app.visits.models import Visit, VisitEventKind
from core import clock
from core.audit.actors import Actor
from core.encryption.card_numbers import refuse_card_numbers
from core.encryption.sealing import seal
from loans.vehicles.models import Vehicle


@transaction.atomic
def record_sighting(
    *,
    visit: Visit,
    agent: User,
    vehicle: Vehicle,
    is_seen: bool,
    at: datetime,
    condition: str = "",
    place: str = "",
) -> VehicleSighting:
    """Notes that the car of the loan was looked for, and where and how it was found.

    Raises ValidationError for somebody else's visit, a car of another loan, and words about a car
    that was not seen; nothing is written then.
    """
    _check_visitor(visit, agent)
    if vehicle.loan_id != visit.case.loan_id:
        raise ValidationError({"vehicle": _("This is not a vehicle of the loan.")})
    if condition not in FoundCondition.values:
        raise ValidationError({"condition": _("Choose from the list.")})
    if not is_seen and (condition or place.strip()):
        raise ValidationError({"is_seen": _("A vehicle that was not seen has no place or state.")})
    refuse_card_numbers(place)
    locked = lock_visit(visit)
    row = VehicleSighting(
        visit=locked,
        vehicle=vehicle,
        is_seen=is_seen,
        condition=condition,
        at=told_time(at),
        by=agent,
    )
    row.save(force_insert=True) if not place.strip() else _save_with_place(row, place, locked)
    tell(
        locked,
        VisitEventKind.VEHICLE,
        Actor.of(agent),
        at=row.at,
        is_seen=is_seen,
        condition=condition,
    )
    return row


def _save_with_place(row: VehicleSighting, place: str, visit: Visit) -> None:
    row.place = seal(
        key=visit.party.data_key,
        plaintext=place.strip(),
        table=VehicleSighting._meta.db_table,
        column="place",
        row_id=row.pk,
    )
    row.save(force_insert=True)


@transaction.atomic
def take_cash(
    *, visit: Visit, agent: User, number: str, amount: Decimal, at: datetime
) -> CashReceipt:
    """Records cash taken against a numbered receipt; it is handed in and pays nothing by itself.

    Raises ValidationError for somebody else's visit, an amount that is not positive, and a receipt
    without a number or with one that was used; nothing is written then.
    """
    _check_visitor(visit, agent)
    number = number.strip()
    if not number:
        raise ValidationError({"number": _("Give the number of the receipt.")})
    refuse_card_numbers(number)
    if amount <= 0:
        raise ValidationError({"amount": _("The amount must be more than zero.")})
    locked = lock_visit(visit)
    try:
        with transaction.atomic():
            receipt = CashReceipt.objects.create(
                visit=locked, number=number, amount=amount, at=told_time(at), by=agent
            )
    except IntegrityError:
        raise ValidationError(
            {"number": _("This receipt is on record already. Each has a number of its own.")}
        ) from None
    tell(
        locked,
        VisitEventKind.CASH,
        Actor.of(agent),
        at=receipt.at,
        receipt=str(receipt.pk),
        amount=str(amount),
    )
    return receipt


@transaction.atomic
def hand_in_cash(*, receipt: CashReceipt, amount: Decimal, by: User) -> CashHandIn:
    """Records that the cash of a receipt reached the office, and how much was counted.

    Raises ValidationError for who took it, who cannot also count it, and for a receipt handed in.
    """
    if by.pk == receipt.by_id:
        raise ValidationError(_("Somebody else counts what you took."))
    if amount < 0:
        raise ValidationError({"amount": _("The amount must be more than zero.")})
    locked = lock_visit(receipt.visit)
    if CashHandIn.objects.filter(receipt=receipt).exists():
        raise ValidationError(_("The cash of this receipt was handed in already."))
    row = CashHandIn.objects.create(receipt=receipt, amount=amount, at=clock.now(), received_by=by)
    tell(
        locked, VisitEventKind.HANDED_IN, Actor.of(by), receipt=str(receipt.pk), amount=str(amount)
    )
    return row


def _check_visitor(visit: Visit, agent: User) -> None:
    if not visit.is_made_by(agent):
        raise ValidationError(_("Only those who make this visit record it."))
