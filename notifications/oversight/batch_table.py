"""The columns of batches."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from compliance.oversight.cells import Cell, Column, name
from compliance.oversight.tiles import grouped
from notifications.outbox.models import Batch
from notifications.oversight.batch_queries import Progress


def batch_columns(progress: Mapping[UUID, Progress]) -> list[Column]:
    """Returns the columns of a list of batches whose progress was read."""
    return [
        Column(_("Planned at"), lambda row: Cell(at=row.planned_at, href=batch_href(row))),
        Column(_("Batch"), lambda row: name(row.label)),
        Column(_("For"), lambda row: Cell(on=row.planned_for)),
        Column(_("Portfolio"), lambda row: name(row.portfolio.name)),
        Column(_("Planned by"), lambda row: name(row.planned_by)),
        Column(_("Planned"), lambda row: Cell(grouped(progress[row.pk].planned))),
        Column(_("Sent"), lambda row: Cell(grouped(progress[row.pk].sent))),
        Column(_("Not sent"), lambda row: Cell(grouped(progress[row.pk].stopped))),
        Column(_("State"), lambda row: _state(progress[row.pk])),
    ]


def batch_href(batch: Batch) -> str:
    """Returns the page of a batch."""
    return reverse("messages:batch", args=[batch.pk])


def _state(progress: Progress) -> Cell:
    if progress.waiting:
        return Cell(_("%(n)s waiting") % {"n": grouped(progress.waiting)}, mark="running")
    return Cell(_("done"), mark="done")
