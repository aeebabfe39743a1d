"""The columns of stops."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compliance.attempts.models import AttemptChannel
from compliance.oversight.cells import Cell, Column, contracts, name, person
from compliance.stops.models import Stop
from core import clock


def stop_columns() -> list[Column]:
    """Returns the columns of a list of stops."""
    return [
        Column(_("Stop"), lambda row: Cell(row.get_kind_display())),
        Column(_("Person"), _whose),
        Column(_("Contract"), _loans, "id"),
        Column(_("Channel"), _channel),
        Column(_("From"), lambda row: Cell(at=row.starts_at)),
        Column(_("Until"), _until),
        Column(_("Source"), lambda row: name(row.source)),
        Column(_("Set by"), lambda row: name(row.set_by)),
    ]


def _whose(stop: Stop) -> Cell:
    if stop.party is not None:
        return person(stop.party)
    if stop.loan is not None:
        return Cell(_("everybody on the loan"))
    return name(stop.portfolio.name if stop.portfolio else "")


def _loans(stop: Stop) -> Cell:
    if stop.loan is not None:
        return contracts([stop.loan])
    if stop.party is not None:
        return contracts({one.loan_id: one.loan for one in stop.party.loans.all()}.values())
    return Cell(_("all of the portfolio"))


def _channel(stop: Stop) -> Cell:
    if not stop.channel:
        return Cell(_("every one"))
    known = stop.channel in AttemptChannel.values
    return Cell(str(AttemptChannel(stop.channel).label) if known else stop.channel)


def _until(stop: Stop) -> Cell:
    if stop.lifted_at is not None:
        return Cell(at=stop.lifted_at, note=f"{stop.lifted_by}: {stop.lifted_reason}")
    if stop.ends_at is not None:
        return Cell(at=stop.ends_at, note=_("ran out") if stop.ends_at <= clock.now() else "")
    if stop.complaint is not None:
        return Cell(_("%(complaint)s is closed") % {"complaint": stop.complaint.label})
    return Cell(_("it is lifted"))
