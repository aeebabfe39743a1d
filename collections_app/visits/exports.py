"""Visits as a file: who went when, and what came of it; no name, no address, no position."""

from __future__ import annotations

from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from collections_app.visits.list_page import MOST_ROWS, VisitFilter, narrowed
from collections_app.visits.measures import conditions, is_verified
from collections_app.visits.models import Visit
from core import clock
from core.audit import Actor
from core.exports import Column, Format, export
from core.exports.writers import Row


def export_visits(*, chosen: VisitFilter, out: IO[bytes], file_format: Format, user: User) -> int:
    """Writes the visits of a selection that the user may see; returns how many.

    Raises ValidationError, and writes nothing, for more than `MOST_ROWS`.
    """
    visits = narrowed(Visit.objects.visible_to(user), chosen).filter(
        conditions(clock.now())[chosen.show]
    )
    found = visits.count()
    if found > MOST_ROWS:
        raise ValidationError(
            _("These are %(found)s rows; a file holds %(most)s. Choose fewer days first.")
            % {"found": f"{found:,}", "most": f"{MOST_ROWS:,}"}
        )
    rows = (
        visits.annotate(verified=is_verified())
        .select_related(
            "case__loan",
            "case__portfolio",
            "purpose",
            "agent",
            "second_visitor",
            "contact__result",
            "check_in",
        )
        .order_by("visit_on", "agent", "place_in_day", "pk")
    )
    return export(
        rows=(_cells(row) for row in rows.iterator(chunk_size=500)),
        columns=_columns(),
        out=out,
        file_format=file_format,
        what="visits",
        by=Actor.of(user),
        filters={"show": chosen.show, "first": chosen.first, "last": chosen.last},
        zone=clock.zone_of(user.time_zone),
    )


def _columns() -> list[Column]:
    return [
        Column(_("Portfolio")),
        Column(_("Contract"), "id"),
        Column(_("What for")),
        Column(pgettext("on which", "Day")),
        Column(_("Field agent")),
        Column(_("Second visitor")),
        Column(_("State")),
        Column(_("Checked in")),
        Column(_("From the address, metres")),
        Column(_("Checked out")),
        Column(_("Result")),
        Column(_("Verified")),
    ]


def _cells(visit: Visit) -> Row:
    row = getattr(visit, "check_in", None)
    return [
        visit.case.portfolio.code,
        visit.case.loan.contract_no,
        visit.purpose.code,
        visit.visit_on,
        visit.agent.get_full_name() if visit.agent else "",
        visit.second_visitor.get_full_name() if visit.second_visitor else "",
        str(visit.get_state_display()),
        visit.arrived_at,
        row.distance if row is not None else None,
        visit.left_at,
        visit.contact.result.code if visit.contact is not None else "",
        bool(visit.verified),  # type: ignore[attr-defined]  # annotated
    ]
