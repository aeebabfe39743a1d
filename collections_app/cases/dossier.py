"""What a dossier says of cases: each episode, who had it, and what happened to it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collections_app.cases.models import Case
from core.audit.told import told_reason
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject


def cases(subject: Subject) -> Section:
    """Every case of the person's own loans, and its events."""
    found = list(
        Case.objects.filter(loan__in=subject.own_loans)
        .select_related("team", "assignee")
        .prefetch_related("events__from_user", "events__to_user")
        .order_by("opened_on", "pk")
    )
    rows: list[Row] = []
    for case in found:
        for event in sorted(case.events.all(), key=lambda event: (event.known_at, event.pk)):
            people = " → ".join(
                str(person) for person in (event.from_user, event.to_user) if person is not None
            )
            rows.append(
                (
                    subject.loans[case.loan_id],
                    event.known_at,
                    event.on,
                    str(event.get_kind_display()),
                    people,
                    Said(told_reason(event.reason, event.by)),
                    event.by,
                    str(case.get_state_display()),
                    str(case.pk),
                )
            )
    return Section(
        key="cases",
        heading=_("Cases"),
        columns=[
            Column(_("contract"), kind="id"),
            Column(_("at")),
            Column(_("business date")),
            Column(_("what")),
            Column(_("from whom to whom")),
            Column(_("reason")),
            Column(_("by")),
            Column(_("case is now")),
            Column(_("case"), kind="id"),
        ],
        rows=rows,
        records={
            "collections_app.Case": [case.pk for case in found],
            "collections_app.CaseEvent": [row.pk for case in found for row in case.events.all()],
        },
    )
