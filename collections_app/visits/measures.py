"""Visits counted: planned, done, verified. Each number says its formula and opens its rows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from collections_app.visits.findings import CashReceipt, CheckIn, VisitPhoto
from collections_app.visits.flow import NEAR_METRES, ON_A_ROUTE, VisitState
from core.pages.parts import Tile


def is_verified() -> Q:
    """A check-in near enough to the address, its own error added, or a photo."""
    near = CheckIn.objects.filter(
        visit=OuterRef("pk"), distance__lte=NEAR_METRES + Coalesce(F("accuracy"), 0)
    )
    return Q(Exists(near)) | Q(Exists(VisitPhoto.objects.filter(visit=OuterRef("pk"))))


def is_missed(at: datetime) -> Q:
    """On a route, and its window closed without anybody at the door."""
    return Q(state__in=ON_A_ROUTE, closes_at__lte=at)


def holds_cash() -> Q:
    """Cash was taken that nobody has counted yet."""
    return Q(Exists(CashReceipt.objects.filter(visit=OuterRef("pk"), hand_in__isnull=True)))


def conditions(at: datetime) -> dict[str, Q]:
    """Returns which visits each view holds at a moment."""
    done = Q(state=VisitState.DONE)
    return {
        "requested": Q(state=VisitState.REQUESTED),
        "planned": Q(state__in=[*ON_A_ROUTE, VisitState.ARRIVED]) & ~is_missed(at),
        "missed": is_missed(at),
        "routed": Q(visit_on__isnull=False) & ~Q(state=VisitState.CANCELLED),
        "done": done,
        "verified": done & is_verified(),
        "unverified": done & ~is_verified(),
        "cash": holds_cash(),
        "cancelled": Q(state=VisitState.CANCELLED),
    }


def tiles(counts: dict[str, int], hrefs: dict[str, str]) -> list[Tile]:
    """Planned, done and verified of one selection, from the counts of its views."""
    planned, done, verified = counts["routed"], counts["done"], counts["verified"]
    return [
        Tile(
            label=_("Planned"),
            value=f"{planned:,}",
            href=hrefs["routed"],
            formula=_("Visits that were given a day, called-off ones left out."),
            note="",
        ),
        Tile(
            label=_("Done"),
            value=f"{done:,}",
            href=hrefs["done"],
            formula=_("Visits with a result; those not made after all are planned anew."),
            note=_("%(share)s of those planned") % {"share": _share(done, planned)},
        ),
        Tile(
            label=_("Verified"),
            value=f"{verified:,}",
            href=hrefs["verified"],
            formula=_(
                "Visits done with a check-in at most %(metres)d m from the address, the"
                " receiver's own error added, or with a photo."
            )
            % {"metres": NEAR_METRES},
            note=_("%(share)s of those done") % {"share": _share(verified, done)},
        ),
        Tile(
            label=_("Not verified"),
            value=f"{counts['unverified']:,}",
            href=hrefs["unverified"],
            formula=_("Visits done that are not verified: done less verified."),
            note="",
        ),
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "–"
