"""The life of a dossier, as a table. The service and the database trigger both read it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class DossierState(models.TextChoices):
    WAITING = "waiting", _("being made")
    MADE = "made", _("ready")
    TAKEN = "taken", _("downloaded")
    EXPIRED = "expired", _("erased, not downloaded")
    FAILED = "failed", _("could not be made")


class DossierPurpose(models.TextChoices):
    """What a dossier may be made for; each is said in the trail."""

    DATA_REQUEST = "data_request", _("the person asked for their data")
    COURT = "court", _("court or arbitration")
    SUPERVISOR = "supervisor", _("a supervisor's request")
    COMPLAINT = "complaint", _("answering a complaint")
    AUDIT = "audit", _("internal audit")


TRANSITIONS: Final[tuple[tuple[DossierState, DossierState], ...]] = (
    (DossierState.WAITING, DossierState.MADE),
    (DossierState.WAITING, DossierState.FAILED),
    (DossierState.MADE, DossierState.TAKEN),
    (DossierState.MADE, DossierState.EXPIRED),
)

#: What nobody fetched by then is erased: a copy of everything about a person lies nowhere for long.
KEPT_FOR: Final = timedelta(days=7)
#: A worker that has not made it by then is taken for lost, and another one begins anew.
WAKES_AGAIN_AFTER: Final = timedelta(minutes=1)
