"""What a dossier says of proceedings: each stage they came to, and each day they had to meet."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collections_app.legal.models import LegalDeadline, Proceeding
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, yes_no


def proceedings(subject: Subject) -> Section:
    """Every stage of every proceedings about the person's own loans, in order."""
    found = list(
        Proceeding.objects.filter(case__loan__in=subject.own_loans)
        .select_related("case", "owner")
        .prefetch_related("events")
        .order_by("number")
    )
    rows: list[Row] = []
    for one in found:
        for event in sorted(one.events.all(), key=lambda event: (event.known_at, event.pk)):
            said = "; ".join(f"{name}: {value}" for name, value in event.said.items() if value)
            rows.append(
                (
                    one.number,
                    str(one.get_kind_display()),
                    subject.loans[one.case.loan_id],
                    event.on,
                    str(event.get_stage_display()),
                    one.court,
                    one.case_number,
                    one.claim_amount,
                    Said(said),
                    Said(event.reason),
                    event.by,
                    event.known_at,
                )
            )
    return Section(
        key="proceedings",
        heading=_("Proceedings"),
        columns=[
            Column(_("number")),
            Column(_("kind")),
            Column(_("contract"), kind="id"),
            Column(_("day")),
            Column(_("stage")),
            Column(_("court")),
            Column(_("case number"), kind="id"),
            Column(_("claim"), kind="money"),
            Column(_("words")),
            Column(_("reason")),
            Column(_("by")),
            Column(_("known since")),
        ],
        rows=rows,
        records={
            "collections_app.Proceeding": [one.pk for one in found],
            "collections_app.ProceedingEvent": [
                row.pk for one in found for row in one.events.all()
            ],
        },
    )


def legal_days(subject: Subject) -> Section:
    """Every day that the law, a court or we set, and whether it was met."""
    found = list(
        LegalDeadline.objects.filter(case__loan__in=subject.own_loans)
        .select_related("case", "proceeding")
        .order_by("due_on", "pk")
    )
    return Section(
        key="legal-days",
        heading=_("Legal deadlines"),
        columns=[
            Column(_("due on")),
            Column(_("what")),
            Column(_("contract"), kind="id"),
            Column(_("proceedings")),
            Column(_("whose")),
            Column(_("hard")),
            Column(_("counted from")),
            Column(_("citation")),
            Column(_("state")),
            Column(_("met or void since")),
            Column(_("made by")),
        ],
        rows=[
            (
                row.due_on,
                str(row.get_code_display()),
                subject.loans[row.case.loan_id],
                row.proceeding.number if row.proceeding else None,
                str(row.get_whose_display()),
                yes_no(row.is_hard),
                row.starts_on,
                row.citation,
                str(row.get_state_display()),
                row.closed_on,
                row.made_by,
            )
            for row in found
        ],
        records={"collections_app.LegalDeadline": [row.pk for row in found]},
    )
