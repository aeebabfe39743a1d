"""Leases, reasons and lines of the points table in the words of whoever reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from collections_app.worklist.flow import Obligation
from collections_app.worklist.lease_models import Lease
from collections_app.worklist.points import YES_NO, Band, Factor
from collections_app.worklist.ranking import EASIER
from core import clock
from core.money.formats import format_money


class ReasonLine(NamedTuple):
    """One reason why a person came, and the points it gave (None: it stands before all points)."""

    text: str
    points: int | None


def reason_lines(lease: Lease) -> list[ReasonLine]:
    """Returns why the ranking put this person first, the weightiest first."""
    portfolio = lease.case.portfolio
    return [
        ReasonLine(_reason(row, portfolio.currency, portfolio.time_zone), row.get("points"))
        for row in lease.reasons
    ]


def _reason(row: Mapping[str, Any], currency: str, zone: str) -> str:
    code, value = row["code"], row["value"]
    if code == Obligation.CALLBACK and value:
        at = datetime.fromisoformat(value).astimezone(clock.zone_of(row.get("zone") or zone))
        time = {"time": date_format(at, _("j M H:i"))}
        # Leases of before knew no clock but the portfolio's.
        there, here = _("Callback due since %(time)s there"), _("Callback due since %(time)s")
        return (there if row.get("zone") else here) % time
    if code == EASIER:
        return _("An easier one after a hard call")
    if code in Obligation.values:
        return _sentence(str(Obligation(code).label))
    if code == Factor.OVERDUE:
        amount = format_money(Decimal(value), currency, get_language() or "en")
        return _("%(amount)s past due") % {"amount": amount}
    if code == Factor.DAYS_TO_ROLL:
        return ngettext(
            "Rolls to the next bucket in %(days)d day",
            "Rolls to the next bucket in %(days)d days",
            value,
        ) % {"days": value}
    if code == Factor.DAYS_PAST_DUE:
        return ngettext("%(days)d day past due", "%(days)d days past due", value) % {"days": value}
    if code == Factor.DAYS_WITHOUT_CONTACT:
        return ngettext(
            "%(days)d day without a contact", "%(days)d days without a contact", value
        ) % {"days": value}
    return _sentence(str(Factor(code).label))


def band_text(band: Band) -> str:
    """Returns for which values a line holds; nothing where it is yes or no."""
    if band.factor in YES_NO:
        return ""
    if band.each is not None:
        return ngettext("for each", "for every %(number)s", band.each) % {
            "number": number_format(band.each, force_grouping=True)
        }
    first, last = (
        "" if value is None else number_format(value, force_grouping=True)
        for value in (band.at_least, band.at_most)
    )
    if band.at_least == band.at_most:
        text = first
    elif not first:
        text = _("up to %(last)s") % {"last": last}
    elif not last:
        text = _("from %(first)s on") % {"first": first}
    else:
        text = _("%(first)s to %(last)s") % {"first": first, "last": last}
    return f"{band.currency} {text}".strip()


def band_rows(bands: Iterable[Band]) -> list[dict[str, Any]]:
    """Returns the lines of a table as a page prints them."""
    return [
        {
            "factor": _sentence(str(Factor(band.factor).label)),
            "values": band_text(band),
            "points": band.points,
        }
        for band in bands
    ]


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
