"""Reads of dossiers for their page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import ngettext

from accounts.models import User
from loans.borrowers.models import Party
from reporting.dossier.flow import DossierState
from reporting.dossier.models import Dossier

#: Of one person there are few; older ones are in the trail.
MOST_SHOWN: Final = 50
_MARKS: Final = {
    DossierState.WAITING: "running",
    DossierState.MADE: "waiting",
    DossierState.TAKEN: "done",
    DossierState.EXPIRED: "done",
    DossierState.FAILED: "failed",
}


@dataclass(frozen=True, slots=True)
class DossierLine:
    """One dossier as its page shows it; `take_href` is where the reader takes it now."""

    asked_at: datetime
    asked_by: str
    purpose: str
    reference: str
    language: str
    mark: str
    state_name: str
    records: str
    sha256: str
    expires_at: datetime | None
    trail_fault: str
    has_trail_check: bool
    take_href: str


def dossiers_of(*, party: Party, user: User) -> list[DossierLine]:
    """Returns the dossiers of a person that the user may know of, newest first. One query."""
    rows = Dossier.objects.visible_to(user).filter(party=party).select_related("requested_by")
    return [_line(row, user) for row in rows[:MOST_SHOWN]]


def _line(row: Dossier, user: User) -> DossierLine:
    count = row.row_count
    words = {"count": count}
    return DossierLine(
        asked_at=row.requested_at,
        asked_by=str(row.requested_by),
        purpose=str(row.get_purpose_display()),
        reference=row.reference,
        language="简体中文" if row.language.startswith("zh") else "English",
        mark=_MARKS[DossierState(row.state)],
        state_name=str(row.get_state_display()),
        records=ngettext("%(count)d record", "%(count)d records", count) % words if count else "",
        sha256=row.sha256,
        expires_at=row.expires_at if row.state == DossierState.MADE else None,
        trail_fault=row.trail_fault,
        has_trail_check=row.made_at is not None,
        take_href=reverse("dossier:take", args=[row.pk])
        if row.state == DossierState.MADE and row.requested_by_id == user.pk
        else "",
    )
