"""What a dossier says of talks about hardship: why, a month of the person, and what was noted."""

from __future__ import annotations

from django.utils.translation import gettext as _

from collections_app.hardship.flow import affordable
from collections_app.hardship.models import HardshipTalk
from collections_app.hardship.queries import budget_of, note_of
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject


def talks(subject: Subject) -> Section:
    """Every talk with the person, its figures in clear: they are the person's own words."""
    found = list(
        HardshipTalk.objects.filter(party=subject.party, case__loan__in=subject.loans)
        .select_related("case__loan__portfolio", "party__data_key")
        .order_by("said_at", "pk")
    )
    return Section(
        key="hardship",
        heading=_("Talks about hardship"),
        columns=[
            Column(_("said")),
            Column(_("contract"), kind="id"),
            Column(_("why it is late")),
            Column(_("income"), kind="money"),
            Column(_("expenses"), kind="money"),
            Column(_("affordable a month"), kind="money"),
            Column(_("currency")),
            Column(_("note")),
            Column(_("looked at again on")),
            Column(_("by")),
        ],
        rows=[_row(talk) for talk in found],
        records={"collections_app.HardshipTalk": [talk.pk for talk in found]},
    )


def _row(talk: HardshipTalk) -> Row:
    budget = budget_of(talk)
    return (
        talk.said_at,
        talk.case.loan.contract_no,
        str(talk.get_reason_display()),
        budget.income if budget else None,
        budget.expenses if budget else None,
        affordable(budget) if budget else None,
        talk.case.loan.portfolio.currency,
        Said(note_of(talk)),
        talk.review_on,
        talk.made_by,
    )
