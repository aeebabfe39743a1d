"""What a dossier says of stops: what keeps or kept people from contacting the person, and why."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from compliance.stops.models import Stop
from core.audit.told import told_reason
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, opened


def stops(subject: Subject) -> Section:
    """Stops of the person, of their loans and of the portfolios these are in."""
    of_person = Q(party=subject.party) & (Q(loan=None) | Q(loan__in=subject.loans))
    of_loan = Q(party=None, loan__in=subject.loans)
    found = list(
        Stop.objects.filter(of_person | of_loan | Q(portfolio__in=subject.portfolios))
        .select_related("party__data_key", "loan", "portfolio")
        .order_by("starts_at", "pk")
    )
    return Section(
        key="stops",
        heading=_("Stops"),
        columns=[
            Column(_("from")),
            Column(_("kind")),
            Column(_("of")),
            Column(_("way")),
            Column(_("until")),
            Column(_("source")),
            Column(_("set by")),
            Column(_("words")),
            Column(_("lifted")),
            Column(_("lifted by")),
            Column(_("why lifted")),
        ],
        rows=[_row(subject, stop) for stop in found],
        records={"compliance.Stop": [stop.pk for stop in found]},
    )


def _row(subject: Subject, stop: Stop) -> Row:
    of = [
        subject.who(stop.party_id) if stop.party_id else "",
        subject.loans.get(stop.loan_id, "") if stop.loan_id else "",
        str(stop.portfolio) if stop.portfolio else "",
    ]
    return (
        stop.starts_at,
        str(stop.get_kind_display()),
        " · ".join(filter(None, of)),
        stop.channel,
        stop.ends_at,
        stop.source,
        stop.set_by,
        Said(opened(subject.party, stop, "note")),
        stop.lifted_at,
        stop.lifted_by,
        Said(told_reason(stop.lifted_reason, stop.lifted_by)),
    )
