"""Recording notices that were served and orders that courts made; taking them out of force."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from compliance.notices.models import CourtOrder, NoticeKind, OrderKind, ServedBy, ServedNotice
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from loans.borrowers.models import Party
from loans.contracts.models import Loan, LoanParty

#: A notice that runs longer than this is a slip of the pen.
MOST_DAYS = 366


@transaction.atomic
def record_notice(
    *,
    loan: Loan,
    party: Party,
    kind: str,
    served_on: date,
    how: str,
    document_ref: str,
    by: Actor,
    days: int | None = None,
) -> ServedNotice:
    """Records a notice served on somebody about a loan; the same again is a no-op.

    Raises ValidationError for an unknown kind or way, somebody with no role to the loan, a day to
    come, a notice without its document, and one that was withdrawn.
    """
    _check_word(kind, NoticeKind.values)
    _check_word(how, ServedBy.values)
    _check_past(served_on, loan)
    if not LoanParty.objects.filter(party=party, loan=loan).exists():
        raise ValidationError(_("This person stands in no role to the loan."))
    _check_text(document_ref, 120, _("Name the document: its number or file, so it can be shown."))
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise ValidationError(_("A notice runs from 1 to %(most)d days.") % {"most": MOST_DAYS})
    notice, created = ServedNotice.objects.get_or_create(
        loan=loan,
        party=party,
        kind=kind,
        served_on=served_on,
        document_ref=document_ref.strip(),
        defaults={"how": how, "days": days, "recorded_by": by.label},
    )
    if notice.withdrawn_at is not None:
        raise ValidationError(
            _("This notice was withdrawn by %(by)s. A new one has a document of its own.")
            % {"by": notice.withdrawn_by}
        )
    if created:
        _record("notice.recorded", loan, by, notice=notice.pk, kind=kind)
    return notice


@transaction.atomic
def withdraw_notice(*, notice: ServedNotice, reason: str, by: Actor) -> ServedNotice:
    """Takes a notice out of force: served by mistake, or cured. Raises when it is already."""
    reason = reason.strip()
    _check_text(reason, 200, _("Say why the notice is withdrawn."))
    notice = ServedNotice.objects.select_for_update().get(pk=notice.pk)
    if notice.withdrawn_at is not None:
        raise ValidationError(_("It was withdrawn by %(by)s.") % {"by": notice.withdrawn_by})
    notice.withdrawn_at, notice.withdrawn_by = clock.now(), by.label
    notice.withdrawn_reason = reason
    notice.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _record("notice.withdrawn", notice.loan, by, reason=reason, notice=notice.pk)
    return notice


@transaction.atomic
def record_order(
    *,
    loan: Loan,
    kind: str,
    made_on: date,
    by: Actor,
    court: str = "",
    number: str = "",
    until: date | None = None,
) -> CourtOrder:
    """Records an order about a loan; the same again is a no-op.

    Raises ValidationError for an unknown kind, an order of a court without court and number, a
    day to come, a last day before the first, and an order that was discharged.
    """
    court, number = court.strip(), number.strip()
    _check_word(kind, OrderKind.values)
    _check_past(made_on, loan)
    if kind != OrderKind.DEBTOR_CONSENT:
        _check_text(court, 160, _("Name the court."))
        _check_text(number, 80, _("Give the number of the case."))
    if until is not None and until < made_on:
        raise ValidationError(_("The last day lies before the first."))
    order, created = CourtOrder.objects.get_or_create(
        loan=loan,
        kind=kind,
        made_on=made_on,
        court=court,
        number=number,
        defaults={"until": until, "recorded_by": by.label},
    )
    if order.discharged_at is not None:
        raise ValidationError(
            _("This order was discharged, which %(by)s recorded. Record the new order.")
            % {"by": order.discharged_by}
        )
    if created:
        _record("order.recorded", loan, by, order=order.pk, kind=kind)
    return order


@transaction.atomic
def discharge_order(*, order: CourtOrder, reason: str, by: Actor) -> CourtOrder:
    """Takes an order out of force. Raises ValidationError without a reason or when it is out."""
    reason = reason.strip()
    _check_text(reason, 200, _("Say by what the order ended."))
    order = CourtOrder.objects.select_for_update().get(pk=order.pk)
    if order.discharged_at is not None:
        raise ValidationError(
            _("The discharge is on record, by %(by)s.") % {"by": order.discharged_by}
        )
    order.discharged_at, order.discharged_by = clock.now(), by.label
    order.discharged_reason = reason
    order.save(update_fields=["discharged_at", "discharged_by", "discharged_reason"])
    _record("order.discharged", order.loan, by, reason=reason, order=order.pk)
    return order


def _check_word(word: str, known: list[str]) -> None:
    if word not in known:
        raise ValidationError(
            _("%(word)s is not known here. Use one of: %(known)s.")
            % {"word": word, "known": ", ".join(known)}
        )


def _check_past(day: date, loan: Loan) -> None:
    if day > clock.local_today(loan.portfolio.time_zone):
        raise ValidationError(_("This day is still to come. Record what has happened."))


def _check_text(text: str, most: int, missing: str) -> None:
    if not text.strip():
        raise ValidationError(missing)
    if len(text) > most:
        raise ValidationError(_("Say it in at most %(most)d characters.") % {"most": most})


def _record(
    action: str, loan: Loan, by: Actor, *, reason: str = "", **data: UUID | str | Any
) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.Loan",
        object_id=str(loan.pk),
        portfolio_id=loan.portfolio_id,
        reason=reason,
        data={name: str(value) for name, value in data.items()},
    )
