"""Papers of proceedings and what they cost: added, read, withdrawn, charged, taken back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import IO, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from collections_app.legal.file_models import CostKind, LegalCost, LegalDocument
from collections_app.legal.flow import DocumentKind, Stage
from collections_app.legal.models import Proceeding
from core import clock
from core.audit.actors import Actor
from core.audit.services import record
from core.encryption.card_numbers import refuse_card_numbers
from core.files import FileTooLarge, name_of, open_stored, store
from loans.portfolios.refusals import Refused
from loans.repayments.models import ChargeKind
from loans.repayments.services import charge, reverse

#: A paper of more is no paper: scans of a whole file come in parts.
LARGEST_BYTES: Final = 20 * 1024 * 1024
#: How a file begins -> what it is. What it is called says nothing.
_BEGINNINGS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


@transaction.atomic
def add_document(
    *, proceeding: Proceeding, kind: str, content: IO[bytes], name: str, by: Actor
) -> LegalDocument:
    """Keeps a paper, encrypted under a key of its own and hashed, as the next version of its kind.

    Raises ValidationError for an unknown kind, what is no PDF, PNG or JPEG, a file that is empty
    or larger than 20 MB, while the file waits for a decision, and once the proceedings ended.
    """
    locked = _locked(proceeding)
    if kind not in DocumentKind.values:
        raise ValidationError(_("Say what kind of paper this is."))
    if locked.stage == Stage.PROPOSED:
        raise ValidationError(_("The file waits for a decision: take it back to change it."))
    content_type = _type_of(content)
    try:
        stored = store(
            content=content, name=name[:200], content_type=content_type, max_size=LARGEST_BYTES
        )
    except FileTooLarge:
        raise ValidationError(_("A paper has at most 20 MB.")) from None
    last = LegalDocument.objects.filter(proceeding=locked, kind=kind).aggregate(n=Max("version"))
    document = LegalDocument.objects.create(
        case=locked.case,
        proceeding=locked,
        kind=kind,
        version=(last["n"] or 0) + 1,
        file=stored,
        added_at=clock.now(),
        added_by=by.label,
    )
    _tell(locked, "legal_document.added", by, document=document)
    return document


@transaction.atomic
def read_document(*, document: LegalDocument, by: Actor) -> tuple[str, IO[bytes]]:
    """Opens a paper for who reads it, with the name it came with; a line of the trail."""
    content = open_stored(document.file)
    _tell(document.proceeding, "legal_document.read", by, document=document)
    return name_of(document.file), content


@transaction.atomic
def withdraw_document(*, document: LegalDocument, reason: str, by: Actor) -> LegalDocument:
    """Says that a paper no longer belongs to the file; it stays readable.

    Raises ValidationError without a reason, when it was withdrawn, and from approval on: what a
    second person saw stays as it was seen.
    """
    if not reason.strip():
        raise ValidationError(_("Say why the paper is withdrawn."))
    refuse_card_numbers(reason)
    proceeding = _locked(document.proceeding)
    locked = LegalDocument.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if locked.withdrawn_at is not None:
        raise ValidationError(_("It was withdrawn by %(by)s.") % {"by": locked.withdrawn_by})
    if proceeding.stage != Stage.PREPARING:
        raise ValidationError(_("The file was shown to a second person: add a new version."))
    locked.withdrawn_at, locked.withdrawn_by = clock.now(), by.label
    locked.withdrawn_reason = reason.strip()[:200]
    locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _tell(proceeding, "legal_document.withdrawn", by, document=locked, reason=reason)
    return locked


@transaction.atomic
def record_cost(
    *,
    proceeding: Proceeding,
    kind: str,
    amount: Decimal,
    incurred_on: date,
    is_charged: bool,
    by: Actor,
) -> LegalCost:
    """Enters what proceedings cost; charged, it becomes a fee on the loan in the same transaction.

    Raises ValidationError for an unknown kind, an amount that is not positive, a day to come, and
    what the loan's books refuse; nothing is written then.
    """
    locked = _locked(proceeding)
    if kind not in CostKind.values:
        raise ValidationError(_("Say what was paid for."))
    if amount <= 0:
        raise ValidationError(_("The amount is more than zero."))
    if incurred_on > clock.local_today(locked.case.portfolio.time_zone):
        raise ValidationError(_("That day lies ahead."))
    cost = LegalCost(
        case=locked.case,
        proceeding=locked,
        kind=kind,
        amount=amount,
        incurred_on=incurred_on,
        entered_at=clock.now(),
        entered_by=by.label,
    )
    if is_charged:
        try:
            cost.charge = charge(
                loan=locked.case.loan,
                kind=ChargeKind.FEE,
                amount=amount,
                due_on=incurred_on,
                # Books that are behind take it on the day they are on; it is due all the same.
                value_on=min(incurred_on, locked.case.portfolio.business_date),
                code=f"legal-{kind}"[:40],
                # The proceedings are locked: nobody else counts on meanwhile.
                external_ref=f"{locked.label}-{locked.costs.count() + 1:02}",
                reason=f"{locked.label}: {CostKind(kind).label}"[:200],
                by=by,
            )
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal
    cost.save(force_insert=True)
    _tell(locked, "legal_cost.recorded", by, cost=cost)
    return cost


@transaction.atomic
def take_back_cost(*, cost: LegalCost, reason: str, by: Actor) -> LegalCost:
    """Takes a cost back, and its charge off the loan. Raises ValidationError without a reason,
    when it was taken back before, and for what the books refuse."""
    if not reason.strip():
        raise ValidationError(_("Say why the cost is taken back."))
    refuse_card_numbers(reason)
    locked = (
        LegalCost.objects.select_for_update(of=("self",))
        .select_related("proceeding__case__portfolio")
        .get(pk=cost.pk)
    )
    if locked.reversed_at is not None:
        raise ValidationError(_("%(by)s took it back before.") % {"by": locked.reversed_by})
    if locked.charge is not None:
        try:
            reverse(fact=locked.charge, reason=reason, by=by)
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from refusal
    locked.reversed_at, locked.reversed_by = clock.now(), by.label
    locked.reversed_reason = reason.strip()[:200]
    locked.save(update_fields=["reversed_at", "reversed_by", "reversed_reason"])
    _tell(locked.proceeding, "legal_cost.taken_back", by, cost=locked, reason=reason)
    return locked


def _type_of(content: IO[bytes]) -> str:
    beginning = content.read(16)
    content.seek(0)
    if not beginning:
        raise ValidationError(_("The file is empty."))
    for start, content_type in _BEGINNINGS:
        if beginning.startswith(start):
            return content_type
    raise ValidationError(_("Only PDF, PNG and JPEG files are taken."))


def _locked(proceeding: Proceeding) -> Proceeding:
    proceedings = Proceeding.objects.select_for_update(of=("self",))
    return proceedings.select_related("case__portfolio", "case__loan").get(pk=proceeding.pk)


def _tell(
    proceeding: Proceeding,
    action: str,
    by: Actor,
    *,
    document: LegalDocument | None = None,
    cost: LegalCost | None = None,
    reason: str = "",
) -> None:
    data: dict[str, str] = {"proceeding": str(proceeding.pk)}
    if document is not None:
        data |= {"document": str(document.pk), "sha256": document.file.sha256}
    if cost is not None:
        data |= {"cost": str(cost.pk), "amount": str(cost.amount), "kind": cost.kind}
    record(
        action=action,
        by=by,
        object_type="collections_app.Case",
        object_id=proceeding.case_id,
        portfolio_id=proceeding.case.portfolio_id,
        reason=reason,
        data=data,
    )
