"""Files brought in by hand: kept at once, checked and loaded by a worker, resumed when one dies.

What is to be done stands in the database (`ImportBatch.errand`). A message to the workers only
wakes them; the sweep finds what no message reached.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import structlog
from django.db import transaction

from accounts.models import User
from core import clock
from core.audit import Actor, record
from core.locks import Lock, held_keys
from loans.imports.files import opened_file
from loans.imports.models import Errand, ImportBatch, ImportMode, ImportState
from loans.imports.problems import ImportRefused
from loans.imports.requests import ImportRequest
from loans.imports.services import import_file
from loans.imports.undo import undo_import
from loans.imports.wakeups import wake_workers
from loans.imports.wishes import Wish, wish_of
from loans.portfolios.refusals import Refused

log = structlog.get_logger(__name__)

#: A worker that fails this often at one errand gives it back to the person who asked.
MOST_FAULTS = 3
#: States in which a person may still choose other columns, or give the file up.
OPEN_STATES = frozenset({ImportState.UPLOADED, ImportState.CHECKED, ImportState.REFUSED})
_NEEDED = {
    Errand.CHECK: OPEN_STATES,
    Errand.LOAD: frozenset({ImportState.CHECKED, ImportState.LOADING}),
    Errand.UNDO: frozenset({ImportState.LOADED}),
}


@transaction.atomic
def ask(*, batch: ImportBatch, errand: str, user: User) -> ImportBatch:
    """Asks the workers to check, load or undo an import; asking twice changes nothing.

    Raises `Refused` where the import is not in a state for it.
    """
    locked: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.errand == errand:
        return locked
    if locked.errand or locked.state not in _NEEDED[Errand(errand)]:
        raise Refused(
            "import_state",
            "The import is not waiting for this any more; look at it again, then decide.",
        )
    locked.errand, locked.asked_at, locked.asked_by = errand, clock.now(), user
    locked.fault, locked.fault_count = "", 0
    locked.save(update_fields=["errand", "asked_at", "asked_by", "fault", "fault_count"])
    _record(locked, f"import.ask_{errand}", Actor.of(user))
    wake_workers(locked.pk)
    return locked


@transaction.atomic
def ask_check(*, batch: ImportBatch, wish: Wish, user: User) -> ImportBatch:
    """Keeps how a file is to be read and asks for its check, also of one that was refused.

    Raises `Refused` once the file is being loaded, and for a refused one whose content stands
    here again under another import.
    """
    locked: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in OPEN_STATES or locked.errand:
        raise Refused(
            "import_state", "The file is being read or loaded; its columns stand as they are."
        )
    if locked.state == ImportState.REFUSED and _stands_again(locked):
        raise Refused(
            "import_stands_again",
            "The same file was uploaded again since; go on with that import instead.",
        )
    locked.wish, locked.refusal = wish.as_stored(), ""
    locked.state, locked.finished_at = ImportState.UPLOADED, None
    locked.save(update_fields=["wish", "refusal", "state", "finished_at"])
    return ask(batch=locked, errand=Errand.CHECK, user=user)


@transaction.atomic
def ask_load(*, batch: ImportBatch, mode: str, user: User) -> ImportBatch:
    """Asks for a checked file to be loaded: its good rows, or all if every one is good."""
    locked: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state == ImportState.CHECKED:
        if mode == ImportMode.ALL_OR_NOTHING and locked.bad_count:
            raise Refused(
                "rows_bad",
                f"{locked.bad_count} of {locked.row_count} rows have errors. Correct them, or load "
                "the good rows now and the others later.",
            )
        if not locked.good_count:
            raise Refused("no_good_rows", "No row is without errors; correct the file first.")
        locked.mode = mode
        locked.save(update_fields=["mode"])
    return ask(batch=locked, errand=Errand.LOAD, user=user)


@transaction.atomic
def ask_undo(*, batch: ImportBatch, reason: str, user: User) -> ImportBatch:
    """Asks for a loaded import to be undone. Raises `Refused` without a reason."""
    if not reason.strip():
        raise Refused("reason_missing", "Say why; it is kept with the import and in the trail.")
    ImportBatch.objects.filter(pk=batch.pk).update(undo_reason=reason.strip()[:200])
    return ask(batch=batch, errand=Errand.UNDO, user=user)


@transaction.atomic
def discard(*, batch: ImportBatch, by: Actor) -> ImportBatch:
    """Gives up a file of which nothing was loaded; the same file may be uploaded again."""
    locked: ImportBatch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if locked.state not in OPEN_STATES or locked.errand:
        raise Refused("import_state", "Only a file of which nothing was loaded can be discarded.")
    locked.state, locked.finished_at = ImportState.DISCARDED, clock.now()
    locked.save(update_fields=["state", "finished_at"])
    _record(locked, "import.discard", by)
    return locked


def run_errand(*, import_id: UUID) -> ImportBatch:
    """Does what is asked of an import, or goes on with it; without an errand it does nothing.

    Another import into the portfolio that is running is waited for: the sweep comes back.
    """
    found = ImportBatch.objects.select_related("portfolio", "stored_file", "asked_by")
    batch: ImportBatch = found.get(pk=import_id)
    if not batch.errand or batch.asked_by is None:
        return batch
    by = Actor.of(batch.asked_by)
    try:
        _do(batch, by)
    except ImportRefused as refusal:
        if refusal.code == "import_running":
            return batch
        _give_back(batch, str(refusal))
    except Refused as refusal:
        _give_back(batch, refusal.sentence)
    except Exception as error:
        _note_fault(batch, error)
        raise
    else:
        ImportBatch.objects.filter(pk=batch.pk).update(errand="", fault="", fault_count=0)
    batch.refresh_from_db()
    return batch


def errands_waiting() -> list[UUID]:
    """Returns the imports with an errand that no process is at work on, the oldest first."""
    asked = list(
        ImportBatch.objects.exclude(errand="")
        .order_by("asked_at")
        .values_list("pk", "portfolio_id")
    )
    busy = held_keys(Lock.IMPORT, {portfolio_id for _pk, portfolio_id in asked})
    return [pk for pk, portfolio_id in asked if portfolio_id not in busy]


def _do(batch: ImportBatch, by: Actor) -> None:
    if batch.errand == Errand.UNDO:
        undo_import(batch=batch, reason=batch.undo_reason, by=by)
        return
    with opened_file(batch) as path:
        wish = wish_of(batch)
        request = ImportRequest(
            portfolio=batch.portfolio,
            kind=batch.kind,
            path=path,
            file_name=batch.file_name,
            mapping=wish.as_mapping(portfolio=batch.portfolio, kind=batch.kind),
            sheet=wish.sheet,
            mode=ImportMode(batch.mode),
            check_only=batch.errand == Errand.CHECK,
            through_on=date.fromisoformat(wish.through_on) if wish.through_on else None,
        )
        if batch.state == ImportState.LOADING:
            request = replace(request, check_only=False)
        import_file(request=request, by=by)


def _give_back(batch: ImportBatch, sentence: str) -> None:
    """Ends an errand that was refused; the sentence stands on the page."""
    ImportBatch.objects.filter(pk=batch.pk).update(errand="", fault=sentence[:300])


def _note_fault(batch: ImportBatch, error: Exception) -> None:
    """Counts a fault of ours; after the last one the errand waits for a person."""
    # Only the kind of error: its text may hold what stands in a row.
    log.exception("import_errand_failed", import_id=str(batch.pk), errand=batch.errand)
    count = batch.fault_count + 1
    given_back = {"errand": ""} if count >= MOST_FAULTS else {}
    ImportBatch.objects.filter(pk=batch.pk).update(
        fault_count=count, fault=type(error).__name__, **given_back
    )


def _stands_again(batch: ImportBatch) -> bool:
    return (
        ImportBatch.objects.filter(
            portfolio=batch.portfolio_id, kind=batch.kind, sha256=batch.sha256
        )
        .exclude(state__in=[ImportState.REFUSED, ImportState.UNDONE, ImportState.DISCARDED])
        .exists()
    )


def _record(batch: ImportBatch, action: str, by: Actor) -> None:
    record(
        action=action,
        by=by,
        object_type="loans.ImportBatch",
        object_id=batch.pk,
        portfolio_id=batch.portfolio_id,
        data={"kind": batch.kind, "sha256": batch.sha256},
    )
