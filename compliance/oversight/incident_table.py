"""The columns of incidents."""

from __future__ import annotations

from django.urls import reverse
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from compliance.attempts.models import Incident
from compliance.oversight.cells import Cell, Column, contracts, name, person
from core import clock


def incident_columns() -> list[Column]:
    """Returns the columns of a list of incidents."""
    return [
        Column(_("Opened"), lambda row: Cell(at=row.opened_at, href=incident_href(row))),
        Column(_("Person"), lambda row: person(row.attempt.party)),
        Column(
            _("Contract"),
            lambda row: contracts(about.loan for about in row.attempt.about.all()),
            "id",
        ),
        Column(_("Channel"), lambda row: Cell(row.attempt.get_channel_display())),
        Column(_("Portfolio"), lambda row: name(row.attempt.portfolio.name)),
        Column(_("Made by"), lambda row: name(row.attempt.made_by)),
        Column(_("What was said about it"), lambda row: name(row.reason)),
        Column(_("Owner"), _owner),
        Column(_("State"), _state),
    ]


def incident_href(incident: Incident) -> str:
    """Returns the page of an incident."""
    return reverse("oversight:incident", args=[incident.pk])


def age_of(incident: Incident) -> str:
    """Returns how long an incident was or is open, in words."""
    return timesince(incident.opened_at, incident.closed_at or clock.now(), depth=1)


def _owner(incident: Incident) -> Cell:
    if incident.owner is None:
        return Cell(_("nobody"), mark="" if incident.closed_at else "waiting")
    return name(incident.owner.get_full_name())


def _state(incident: Incident) -> Cell:
    if incident.closed_at is not None:
        return Cell(_("concluded"), mark="done", note=incident.conclusion)
    return Cell(_("open for %(age)s") % {"age": age_of(incident)}, mark="running")
