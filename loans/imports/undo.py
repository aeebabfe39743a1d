"""Undoing an import within a day, while nothing was built on it (docs/adr/0015).

Nothing is deleted that anybody stated: facts are taken back by reversals, as if they had never
been, and loans the import had opened are withdrawn from the books. What an import replaced in
place (names, numbers, addresses, cars) has no former value to go back to, so those kinds cannot be
undone; the sentence says what to do instead.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from core import clock
from core.audit import Actor, record
from core.facts.announcements import announce
from core.locks import Lock, LockBusy, session_lock
from loans.acceleration.models import Acceleration, AccelerationWithdrawal
from loans.contracts.models import Loan, LoanFact, Schedule
from loans.delinquency.amounts import ZERO
from loans.delinquency.models import (
    BucketStay,
    Instalment,
    Pause,
    Position,
    PositionChange,
    ReplayDifference,
    Resume,
    StatedPosition,
)
from loans.delinquency.refresh import lock_loans, refresh_loans
from loans.imports.kinds import all_kinds
from loans.imports.models import ImportBatch, ImportState
from loans.imports.problems import ImportRefused
from loans.portfolios.refusals import Refused
from loans.portfolios.services import reset_watermark
from loans.repayments.models import (
    Allocation,
    Charge,
    Chargeback,
    Refund,
    Repayment,
    RepaymentStateChange,
    Reversal,
    ReversibleKind,
    Waiver,
    WriteOff,
)

UNDO_WITHIN: Final = timedelta(hours=24)
CAUSE: Final = "undo"
_CHUNK: Final = 1_000

#: The facts an import may bring, and what a reversal of each is called.
_TAKEN_BACK: Final[dict[type[LoanFact], str]] = {
    Schedule: ReversibleKind.SCHEDULE,
    Repayment: ReversibleKind.REPAYMENT,
    StatedPosition: ReversibleKind.STATED_POSITION,
}
#: Every fact about a loan: one that came later stands on what is to be undone.
_FACTS: Final[tuple[type[LoanFact], ...]] = (
    Schedule,
    Repayment,
    RepaymentStateChange,
    Charge,
    Waiver,
    WriteOff,
    Refund,
    Chargeback,
    Reversal,
    Pause,
    Resume,
    Acceleration,
    AccelerationWithdrawal,
    StatedPosition,
)
UNDOABLE: Final = frozenset(
    {"loans", "schedules", "repayments", "opening_positions", "stated_positions"}
)
_REPLACED = _(
    "It replaced values in place, and their former values are not kept. Import a file with the "
    "right values; they take the place of these."
)
#: Why a kind cannot be undone, and what to do instead.
NOT_UNDOABLE: Final[dict[str, str | Promise]] = {
    "parties": _REPLACED,
    "contact_points": _REPLACED,
    "addresses": _REPLACED,
    "vehicles": _REPLACED,
    "signatories": _("Who signed a contract is not taken back by file. Correct single loans."),
    "contacts": _("A contact that was made was made: it keeps counting."),
    "stops": _("A stop protects a person and is lifted one by one, with a reason."),
    "consents": _("A consent or refusal stands until the person says otherwise."),
    "preferences": _("A preference is ended on the person's record, with a reason."),
    "complaints": _("A complaint is closed in the register, with its outcome."),
    "promises": _("A promise is cancelled on its case, with a reason."),
    "abs_ee": _(
        "A filing opens loans and books extensions and losses together. Load it into a portfolio "
        "of its own to try it."
    ),
}


@dataclass(frozen=True, slots=True)
class Touch:
    """Something done since with a loan of the import: what, on which contract, when."""

    contract_no: str
    what: str | Promise
    at: datetime


#: Given loan ids and a moment: what was done with those loans since. Settings name them.
Touched = Callable[[Collection[UUID], datetime], list[Touch]]


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What undoing would do, or why it cannot be done."""

    until: datetime | None
    loans_withdrawn: int
    loans_recounted: int
    facts: dict[str, int]
    refusal: str | Promise
    touches: tuple[Touch, ...]

    @property
    def is_possible(self) -> bool:
        """Whether nothing stands against it."""
        return not self.refusal


