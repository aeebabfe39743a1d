"""What a dossier says of the money that came in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.exports import Column, Row, Section
from loans.borrowers.dossier import Subject
from loans.repayments.models import (
    Repayment,
    RepaymentKind,
    RepaymentState,
    RepaymentStateChange,
)
from loans.repayments.queries import StandingRepayment, standing


def repayments(subject: Subject) -> Section:
    """Every repayment, with how it stands now."""
    found = list(
        Repayment.objects.filter(loan__in=subject.loans)
        .select_related("loan__portfolio")
        .order_by("value_on", "known_at", "pk")
    )
    changes = RepaymentStateChange.objects.filter(repayment__in=[row.pk for row in found])
    return Section(
        key="repayments",
        heading=_("Repayments"),
        columns=[
            Column(_("value date")),
            Column(_("contract"), kind="id"),
            Column(_("amount"), kind="money"),
            Column(_("currency")),
            Column(_("kind")),
            Column(_("method")),
            Column(_("stands as")),
            Column(_("known since")),
            Column(_("reference of the source"), kind="id"),
        ],
        rows=[_row(row) for row in standing(repayments=found)],
        records={
            "loans.Repayment": [row.pk for row in found],
            "loans.RepaymentStateChange": list(changes.values_list("pk", flat=True)),
        },
    )


def _row(row: StandingRepayment) -> Row:
    state = _("taken back") if row.is_reversed else str(RepaymentState(row.state).label)
    return (
        row.value_on,
        row.contract_no,
        row.amount,
        row.currency,
        str(RepaymentKind(row.kind).label),
        row.method,
        state,
        row.known_at,
        row.external_ref,
    )
