"""What a dossier says of how it stood between us and the person, and when that changed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collections_app.relationship.flow import Sign
from collections_app.relationship.models import RelationshipChange, RelationshipState
from core.exports import Column, Section
from loans.borrowers.dossier import Subject


def relationship(subject: Subject) -> Section:
    """Every change of the state, with the sign it is laid to."""
    found = list(
        RelationshipChange.objects.filter(party=subject.party, portfolio__in=subject.portfolios)
        .select_related("portfolio")
        .order_by("at", "pk")
    )
    states = RelationshipState.objects.filter(party=subject.party, portfolio__in=subject.portfolios)
    return Section(
        key="relationship",
        heading=_("Relationship"),
        columns=[
            Column(_("at")),
            Column(_("portfolio")),
            Column(_("before")),
            Column(_("after")),
            Column(_("heat")),
            Column(_("laid to")),
            Column(_("record"), kind="id"),
        ],
        rows=[
            (
                row.at,
                str(row.portfolio),
                str(row.get_before_display()),
                str(row.get_after_display()),
                row.heat,
                str(Sign(row.cause).label) if row.cause else "",
                row.cause_ref,
            )
            for row in found
        ],
        records={
            "collections_app.RelationshipChange": [row.pk for row in found],
            "collections_app.RelationshipState": list(states.values_list("pk", flat=True)),
        },
    )
