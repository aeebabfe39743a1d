"""Calling the whole loan due by a letter: what must have happened before, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from collections_app.cases.models import Case
from collections_app.legal.letter_flow import LetterKind
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.letters import Drawing
from compliance.clocks import default_notice
from compliance.notices.models import NoticeKind, ServedNotice
from core import clock
from core.audit.actors import Actor
from core.encryption.card_numbers import refuse_card_numbers
from loans.acceleration.models import Acceleration, AccelerationWithdrawal
from loans.acceleration.queries import acceleration_of
from loans.acceleration.services import call_due, take_back
from loans.contracts.models import LoanParty, PartyRole
from loans.delinquency.models import Instalment, InstalmentKind, Position
from loans.portfolios.refusals import Refused

#: Who is called upon: the loan is theirs, a guarantor's duty follows it.
_DEBTORS: Final = (PartyRole.BORROWER, PartyRole.CO_BORROWER)
#: A demand without a day of its own has run a reasonable time after so many days: our policy.
REASONABLE: Final = timedelta(days=14)
#: In a sale by instalments the price may be called due once so much of it is unpaid (民法典 634).
FIFTH: Final = Decimal("0.2")
CITATIONS: Final = {"CN": "民法典 634, 752", "GB": "Consumer Credit Act 1974 ss.87(1), 88(2)"}


@dataclass(frozen=True, slots=True)
class Share:
    """How much of all instalments is past due, and whether a sale by instalments lets it do."""

    percent: Decimal
    is_below_fifth: bool

    @property
    def text(self) -> str:
        return f"{self.percent}%"


def missing_before(case: Case, on: date) -> list[str]:
    """Returns what the law of the place asks for before the whole loan may be called due on a day.

    China: a demand that arrived and whose time is over. Great Britain: a default notice whose 14
    clear days are over. Elsewhere no text is kept here: counsel says. Empty: nothing is missing.
    """
    if case.portfolio.country == "GB":
        return _notice_of_default(case, on)
    if case.portfolio.country == "CN":
        return _demand(case, on)
    return []


def share_past_due(case: Case) -> Share | None:
    """Returns the share of all instalments that is past due, where the fifth is a yardstick."""
    if case.portfolio.country != "CN":
        return None
    rows = Instalment.objects.filter(loan=case.loan_id, kind=InstalmentKind.SCHEDULED)
    whole = rows.aggregate(whole=Sum("principal") + Sum("interest") + Sum("fee"))["whole"]
    if not whole:
        return None
    part = Position.objects.get(pk=case.loan_id).overdue_amount / whole
    return Share(percent=(part * 100).quantize(Decimal("0.1")), is_below_fifth=part < FIFTH)


def check_may_call(case: Case, *, party_id: Any, on: date) -> None:
    """Raises ValidationError with everything that stands against calling the whole loan due."""
    refused = missing_before(case, on)
    is_debtor = LoanParty.objects.filter(
        loan=case.loan_id, party=party_id, role__in=_DEBTORS
    ).exists()
    if not is_debtor:
        refused.insert(0, _("The whole loan is called due from borrower or co-borrower."))
    if refused:
        raise ValidationError(refused)


def check_basis(case: Case, drawing: Drawing) -> None:
    """Raises ValidationError for a letter that calls the whole loan due without a clause or law, or
    too early, and for another letter that names one."""
    is_call = drawing.kind == LetterKind.ACCELERATION
    if is_call != bool(drawing.basis.strip()):
        raise ValidationError(
            _("Name the clause or law by which the whole loan is called due, or none.")
        )
    refuse_card_numbers(drawing.basis)
    if is_call:
        today = clock.local_today(case.portfolio.time_zone)
        check_may_call(case, party_id=drawing.party.pk, on=today)


def brief_of(letter: DemandLetter) -> dict[str, str]:
    """Returns what the second person is told besides of a letter that calls the whole loan due."""
    if not letter.is_acceleration:
        return {}
    share = share_past_due(letter.case)
    told = {"kind": letter.kind, "basis": letter.basis}
    return told | ({"share_past_due": share.text} if share else {})


def declare(*, letter: DemandLetter, on: date, by: Actor) -> Acceleration:
    """Writes the fact when an approved letter has arrived; the first one to arrive counts.

    Raises ValidationError for what the books refuse.
    """
    assert letter.approval is not None  # by constraint
    try:
        return call_due(
            loan=letter.case.loan,
            value_on=on,
            called_amount=Decimal(letter.figures["payoff"]),
            document_ref=letter.label,
            reason=letter.basis,
            approved_by=str(letter.approval.decided_by),
            by=by,
        )
    except Refused as refusal:
        raise ValidationError(refusal.sentence) from refusal


@transaction.atomic
def take_acceleration_back(*, case: Case, reason: str, by: Actor) -> AccelerationWithdrawal:
    """Lets the loan run by its instalments again. Raises ValidationError without a reason, and
    where nothing was called due."""
    standing = acceleration_of(case.loan)
    if standing is None:
        raise ValidationError(_("The loan is not called due as a whole."))
    today = clock.local_today(case.portfolio.time_zone)
    try:
        return take_back(acceleration=standing, value_on=today, reason=reason, by=by)
    except Refused as refusal:
        raise ValidationError(refusal.sentence) from refusal


def _demand(case: Case, on: date) -> list[str]:
    served = _served(case, NoticeKind.DEMAND).select_related("demand_letter")
    if any(_time_is_over(notice, on) for notice in served):
        return []
    return [
        _("A demand must have arrived, and the time it leaves must be over (%(citation)s).")
        % {"citation": CITATIONS["CN"]}
    ]


def _time_is_over(notice: ServedNotice, on: date) -> bool:
    letter = getattr(notice, "demand_letter", None)
    if letter is not None:
        return bool(letter.pay_by < on)
    days = timedelta(days=notice.days) if notice.days else REASONABLE
    return notice.served_on + days < on


def _notice_of_default(case: Case, on: date) -> list[str]:
    notice = _served(case, NoticeKind.DEFAULT_NOTICE_UK).order_by("-served_on").first()
    if notice is not None:
        opens = default_notice.enforcement_from(notice.served_on)
        if notice.days:
            opens = max(opens, notice.served_on + timedelta(days=notice.days + 1))
        if opens <= on:
            return []
    return [
        _("A default notice must be served, and its 14 clear days be over (%(citation)s).")
        % {"citation": CITATIONS["GB"]}
    ]


def _served(case: Case, kind: str) -> Any:
    debtors = LoanParty.objects.filter(loan=case.loan_id, role__in=_DEBTORS).values("party")
    return ServedNotice.objects.filter(
        loan=case.loan_id, kind=kind, party__in=debtors, withdrawn_at__isnull=True
    )