def preview_undo(*, batch: ImportBatch) -> UndoPreview:
    """Says what undoing an import would do now; writes nothing."""
    until = batch.finished_at + UNDO_WITHIN if batch.finished_at else None
    refusal = _why_not(batch, until)
    if refusal:
        return UndoPreview(until, 0, 0, {}, refusal, ())
    opened, others = _loans_of(batch)
    facts = {
        str(model._meta.verbose_name_plural): count
        for model in _TAKEN_BACK
        if (count := model._default_manager.filter(batch=batch).count())
    }
    touches = _touches(batch, {*opened, *others})
    sentence = _("Something was built on this import since; undo that first.") if touches else ""
    return UndoPreview(until, len(opened), len(others), facts, sentence, tuple(touches))


def undo_import(*, batch: ImportBatch, reason: str, by: Actor) -> ImportBatch:
    """Takes back what an import brought; the books then stand as if it had never been loaded.

    All in one transaction. The same file may be imported again afterwards. Raises `Refused`
    without a reason, after a day, for a kind that cannot be undone, or where anything was built
    on it; nothing is changed then. Raises `ImportRefused` while another import runs.
    """
    if not reason.strip():
        raise Refused("reason_missing", "Say why; it is kept with the import and in the trail.")
    try:
        with session_lock(Lock.IMPORT, batch.portfolio_id, wait=False):
            return _undo(batch.pk, reason.strip()[:200], by)
    except LockBusy:
        raise ImportRefused("import_running", portfolio=batch.portfolio.code) from None


@transaction.atomic
def _undo(import_id: UUID, reason: str, by: Actor) -> ImportBatch:
    batch: ImportBatch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=import_id)
    if batch.state == ImportState.UNDONE:
        return batch
    opened, others = _loans_of(batch)
    lock_loans([*opened, *others])
    preview = preview_undo(batch=batch)
    if not preview.is_possible:
        raise Refused("undo_refused", str(preview.refusal))
    reversed_count = sum(_reverse(batch, model, opened, reason, by) for model in _TAKEN_BACK)
    _withdraw(opened)
    batch.state, batch.undone_at = ImportState.UNDONE, clock.now()
    batch.undone_by, batch.undo_reason = by.label[:120], reason
    batch.save(update_fields=["state", "undone_at", "undone_by", "undo_reason"])
    for start in range(0, len(others), _CHUNK):
        refresh_loans(loan_ids=others[start : start + _CHUNK], cause=CAUSE)
    _set_watermarks_back(batch, by)
    announce(PositionChange.TOPIC)
    record(
        action="import.undo",
        by=by,
        object_type="loans.ImportBatch",
        object_id=batch.pk,
        portfolio_id=batch.portfolio_id,
        reason=reason,
        data={
            "kind": batch.kind,
            "sha256": batch.sha256,
            "withdrawn": len(opened),
            "reversed": reversed_count,
        },
        count=max(1, len(opened) + reversed_count),
    )
    return batch


def _why_not(batch: ImportBatch, until: datetime | None) -> str | Promise:
    if batch.state == ImportState.UNDONE:
        return _("It was undone already.")
    if batch.state != ImportState.LOADED or until is None:
        return _("Only an import that was loaded to its end can be undone.")
    if batch.kind not in UNDOABLE:
        return NOT_UNDOABLE.get(batch.kind, _REPLACED)
    if clock.now() > until:
        return _("A day has passed. Correct what is wrong by new entries.")
    if batch.kind == "repayments" and batch.updated_count:
        return _(
            "It also said that payments which were here before settled or came back. Correct "
            "those by new entries."
        )
    return ""


