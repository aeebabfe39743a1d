"""What a dossier says of legal matters: demands, stages, papers, costs and days."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collections_app.legal.file_models import LegalCost, LegalDocument
from collections_app.legal.flow import step_of
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.models import LegalDeadline, Proceeding
from collections_app.legal.said import told_of
from core.audit.told import told_reason
from core.encryption.sealing import KeyDestroyed
from core.exports import Column, Row, Said, Section
from core.files import StoredFile, name_of
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
            said = "; ".join(told_of(event.said))
            rows.append(
                (
                    one.label,
                    str(one.get_kind_display()),
                    subject.loans[one.case.loan_id],
                    event.on,
                    step_of(one.kind, event.stage).name,
                    one.court,
                    one.case_number,
                    one.claim_amount,
                    Said(said),
                    Said(told_reason(event.reason, event.by)),
                    event.by,
                    event.known_at,
                )
            )
    return Section(
        key="proceedings",
        heading=_("Proceedings"),
        columns=[
            Column(pgettext("a matter", "number"), kind="id"),
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
            Column(_("proceedings"), kind="id"),
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
                row.proceeding.label if row.proceeding else "",
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


def demand_letters(subject: Subject) -> Section:
    """Every demand about the person's own loans, or to the person: figures, bytes, delivery."""
    found = list(
        DemandLetter.objects.filter(
            Q(case__loan__in=subject.own_loans)
            | Q(party=subject.party, case__loan__in=subject.loans)
        )
        .select_related("case", "file", "notice")
        .prefetch_related("events")
        .order_by("number")
    )
    return Section(
        key="demand-letters",
        heading=_("Demand letters"),
        columns=[
            Column(pgettext("a matter", "number"), kind="id"),
            Column(_("to or from")),
            Column(_("contract"), kind="id"),
            Column(_("demands")),
            Column(_("clause or law")),
            Column(_("figures of")),
            Column(_("past due"), kind="money"),
            Column(_("payoff"), kind="money"),
            Column(_("payment demanded by")),
            Column(_("state")),
            Column(_("what became of it")),
            Column(_("courier")),
            Column(_("courier's number"), kind="id"),
            Column(_("delivered or back")),
            Column(_("counts as arrived")),
            Column(_("notice"), kind="id"),
            Column(_("attempt"), kind="id"),
            Column(_("pages")),
            Column("SHA-256", kind="id"),
        ],
        rows=[_letter(subject, row) for row in found],
        records={
            "collections_app.DemandLetter": [row.pk for row in found],
            "collections_app.DemandLetterEvent": [e.pk for row in found for e in row.events.all()],
        },
    )


def _letter(subject: Subject, letter: DemandLetter) -> Row:
    events = sorted(letter.events.all(), key=lambda event: (event.known_at, event.pk))
    told = [
        f"{event.on:%Y-%m-%d} {event.get_state_display()}, {event.by}"
        + (f": {told_reason(event.reason, event.by)}" if event.reason else "")
        for event in events
    ]
    return (
        letter.label,
        subject.who(letter.party_id),
        subject.loans[letter.case.loan_id],
        str(letter.get_kind_display()),
        Said(letter.basis),
        letter.as_of,
        Decimal(letter.figures["arrears"]),
        Decimal(letter.figures["payoff"]),
        letter.pay_by,
        str(letter.get_state_display()),
        Said("; ".join(told)),
        letter.courier,
        letter.tracking_number,
        letter.ended_on,
        yes_no(letter.counts_as_served),
        str(letter.notice_id or ""),
        str(letter.attempt_id or ""),
        letter.page_count,
        letter.file.sha256,
    )


def legal_papers(subject: Subject) -> Section:
    """Every paper on file in every version; the bytes stay sealed here, a copy shows its hash."""
    found = list(
        LegalDocument.objects.filter(case__loan__in=subject.own_loans)
        .select_related("case", "proceeding", "file__data_key")
        .order_by("proceeding__number", "kind", "version")
    )
    return Section(
        key="legal-papers",
        heading=_("Legal papers"),
        columns=[
            Column(_("proceedings"), kind="id"),
            Column(_("contract"), kind="id"),
            Column(_("paper")),
            Column(_("version")),
            Column(_("file")),
            Column(_("bytes")),
            Column("SHA-256", kind="id"),
            Column(_("added")),
            Column(_("added by")),
            Column(_("withdrawn")),
            Column(_("why withdrawn")),
        ],
        rows=[
            (
                row.proceeding.label,
                subject.loans[row.case.loan_id],
                str(row.get_kind_display()),
                row.version,
                Said(_file_name(row.file)),
                row.file.size,
                row.file.sha256,
                row.added_at,
                row.added_by,
                row.withdrawn_at,
                Said(row.withdrawn_reason),
            )
            for row in found
        ],
        records={"collections_app.LegalDocument": [row.pk for row in found]},
    )


def legal_costs(subject: Subject) -> Section:
    """What proceedings cost, and what of it stands on the loan."""
    found = list(
        LegalCost.objects.filter(case__loan__in=subject.own_loans)
        .select_related("case__portfolio", "proceeding", "charge")
        .order_by("incurred_on", "pk")
    )
    return Section(
        key="legal-costs",
        heading=_("Costs of proceedings"),
        columns=[
            Column(_("paid on")),
            Column(_("proceedings"), kind="id"),
            Column(_("contract"), kind="id"),
            Column(_("kind")),
            Column(_("amount"), kind="money"),
            Column(_("currency")),
            Column(_("charged to the loan")),
            Column(pgettext("a booking", "reference"), kind="id"),
            Column(_("entered by")),
            Column(_("taken back")),
            Column(_("why taken back")),
        ],
        rows=[
            (
                row.incurred_on,
                row.proceeding.label,
                subject.loans[row.case.loan_id],
                str(row.get_kind_display()),
                row.amount,
                row.case.portfolio.currency,
                yes_no(row.charge_id is not None),
                row.charge.external_ref if row.charge else "",
                row.entered_by,
                row.reversed_at,
                Said(row.reversed_reason),
            )
            for row in found
        ],
        records={"collections_app.LegalCost": [row.pk for row in found]},
    )


def _file_name(file: StoredFile) -> str:
    try:
        return name_of(file)
    except KeyDestroyed:
        return _("(erased)")
