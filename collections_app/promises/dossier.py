"""What a dossier says of promises: what was promised, and how money judged it, step by step."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from collections_app.promises.models import Promise, PromiseEvent
from collections_app.promises.queries import method_name
from core.exports import Column, Row, Section
from loans.borrowers.dossier import Subject


def promises(subject: Subject) -> Section:
    """Every promise for the person's loans, with its judgement and how it came to it."""
    found = list(
        Promise.objects.filter(
            Q(loan__in=subject.own_loans) | Q(party=subject.party, loan__in=subject.loans)
        )
        .select_related("loan__portfolio")
        .prefetch_related("events")
        .order_by("made_at", "due_on", "pk")
    )
    return Section(
        key="promises",
        heading=_("Promises to pay"),
        columns=[
            Column(_("made")),
            Column(_("by whom")),
            Column(_("contract"), kind="id"),
            Column(_("amount"), kind="money"),
            Column(_("currency")),
            Column(_("promised for")),
            Column(_("kept from"), kind="money"),
            Column(_("last day that counts")),
            Column(_("method")),
            Column(_("taken by")),
            Column(_("judgement")),
            Column(_("received"), kind="money"),
            Column(_("pending"), kind="money"),
            Column(_("judged through")),
            Column(_("taken back on")),
            Column(_("how it was judged")),
            Column(_("promise"), kind="id"),
        ],
        rows=[_row(subject, promise) for promise in found],
        records={
            "collections_app.Promise": [promise.pk for promise in found],
            "collections_app.PromiseEvent": [row.pk for one in found for row in one.events.all()],
        },
    )


def _row(subject: Subject, promise: Promise) -> Row:
    events = sorted(promise.events.all(), key=lambda event: (event.known_at, event.pk))
    return (
        promise.made_at,
        subject.who(promise.party_id),
        promise.loan.contract_no,
        promise.amount,
        promise.loan.portfolio.currency,
        promise.due_on,
        promise.enough_amount,
        promise.deadline_on,
        method_name(promise.method),
        promise.taken_by,
        str(promise.get_state_display()),
        promise.received_amount,
        promise.pending_amount,
        promise.judged_on,
        promise.withdrawn_on,
        "; ".join(_event(event) for event in events),
        str(promise.pk),
    )


def _event(event: PromiseEvent) -> str:
    told = f"{event.known_at:%Y-%m-%d %H:%M} UTC {event.get_state_display()}"
    if event.received_amount is None:
        return f"{told} ({event.by})"
    return _("%(event)s, %(received)s received through %(day)s") % {
        "event": told,
        "received": event.received_amount,
        "day": event.judged_on,
    }
