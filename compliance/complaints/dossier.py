"""What a dossier says of complaints: what was said, the clock it ran on, and each step taken."""

from __future__ import annotations

from django.utils.translation import gettext as _

from compliance.complaints.models import Complaint, ComplaintEvent
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, opened


def complaints(subject: Subject) -> Section:
    """Every complaint of the person, with its terms and its steps."""
    found = list(
        Complaint.objects.filter(party=subject.party, portfolio__in=subject.portfolios)
        .select_related("party__data_key", "loan", "owner")
        .prefetch_related("events")
        .order_by("received_at", "number")
    )
    rows: list[Row] = []
    for complaint in found:
        rows.append(_received(subject, complaint))
        steps = sorted(complaint.events.all(), key=lambda step: (step.at, step.pk))
        rows += [_step(subject, complaint, step) for step in steps]
    return Section(
        key="complaints",
        heading=_("Complaints"),
        columns=[
            Column(_("complaint")),
            Column(_("at")),
            Column(_("step")),
            Column(_("by")),
            Column(_("details")),
            Column(_("words")),
            Column(_("answer due")),
            Column(_("clock")),
            Column(_("citation")),
        ],
        rows=rows,
        records={
            "compliance.Complaint": [complaint.pk for complaint in found],
            "compliance.ComplaintEvent": [
                step.pk for complaint in found for step in complaint.events.all()
            ],
        },
    )


def _received(subject: Subject, complaint: Complaint) -> Row:
    details = [
        str(complaint.get_category_display()),
        str(complaint.get_channel_display()),
        subject.loans.get(complaint.loan_id, "") if complaint.loan_id else "",
        str(complaint.get_status_display()),
        str(complaint.get_outcome_display()) if complaint.outcome else "",
        _("acknowledge by %(day)s") % {"day": complaint.acknowledge_by}
        if complaint.acknowledge_by
        else "",
    ]
    days = ", ".join(str(days) for days in complaint.answer_days)
    clock = " · ".join(
        filter(
            None,
            [
                str(complaint.get_clock_display()),
                _("days from receipt: %(days)s") % {"days": days} if days else "",
                complaint.clock_rule,
            ],
        )
    )
    return (
        complaint.label,
        complaint.received_at,
        _("received"),
        complaint.registered_by,
        " · ".join(filter(None, details)),
        Said(opened(subject.party, complaint, "text")),
        complaint.due_on,
        clock,
        complaint.clock_citation,
    )


def _step(subject: Subject, complaint: Complaint, step: ComplaintEvent) -> Row:
    return (
        complaint.label,
        step.at,
        str(step.get_step_display()),
        step.by,
        step.word,
        Said(opened(subject.party, step, "text")),
        step.due_on,
        "",
        "",
    )
