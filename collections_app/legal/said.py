"""What a stage asks, read and checked: the court's number, days, instants, how it ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from collections_app.legal.flow import AssetKind, Ending, Stage, Step
from collections_app.legal.models import Proceeding
from compliance.clocks import preservation
from core import clock
from core.encryption.card_numbers import refuse_card_numbers

#: What may be left out: the law then says how long.
OPTIONAL = frozenset({"until", "perform_by"})


def read_said(
    proceeding: Proceeding, step: Step, on: date, said: Mapping[str, Any], reason: str
) -> dict[str, str]:
    """Returns what was said as it is stored: text, ISO days and instants.

    Raises ValidationError for what is missing, an instant without its zone, a hearing that lies
    before the day it was set on, a measure that lasts longer than the law lets it.
    """
    found: dict[str, str] = {}
    for name in step.asks:
        value = reason if name == "reason" else said.get(name)
        if value in (None, ""):
            if name in OPTIONAL:
                continue
            raise ValidationError(_("This stage asks for more: %(what)s.") % {"what": _word(name)})
        if name != "reason":
            found[name] = _text(name, value)
    if reason:
        refuse_card_numbers(reason)
    _check(proceeding, step, on, said)
    return found


def _word(name: str) -> str:
    return {
        "case_number": _("the court's case number"),
        "hearing_at": _("day and time of the hearing"),
        "accepted_at": _("the hour of acceptance"),
        "until": _("last day of the measure"),
        "perform_by": _("to be performed by"),
        "ending": _("how it ended"),
        "reason": _("a reason"),
    }.get(name, name)


def told_of(said: Mapping[str, str]) -> Iterator[str]:
    """Yields what was said of a stage in words, for who reads it outside the pages."""
    for name, value in said.items():
        if value:
            ended = name == "ending" and value in Ending.values
            yield f"{_word(name)}: {Ending(value).label if ended else value}"


def _text(name: str, value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValidationError(_("The moment needs its time zone."))
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).strip()
    if name == "ending" and text not in Ending.values:
        raise ValidationError(_("Say how it ended."))
    return text[:80]


def _check(proceeding: Proceeding, step: Step, on: date, said: Mapping[str, Any]) -> None:
    zone = clock.zone_of(proceeding.case.portfolio.time_zone)
    hearing_at, accepted_at = said.get("hearing_at"), said.get("accepted_at")
    if "hearing_at" in step.asks and hearing_at and hearing_at.astimezone(zone).date() < on:
        raise ValidationError(_("The hearing lies before the day on which it was set."))
    if "accepted_at" in step.asks and accepted_at and accepted_at.astimezone(zone).date() != on:
        raise ValidationError(_("The hour of acceptance lies on another day."))
    if step.stage == Stage.ACCEPTED and "accepted_at" in step.asks:
        _check_security(proceeding)
    until = said.get("until")
    if "until" in step.asks and until:
        longest = preservation.expires_on(on, AssetKind(proceeding.asset).value)
        if not on < until <= longest:
            raise ValidationError(
                _("The law lets this measure hold until %(day)s at the latest.")
                % {"day": longest.isoformat()}
            )


def _check_security(proceeding: Proceeding) -> None:
    """The court's days to rule run from the security; without its day none can be named."""
    if not proceeding.is_security_excused and proceeding.security_given_on is None:
        raise ValidationError(
            _("Say on which day the security was given, or that the court excuses it.")
        )
