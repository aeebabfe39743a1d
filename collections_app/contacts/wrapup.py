"""What a collector says once the talk is over, and whether it is all that the result asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collections_app.cases.models import NextStep
from collections_app.contacts.asks import (
    MESSAGE_LEFT,
    Ask,
    DisputedMatter,
    PaidThrough,
    WhyLate,
)
from collections_app.contacts.models import ResultCode
from core import clock
from core.encryption.card_numbers import refuse_card_numbers

#: A next step further away than this is a slip of the pen.
FURTHEST_NEXT_STEP: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that are no free text; empty where nothing was asked or said."""

    why_late: str = ""
    paid_on: date | None = None
    paid_through: str = ""
    dispute_about: str = ""
    message: str = ""

    def stored(self) -> dict[str, str]:
        """Returns what was answered, as it is kept with the contact."""
        said = {
            "why_late": self.why_late,
            "paid_on": self.paid_on.isoformat() if self.paid_on else "",
            "paid_through": self.paid_through,
            "dispute_about": self.dispute_about,
            "message": self.message,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Wrapup:
    """How the talk ended.

    What is agreed with the person (a promise, a callback) is made by its own concept in the same
    transaction; `effects` names it, so that all of it is taken back together.
    """

    result: ResultCode
    note: str = ""
    next_step: str = ""
    next_step_at: datetime | None = None
    answers: Answers = field(default_factory=Answers)
    effects: dict[str, object] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """The outcome the rules count: of a voicemail, by what was left on it."""
        return self.answers.message or self.result.outcome


def check_wrapup(wrapup: Wrapup) -> None:
    """Raises ValidationError where the result lacks what it asks for; one message per field."""
    errors = _step_errors(wrapup) | _answer_errors(wrapup)
    if not wrapup.result.is_active:
        errors["result"] = _("This result is no longer used. Choose another.")
    if wrapup.result.asks_for(Ask.NOTE) and not wrapup.note.strip():
        errors["note"] = _("Say in a few words what was said.")
    try:
        refuse_card_numbers(wrapup.note)
    except ValidationError as refusal:
        errors["note"] = " ".join(refusal.messages)
    if errors:
        raise ValidationError(errors)


def _step_errors(wrapup: Wrapup) -> dict[str, str]:
    errors: dict[str, str] = {}
    if wrapup.next_step and wrapup.next_step not in NextStep.values:
        errors["next_step"] = _("Choose a next step from the list.")
    if wrapup.next_step_at is not None:
        ahead = wrapup.next_step_at - clock.now()
        if not timedelta(0) < ahead <= FURTHEST_NEXT_STEP:
            errors["next_step_at"] = _("The next step must lie ahead, within a year.")
        return errors
    missing = {
        Ask.CALLBACK: _("Say when to call back."),
        Ask.PROMISE: _("Say what is promised, and by when."),
        Ask.NEXT_TIME: _("Say when the next step is due."),
    }
    for ask, sentence in missing.items():
        if wrapup.result.asks_for(ask):
            errors["next_step_at"] = sentence
    return errors


def _answer_errors(wrapup: Wrapup) -> dict[str, str]:
    result, answers = wrapup.result, wrapup.answers
    errors: dict[str, str] = {}
    if result.asks_for(Ask.REASON) and answers.why_late not in WhyLate.values:
        errors["why_late"] = _("Choose why it is late.")
    if result.asks_for(Ask.DISPUTE) and answers.dispute_about not in DisputedMatter.values:
        errors["dispute_about"] = _("Choose what is disputed.")
    if result.asks_for(Ask.PAID):
        errors |= _paid_errors(answers)
    if answers.message and not (result.asks_for(Ask.MESSAGE) and answers.message in MESSAGE_LEFT):
        errors["message"] = _("Choose which message was left.")
    return errors


def _paid_errors(answers: Answers) -> dict[str, str]:
    errors: dict[str, str] = {}
    if answers.paid_on is None:
        errors["paid_on"] = _("Say on which day it was paid.")
    # A day of slack: the person may be ahead of us by a zone.
    elif answers.paid_on > clock.now().date() + timedelta(days=1):
        errors["paid_on"] = _("A day to come is a promise, no payment.")
    if answers.paid_through not in PaidThrough.values:
        errors["paid_through"] = _("Choose how it was paid.")
    return errors
