"""Asking for a dossier, making it, handing it over once, and erasing what nobody fetched."""

from __future__ import annotations

import io
from datetime import date
from typing import Final
from uuid import UUID

import structlog
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from core import clock
from core.audit import SYSTEM, Actor, record
from core.audit.sealer import seal_trail
from core.files import erase, name_of, open_stored, store
from reporting.dossier.bundle import make_bundle
from reporting.dossier.flow import KEPT_FOR, WAKES_AGAIN_AFTER, DossierPurpose, DossierState
from reporting.dossier.models import Dossier

log = structlog.get_logger(__name__)

#: By name: tasks stand above the services that wake them.
_TASK: Final = "reporting.dossier.tasks.make_dossier"
#: Languages a dossier is written in.
LANGUAGES: Final = ("en", "zh-hans")
_ABOUT: Final = "loans.Party"


@transaction.atomic
def ask_for(
    *, case: Case, purpose: str, reference: str, language: str, as_of: date | None, user: User
) -> Dossier:
    """Notes that a dossier of the case's borrower is wanted, and wakes a worker to make it.

    Arguments: reference, what the purpose is known by outside (a court's number), no names; as_of,
    the day of the positions, None for the business date. Raises ValidationError for an unknown
    purpose or language, without a reference, and for a day that is not over; nothing is written.
    """
    if purpose not in DossierPurpose.values:
        raise ValidationError({"purpose": _("Say what the dossier is for.")})
    if not reference.strip():
        raise ValidationError({"reference": _("Give the number or words this is known by.")})
    if language not in LANGUAGES:
        raise ValidationError({"language": _("Dossiers are written in English or Chinese.")})
    if as_of is not None and as_of > case.portfolio.business_date:
        raise ValidationError(
            {
                "as_of": _("The books are on %(day)s: choose that day or one before.")
                % {"day": case.portfolio.business_date.isoformat()}
            }
        )
    if Dossier.objects.filter(
        party_id=case.borrower_id, requested_by=user, state=DossierState.WAITING
    ).exists():
        raise ValidationError(_("Yours is being made already. It is ready here in a moment."))
    dossier = Dossier.objects.create(
        party_id=case.borrower_id,
        case=case,
        portfolio_id=case.portfolio_id,
        purpose=purpose,
        reference=reference.strip()[:80],
        as_of=as_of,
        language=language,
        requested_by=user,
        requested_at=clock.now(),
    )
    _tell(dossier, "dossier.asked", Actor.of(user))
    transaction.on_commit(lambda: wake(dossier.pk), robust=True)
    return dossier


def wake(dossier_id: UUID) -> None:
    """Sends one dossier to the workers now. A message that is lost only delays: the sweep comes."""
    try:
        import_string(_TASK).apply_async(args=(str(dossier_id),), retry=False, expires=90)
    except Exception as error:
        log.warning("dossier_wake_up_lost", dossier=str(dossier_id), error=repr(error))


def waiting() -> list[UUID]:
    """Returns the dossiers that nobody has begun, or whose worker was lost."""
    cut = clock.now() - WAKES_AGAIN_AFTER
    rows = Dossier.objects.filter(state=DossierState.WAITING, requested_at__lte=cut)
    return list(rows.order_by("requested_at").values_list("pk", flat=True))


def make(*, dossier_id: UUID) -> bool:
    """Makes a dossier that waits; False when it is made already, or somebody is at work on it.

    What is in the trail is sealed first, so that the check covers all but what happens meanwhile.
    A dossier that cannot be made is marked so, and the error is raised on.
    """
    seal_trail()
    try:
        with transaction.atomic():
            dossier = _locked(dossier_id)
            if dossier is None:
                return False
            _make(dossier)
    except Exception:
        with transaction.atomic():
            dossier = _locked(dossier_id)
            if dossier is not None:
                dossier.state, dossier.closed_at = DossierState.FAILED, clock.now()
                dossier.save(update_fields=["state", "closed_at"])
                _tell(dossier, "dossier.failed", SYSTEM)
        raise
    return True


def _locked(dossier_id: UUID) -> Dossier | None:
    rows = Dossier.objects.select_for_update(of=("self",), skip_locked=True)
    return (
        rows.select_related("party__data_key", "portfolio", "requested_by")
        .filter(pk=dossier_id, state=DossierState.WAITING)
        .first()
    )


def _make(dossier: Dossier) -> None:
    now = clock.now()
    with translation.override(dossier.language):
        bundle = make_bundle(
            dossier=dossier,
            user=dossier.requested_by,
            made_at=now,
            zone=clock.zone_of(dossier.portfolio.time_zone),
        )
    stored = store(
        content=io.BytesIO(bundle.content),
        name=f"dossier-{dossier.party.customer_no}-{now:%Y%m%d}-{str(dossier.pk)[-6:]}.zip",
        content_type="application/zip",
    )
    dossier.state, dossier.made_at, dossier.expires_at = DossierState.MADE, now, now + KEPT_FOR
    dossier.file, dossier.sha256, dossier.size = stored, stored.sha256, stored.size
    dossier.row_count = bundle.row_count
    dossier.trail_fault = bundle.check.fault[:300]
    dossier.save()
    _tell(dossier, "dossier.made", SYSTEM)


@transaction.atomic
def take(*, dossier: Dossier, user: User) -> tuple[str, bytes]:
    """Hands a dossier over, once, and erases it here; returns its name and its bytes.

    Raises ValidationError when it was taken, erased or is somebody else's; PermissionError is not
    used, for who may not see it never gets so far. `core.files.FileMissing` leaves all as it was.
    """
    locked = Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    if locked.requested_by_id != user.pk:
        raise ValidationError(_("Only who asked for a dossier takes it. Ask for one of your own."))
    if locked.state != DossierState.MADE or locked.file is None:
        raise ValidationError(
            _("This dossier was handed over or erased before. Ask for another one.")
        )
    name = name_of(locked.file)
    with open_stored(locked.file) as content:
        data = content.read()
    _close(locked, DossierState.TAKEN, "dossier.taken", Actor.of(user))
    return name, data


@transaction.atomic
def erase_forgotten() -> int:
    """Erases the files that nobody fetched in time; returns how many."""
    rows = Dossier.objects.select_for_update(of=("self",), skip_locked=True)
    found = list(rows.forgotten(clock.now())[:100])
    for dossier in found:
        _close(dossier, DossierState.EXPIRED, "dossier.expired", SYSTEM)
    return len(found)


def _close(dossier: Dossier, state: DossierState, action: str, by: Actor) -> None:
    dossier.state, dossier.closed_at = state, clock.now()
    dossier.save(update_fields=["state", "closed_at"])
    assert dossier.file is not None  # by constraint
    erase(dossier.file)
    _tell(dossier, action, by)


def _tell(dossier: Dossier, action: str, by: Actor) -> None:
    """Writes it into the trail of the person: who had a copy of it all is part of it all."""
    record(
        action=action,
        by=by,
        object_type=_ABOUT,
        object_id=dossier.party_id,
        portfolio_id=dossier.portfolio_id,
        reason=f"{dossier.purpose}: {dossier.reference}",
        data={
            "dossier": str(dossier.pk),
            "sha256": dossier.sha256,
            "records": dossier.row_count,
            "trail_holds": not dossier.trail_fault if dossier.made_at else None,
        },
    )
