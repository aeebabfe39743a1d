"""What a dossier says of notices served and orders of courts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compliance.notices.models import CourtOrder, ServedNotice
from core.audit.told import told_reason
from core.exports import Column, Said, Section
from loans.borrowers.dossier import Subject


def notices(subject: Subject) -> Section:
    """Notices served about the loans, on the person or on others who stand for them."""
    found = list(
        ServedNotice.objects.filter(loan__in=subject.loans).order_by("served_on", "created_at")
    )
    return Section(
        key="notices",
        heading=_("Notices served"),
        columns=[
            Column(_("served")),
            Column(_("notice")),
            Column(_("to or from")),
            Column(_("contract"), kind="id"),
            Column(_("how")),
            Column(_("days it runs")),
            Column(_("document"), kind="id"),
            Column(_("recorded by")),
            Column(_("withdrawn")),
            Column(_("why withdrawn")),
        ],
        rows=[
            (
                row.served_on,
                str(row.get_kind_display()),
                subject.who(row.party_id),
                subject.loans[row.loan_id],
                str(row.get_how_display()),
                row.days,
                row.document_ref,
                row.recorded_by,
                row.withdrawn_at,
                Said(told_reason(row.withdrawn_reason, row.withdrawn_by)),
            )
            for row in found
        ],
        records={"compliance.ServedNotice": [row.pk for row in found]},
    )


def court_orders(subject: Subject) -> Section:
    """Orders of courts about the loans."""
    found = list(
        CourtOrder.objects.filter(loan__in=subject.loans).order_by("made_on", "created_at")
    )
    return Section(
        key="court-orders",
        heading=_("Orders of courts"),
        columns=[
            Column(_("made")),
            Column(_("order")),
            Column(_("contract"), kind="id"),
            Column(_("court")),
            Column(_("case number"), kind="id"),
            Column(_("last day")),
            Column(_("recorded by")),
            Column(_("discharged")),
            Column(_("why discharged")),
        ],
        rows=[
            (
                row.made_on,
                str(row.get_kind_display()),
                subject.loans[row.loan_id],
                row.court,
                row.number,
                row.until,
                row.recorded_by,
                row.discharged_at,
                Said(told_reason(row.discharged_reason, row.discharged_by)),
            )
            for row in found
        ],
        records={"compliance.CourtOrder": [row.pk for row in found]},
    )
