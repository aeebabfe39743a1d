"""What a dossier says of contacts as collectors logged them: result, answers, note."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from collections_app.contacts.asks import DisputedMatter, PaidThrough, WhyLate
from collections_app.contacts.models import Contact, ResultCode
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, opened


def contacts(subject: Subject) -> Section:
    """Every entry about the person's loans or with the person, those taken back too."""
    found = list(
        Contact.objects.filter(
            Q(case__loan__in=subject.own_loans)
            | Q(attempt__party=subject.party, case__loan__in=subject.loans)
        )
        .select_related("attempt__party__data_key", "case", "result", "logged_by", "withdrawal")
        .order_by("at", "sequence", "pk")
    )
    return Section(
        key="contacts",
        heading=_("Contacts as they were logged"),
        columns=[
            Column(_("at")),
            Column(_("way")),
            Column(_("to or from")),
            Column(_("contract"), kind="id"),
            Column(_("result")),
            Column(_("answers")),
            Column(_("note")),
            Column(_("next step")),
            Column(_("next step due")),
            Column(_("logged by")),
            Column(_("saved")),
            Column(_("taken back")),
            Column(_("attempt"), kind="id"),
        ],
        rows=[_row(subject, contact) for contact in found],
        records={
            "collections_app.Contact": [contact.pk for contact in found],
            "collections_app.ContactWithdrawal": [
                contact.withdrawal.pk for contact in found if hasattr(contact, "withdrawal")
            ],
        },
    )


def _row(subject: Subject, contact: Contact) -> Row:
    attempt = contact.attempt
    return (
        contact.at,
        str(attempt.get_channel_display()),
        subject.who(attempt.party_id),
        subject.loans[contact.case.loan_id],
        f"{contact.result.code} {_name(contact.result)}",
        "; ".join(_answers(contact)),
        Said(opened(attempt.party, contact, "note")),
        str(contact.get_next_step_display()),
        contact.next_step_at,
        str(contact.logged_by),
        contact.logged_at,
        contact.withdrawal.at if hasattr(contact, "withdrawal") else None,
        str(contact.attempt_id),
    )


def _name(result: ResultCode) -> str:
    is_chinese = (get_language() or "").startswith("zh")
    return result.name_zh if is_chinese else result.name


def _answers(contact: Contact) -> list[str]:
    """What was answered, in words; what an older release kept stays as it was kept."""
    words = {"why_late": WhyLate, "paid_through": PaidThrough, "dispute_about": DisputedMatter}
    said = []
    for name, value in contact.answers.items():
        choices = words.get(name)
        known = choices is not None and value in choices.values
        said.append(str(choices(value).label) if choices and known else str(value))
    return said