def _loans_of(batch: ImportBatch) -> tuple[list[UUID], list[UUID]]:
    """The loans the import opened, and the others it brought facts about."""
    opened = list(
        Loan.objects.standing()
        .filter(portfolio=batch.portfolio_id, batch=batch)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    touched: set[UUID] = set()
    for model in _TAKEN_BACK:
        found = model._default_manager.filter(batch=batch).order_by()
        touched.update(found.values_list("loan_id", flat=True).distinct())
    return opened, sorted(touched.difference(opened))


def _touches(batch: ImportBatch, loan_ids: Collection[UUID]) -> list[Touch]:
    """What was done with the loans since the import ended, by facts or by people."""
    assert batch.finished_at is not None
    found: list[Touch] = []
    ids = list(loan_ids)
    for model in _FACTS:
        later = model._default_manager.filter(loan__in=ids, known_at__gt=batch.finished_at)
        # What came with another import that was undone stands no more, nor does its undoing.
        standing = later.exclude(batch=batch).exclude(batch__state=ImportState.UNDONE)
        rows = standing.order_by("known_at")
        found += [
            Touch(contract_no, str(model._meta.verbose_name), at)
            for contract_no, at in rows.values_list("loan__contract_no", "known_at")[:20]
        ]
    for path in settings.IMPORT_TOUCHES:
        ask: Touched = import_string(path)
        found += ask(ids, batch.finished_at)
    return sorted(found, key=lambda touch: touch.at)


def _reverse(
    batch: ImportBatch,
    model: type[LoanFact],
    opened: Collection[UUID],
    reason: str,
    by: Actor,
) -> int:
    """Takes back the import's facts of one kind; those of withdrawn loans go with their loan."""
    books_on = batch.portfolio.business_date
    rows = model._default_manager.filter(batch=batch).exclude(loan__in=opened).order_by("pk")
    reversals = [
        Reversal(
            loan_id=loan_id,
            # As if it had never been: on no day between its own and today does it count.
            value_on=min(value_on, books_on),
            batch=batch,
            of_kind=_TAKEN_BACK[model],
            of_id=pk,
            entered_by=by.label[:120],
            reason=reason,
        )
        for pk, loan_id, value_on in rows.values_list("pk", "loan_id", "value_on")
    ]
    Reversal.objects.bulk_create(reversals, batch_size=5_000, ignore_conflicts=True)
    return len(reversals)


def _withdraw(loan_ids: Collection[UUID]) -> None:
    """Takes loans out of the books: what was derived for them goes, what was stated stays."""
    if not loan_ids:
        return
    late = Position.objects.filter(pk__in=loan_ids, oldest_unsatisfied_due_on__isnull=False)
    PositionChange.objects.bulk_create(
        PositionChange(
            loan_id=position.pk,
            portfolio_id=position.portfolio_id,
            on=position.aged_on,
            cause=CAUSE,
            overdue_before=position.overdue_amount,
            overdue_after=ZERO,
            oldest_before=position.oldest_unsatisfied_due_on,
            oldest_after=None,
        )
        for position in late
    )
    for model in (Allocation, ReplayDifference, BucketStay, Instalment, Position):
        model._default_manager.filter(loan__in=loan_ids).delete()
    Loan.objects.filter(pk__in=loan_ids).update(withdrawn_at=clock.now())


def _set_watermarks_back(batch: ImportBatch, by: Actor) -> None:
    """Puts each feed back to the newest import that still stands."""
    kinds = all_kinds()
    for feed in kinds[batch.kind].feeds or (batch.kind,):
        feeding = [code for code, kind in kinds.items() if feed in (kind.feeds or (code,))]
        newest = (
            ImportBatch.objects.filter(
                portfolio=batch.portfolio_id, kind__in=feeding, state=ImportState.LOADED
            )
            .exclude(through_on__isnull=True)
            .order_by("-through_on")
            .first()
        )
        reset_watermark(
            portfolio=batch.portfolio,
            feed=feed,
            through_on=newest.through_on if newest else None,
            by=by,
        )
