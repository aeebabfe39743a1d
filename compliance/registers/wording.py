"""What stands on record about a person, in sentences."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.shifts.models import Weekday
from compliance.attempts.models import AttemptChannel
from compliance.consents.models import Consent, ConsentKind
from compliance.preferences.models import Preference, PreferenceKind, every_day
from compliance.stops.details import details_of
from compliance.stops.models import Stop
from loans.borrowers.presentation import lang_of


def said(text: str) -> dict[str, str]:
    """Returns words that somebody wrote, with their language for fonts and readers."""
    return {"text": text, "lang": lang_of(text)}


def ended(text: str, by: str, reason: str) -> dict[str, Any]:
    """Returns how something ended: when, by whom, why."""
    return {"text": text, "by": said(by), "reason": said(reason)}


def upper_first(text: Any) -> str:
    """Returns a label as a sentence begins."""
    words = str(text)
    return words[:1].upper() + words[1:]


def channel_name(channel: str) -> str:
    """Returns the name of a way of contact; "every way" where none is named."""
    if not channel:
        return _("every way of contact")
    known = channel in AttemptChannel.values
    return str(AttemptChannel(channel).label) if known else channel


def moment_text(at: datetime, zone: ZoneInfo) -> str:
    """Returns a day and time on the lender's clock; the day alone at midnight."""
    local = at.astimezone(zone)
    if local.time() == time():
        return date_format(local, _("j M Y"))
    return date_format(local, _("j M Y H:i"))


def stop_details(stop: Stop) -> list[tuple[str, dict[str, str]]]:
    """Returns what the stop is recorded with, as label and value."""
    found = []
    for detail in details_of(stop.kind):
        value = stop.details.get(detail.name)
        if value and detail.name != "complaint":
            found.append((upper_first(detail.label), said(str(detail.words.get(value, value)))))
    return found


def preference_text(preference: Preference) -> str:
    """Returns what the person asked for."""
    if preference.kind == PreferenceKind.AGREED_CAP:
        return _("At most %(count)d where %(rule)s counts") % {
            "count": preference.count or 0,
            "rule": preference.rule,
        }
    if preference.kind == PreferenceKind.INCONVENIENT_PLACE:
        where = (
            preference.contact_point.masked
            if preference.contact_point
            else preference.get_place_display()
        )
        return _("Not at: %(where)s") % {"where": where}
    words = {"days": _days(preference.days), "hours": _hours(preference.opens, preference.closes)}
    if preference.kind == PreferenceKind.AGREED_HOURS:
        return _("Agreed: %(days)s, %(hours)s") % words
    return _("Not on: %(days)s, %(hours)s") % words


def _days(days: list[int]) -> str:
    if sorted(days) == every_day():
        return _("every day")
    return _(", ").join(str(Weekday(day).label) for day in sorted(days))


def _hours(opens: time | None, closes: time | None) -> str:
    if opens is None and closes is None:
        return _("all day")
    return f"{opens or time():%H:%M}–{closes:%H:%M}" if closes else f"{opens:%H:%M}–24:00"


def consent_text(consent: Consent) -> str:
    """Returns what the person said yes or no to."""
    if consent.kind == ConsentKind.CHANNEL:
        about = upper_first(channel_name(consent.channel))
    else:
        about = upper_first(consent.get_kind_display())
    if consent.contact_point is not None:
        about = f"{about} · {consent.contact_point.masked}"
    if consent.opens is not None and consent.closes is not None:
        about = f"{about} · {consent.opens:%H:%M}–{consent.closes:%H:%M}"
    if consent.only_on is not None:
        only = _("only on %(day)s") % {"day": date_format(consent.only_on, _("j M Y"))}
        about = f"{about} · {only}"
    return about
