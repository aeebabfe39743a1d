"""What a dossier says of overrides: refused contacts for which a second person was asked."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compliance.overrides.models import Override
from core.exports import Column, Said, Section
from loans.borrowers.dossier import Subject


def overrides(subject: Subject) -> Section:
    """Every override asked for about the person, and what was decided."""
    found = list(
        Override.objects.filter(party=subject.party, portfolio__in=subject.portfolios)
        .select_related("approval__requested_by", "approval__decided_by")
        .order_by("approval__requested_at", "pk")
    )
    return Section(
        key="overrides",
        heading=_("Overrides asked for"),
        columns=[
            Column(_("asked")),
            Column(_("asked by")),
            Column(_("way")),
            Column(_("rules")),
            Column(_("ground")),
            Column(_("reason")),
            Column(_("decision")),
            Column(_("decided by")),
            Column(_("reason of the decision")),
            Column(_("valid until")),
        ],
        rows=[
            (
                row.approval.requested_at,
                str(row.approval.requested_by or ""),
                str(row.get_channel_display()),
                ", ".join(row.codes),
                row.factor,
                Said(row.reason),
                str(row.approval.get_status_display()),
                str(row.approval.decided_by or ""),
                Said(row.approval.reason),
                row.valid_until,
            )
            for row in found
        ],
        records={
            "compliance.Override": [row.pk for row in found],
            "accounts.Approval": [row.approval_id for row in found],
        },
    )
