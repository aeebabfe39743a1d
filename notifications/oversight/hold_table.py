"""The columns of holds."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.oversight.cells import Cell, Column, contracts, name, person
from compliance.oversight.tiles import grouped
from core import clock
from notifications.outbox.models import MessageHold


def hold_columns(*, is_over: bool) -> list[Column]:
    """Returns the columns of a list of holds."""
    return [
        Column(_("From"), lambda row: Cell(at=row.starts_at)),
        Column(_("Until"), _until),
        Column(_("Portfolio"), lambda row: name(row.portfolio.name)),
        Column(_("What is held"), _held),
        Column(_("Reason"), lambda row: name(row.reason)),
        Column(_("Set by"), lambda row: name(row.set_by)),
        *([] if is_over else [Column(_("Messages kept back"), _kept)]),
    ]


def release_href(held: MessageHold) -> str:
    """Returns where a hold is released."""
    return reverse("messages:release", args=[held.pk])


def _held(held: MessageHold) -> Cell:
    if held.step:
        return Cell(_("line %(step)s") % {"step": held.step})
    if held.party is not None:
        return person(held.party)
    if held.loan is not None:
        return contracts([held.loan])
    return Cell(_("everything"))


def _until(held: MessageHold) -> Cell:
    if held.released_at is not None:
        note = _("released by %(by)s") % {"by": held.released_by}
        return Cell(at=held.released_at, note=note)
    if held.ends_at is None:
        return Cell(_("it is released"))
    return Cell(at=held.ends_at, note=_("ran out") if held.ends_at <= clock.now() else "")


def _kept(held: MessageHold) -> Cell:
    number: int = held.kept  # type: ignore[attr-defined]
    return Cell(grouped(number))
