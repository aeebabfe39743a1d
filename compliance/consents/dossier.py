"""What a dossier says of the answers a person gave: consents, and wishes how to be contacted."""

from __future__ import annotations

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from compliance.consents.models import Consent
from compliance.preferences.models import Preference
from core.exports import Column, Row, Said, Section
from loans.borrowers.dossier import Subject, opened


def consents(subject: Subject) -> Section:
    """Every yes and no, in the order given; the newest counts."""
    found = list(
        Consent.objects.filter(party=subject.party)
        .select_related("contact_point__party__data_key", "loan")
        .order_by("given_at", "pk")
    )
    return Section(
        key="consents",
        heading=_("Consents and refusals"),
        columns=[
            Column(_("given")),
            Column(_("asked about")),
            Column(_("way")),
            Column(_("number"), kind="id"),
            Column(_("contract"), kind="id"),
            Column(_("answer")),
            Column(_("until")),
            Column(_("source")),
            Column(_("recorded by")),
        ],
        rows=[
            (
                row.given_at,
                str(row.get_kind_display()),
                row.channel,
                subject.number(row.contact_point),
                subject.loans.get(row.loan_id, "") if row.loan_id else "",
                str(row.get_answer_display()),
                row.until,
                row.source,
                row.recorded_by,
            )
            for row in found
        ],
        records={"compliance.Consent": [row.pk for row in found]},
    )


def preferences(subject: Subject) -> Section:
    """When, where and how often the person asked to be contacted."""
    found = list(
        Preference.objects.filter(party=subject.party)
        .select_related("contact_point__party__data_key")
        .order_by("starts_at", "pk")
    )
    return Section(
        key="preferences",
        heading=_("Wishes how to be contacted"),
        columns=[
            Column(_("in force from")),
            Column(_("kind")),
            Column(_("hours")),
            Column(_("place or number"), kind="id"),
            Column(_("until")),
            Column(_("words")),
            Column(_("source")),
            Column(_("set by")),
            Column(_("ended")),
            Column(_("why ended")),
        ],
        rows=[_wish(subject, row) for row in found],
        records={"compliance.Preference": [row.pk for row in found]},
    )


def _wish(subject: Subject, row: Preference) -> Row:
    hours = f"{row.opens:%H:%M}–{row.closes:%H:%M}" if row.opens and row.closes else ""
    days = "" if len(row.days) == 7 else ", ".join(_weekday(day) for day in row.days)
    return (
        row.starts_at,
        str(row.get_kind_display()),
        " ".join(filter(None, [days, hours])),
        subject.number(row.contact_point) or (str(row.get_place_display()) if row.place else ""),
        row.until,
        Said(opened(subject.party, row, "note")),
        row.source,
        row.set_by,
        row.ended_at,
        Said(row.ended_reason),
    )


def _weekday(day: int) -> str:
    return str(WEEKDAYS_ABBR[day])
