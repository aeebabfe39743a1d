"""Words and marks that the pages of legal matters share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from collections_app.legal import texts as texts  # the sentences of the inbox
from collections_app.legal.flow import DeadlineState, Stage, step_of
from collections_app.legal.letter_flow import LetterState
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.limitation import WARNED_DAYS, WORDS, Limitation
from collections_app.legal.models import LegalDeadline, Proceeding
from core import clock
from loans.borrowers.presentation import lang_of, shown_name

#: state of a letter -> the mark that shows it
LETTER_MARKS: Final = {
    LetterState.DRAWN: "waiting",
    LetterState.PROPOSED: "waiting",
    LetterState.APPROVED: "running",
    LetterState.REFUSED: "failed",
    LetterState.POSTED: "running",
    LetterState.DELIVERED: "done",
    LetterState.RETURNED: "failed",
    LetterState.VOID: "none",
}
#: Days before a deadline at which its owner is reminded; from the last but one on the lead is too.
THRESHOLDS: Final = (14, 7, 3, 1)


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One day that is due, as the pages show it."""

    pk: Any
    what: str
    due_on: date
    due_at: Any
    left: str
    days_left: int
    is_hard: bool
    strength: str
    whose: str
    citation: str
    is_provisional: bool
    mark: str
    state_name: str
    is_open: bool
    href: str
    label: str
    met_href: str = ""


def deadline_line(row: LegalDeadline, today: date, *, met_href: str = "") -> DeadlineLine:
    """Returns a deadline in words; its case and proceedings are read along."""
    days = (row.due_on - today).days
    is_open = row.state == DeadlineState.OPEN
    return DeadlineLine(
        pk=row.pk,
        what=upper_first(row.get_code_display()),
        due_on=row.due_on,
        due_at=row.due_at.astimezone(clock.zone_of(row.case.portfolio.time_zone))
        if row.due_at
        else None,
        left=days_left(days) if is_open else "",
        days_left=days,
        is_hard=row.is_hard,
        strength=_("hard") if row.is_hard else _("soft"),
        whose=row.get_whose_display(),
        citation=row.citation,
        is_provisional=row.is_provisional,
        mark=deadline_mark(row, days),
        state_name=row.get_state_display(),
        is_open=is_open,
        href=matter_href(row),
        label=row.proceeding.label if row.proceeding else row.case.loan.contract_no,
        met_href=met_href,
    )


def deadline_mark(row: LegalDeadline, days: int) -> str:
    """Returns the mark of a deadline: met, over, near, or still to come."""
    if row.state == DeadlineState.MET:
        return "done"
    if row.state == DeadlineState.VOID:
        return "none"
    if days < 0:
        return "failed"
    return "uncertain" if days <= THRESHOLDS[1] else "waiting"


def days_left(days: int) -> str:
    """Returns how far a day is: "in 3 days", "today", "2 days over"."""
    if days == 0:
        return _("today")
    if days < 0:
        text = ngettext("%(n)d day over", "%(n)d days over", -days)
        return text % {"n": -days}
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


def matter_href(row: LegalDeadline) -> str:
    """Returns the page a deadline leads to: its proceedings, else the legal file of the case."""
    if row.proceeding_id is not None:
        return reverse("legal:proceeding", args=[row.proceeding_id])
    return case_file_href(row.case)


def case_file_href(case: Case) -> str:
    """Returns the legal file of a case."""
    return reverse("legal:case_file", args=[case.pk])


def stage_name(proceeding: Proceeding) -> str:
    """Returns the stage in the words of its kind."""
    return step_of(proceeding.kind, proceeding.stage).name


def stage_mark(proceeding: Proceeding) -> str:
    """Returns the mark of a stage."""
    if proceeding.stage == Stage.ENDED:
        return "done"
    waits = (Stage.PREPARING, Stage.PROPOSED)
    return "waiting" if proceeding.stage in waits else "running"


def proceeding_row(proceeding: Proceeding, today: date) -> dict[str, Any]:
    """Returns proceedings as a line of a list."""
    return {
        "label": proceeding.label,
        "href": reverse("legal:proceeding", args=[proceeding.pk]),
        "kind": upper_first(proceeding.get_kind_display()),
        "stage": stage_name(proceeding),
        "mark": stage_mark(proceeding),
        "days": (today - proceeding.stage_since).days,
        "since": proceeding.stage_since,
        "court": proceeding.court,
        "case_number": proceeding.case_number,
        "court_lang": lang_of(proceeding.court + proceeding.case_number),
        "counsel": proceeding.counsel,
        "counsel_lang": lang_of(proceeding.counsel),
        "claim_amount": proceeding.claim_amount,
        "owner": proceeding.owner.get_full_name(),
        "owner_lang": lang_of(proceeding.owner.get_full_name()),
        "ending": proceeding.get_ending_display() if proceeding.ending else "",
        "is_over": proceeding.is_over,
    }


def letter_row(letter: DemandLetter) -> dict[str, Any]:
    """Returns a demand letter as a line of a list."""
    return {
        "label": letter.label,
        "href": reverse("legal:letter", args=[letter.pk]),
        "to": shown_name(letter.party),
        "to_lang": lang_of(letter.party.full_name),
        "as_of": letter.as_of,
        "amount": Decimal(letter.figures["arrears"]),
        "state": letter.get_state_display(),
        "mark": LETTER_MARKS[LetterState(letter.state)],
        "on": letter.ended_on or letter.posted_on,
        "is_served": letter.counts_as_served,
        "is_acceleration": letter.is_acceleration,
    }


def letter_line(letter: DemandLetter, today: date) -> dict[str, Any]:
    """Returns a demand letter as a line of the docket, with how long it waits."""
    zone = clock.zone_of(letter.case.portfolio.time_zone)
    since = letter.posted_on or letter.drawn_at.astimezone(zone).date()
    return {
        **letter_row(letter),
        "borrower": shown_name(letter.case.borrower),
        "lang": lang_of(letter.case.borrower.full_name),
        "contract_no": letter.case.loan.contract_no,
        "file_href": case_file_href(letter.case),
        "currency": letter.case.portfolio.currency,
        "since": since,
        "days": (today - since).days,
        "pay_by": letter.pay_by,
        "drawn_by": letter.drawn_by,
        "drawn_by_lang": lang_of(letter.drawn_by),
    }


def limitation_view(found: Limitation | None, today: date, citation: str) -> dict[str, Any] | None:
    """Returns the limitation in words, and how near it is."""
    if found is None:
        return None
    days = found.days_left(today)
    return {
        "ends_on": found.ends_on,
        "left": days_left(days),
        "is_over": days < 0,
        "is_near": 0 <= days <= WARNED_DAYS,
        "begun_on": found.begun_on,
        "because": str(WORDS[found.because]),
        "citation": citation,
        "is_provisional": found.is_provisional,
    }


def head_of(case: Case) -> dict[str, Any]:
    """Returns what every page of a legal matter begins with."""
    return {
        "contract_no": case.loan.contract_no,
        "case_href": reverse("desk:case", args=[case.pk]),
        "file_href": case_file_href(case),
        "docket_href": reverse("legal:docket"),
        "borrower": {
            "name": shown_name(case.borrower),
            "lang": lang_of(case.borrower.full_name),
        },
        "currency": case.portfolio.currency,
        "zone_name": case.portfolio.time_zone,
        "is_case_over": case.state != CaseState.OPEN,
        "case_state": case.get_state_display(),
        "business_date": case.portfolio.business_date,
    }


def upper_first(text: str) -> str:
    """Returns a text that begins with a capital."""
    return text[:1].upper() + text[1:]
