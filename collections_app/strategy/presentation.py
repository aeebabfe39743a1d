"""A line of a strategy in plain words, the same on every page and in every difference."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collections_app.strategy.models import LineFlag, LineTrigger, StrategyLine
from core.money import format_money
from loans.portfolios.models import Portfolio


def line_row(line: StrategyLine, portfolio: Portfolio) -> dict[str, Any]:
    """Returns what the table of a version shows of one line."""
    template = line.template
    return {
        "code": line.code,
        "name": line.name,
        "when": when_text(line),
        "whom": whom_text(line, portfolio),
        "what": template.name,
        "purpose": template.get_purpose_display(),
        "channel": template.get_channel_display(),
        "channel_icon": channel_icon(template.channel),
        "at": time_format(line.send_at, "H:i"),
        "useful": useful_text(line),
    }


def channel_icon(channel: str) -> str:
    """Returns the symbol of a channel."""
    return {"sms": "message", "email": "mail", "letter": "letter"}.get(channel, "message")


def when_text(line: StrategyLine) -> str:
    """Returns the days of a line: "1 to 10 days past due, every 3 days"."""
    days = _days(line)
    if line.last_day > line.first_day and line.every_days > 1:
        every = _("every %(days)s days") % {"days": line.every_days}
        return _("%(days)s, %(every)s") % {"days": days, "every": every}
    return days


def _days(line: StrategyLine) -> str:
    first, last = line.first_day, line.last_day
    if line.trigger == LineTrigger.DAYS_TO_DUE and last == 0:
        return _("on the due date")
    if line.trigger == LineTrigger.PAYMENT:
        return _("when a payment is booked")
    if first == last:
        return _one_day(LineTrigger(line.trigger), first)
    return _("%(first)s to %(last)s %(what)s") % {
        "first": first,
        "last": last,
        "what": LineTrigger(line.trigger).label,
    }


def _one_day(trigger: LineTrigger, day: int) -> str:
    texts = {
        LineTrigger.DAYS_TO_DUE: ngettext(
            "%(days)s day before the due date", "%(days)s days before the due date", day
        ),
        LineTrigger.DAYS_PAST_DUE: ngettext("%(days)s day past due", "%(days)s days past due", day),
        LineTrigger.DAYS_TO_PROMISE: ngettext(
            "%(days)s day before a promise is due", "%(days)s days before a promise is due", day
        ),
        LineTrigger.PROMISE_BROKEN: ngettext(
            "%(days)s day since a promise was broken",
            "%(days)s days since a promise was broken",
            day,
        ),
        LineTrigger.DAYS_TO_PLAN: ngettext(
            "%(days)s day before an instalment of a plan is due",
            "%(days)s days before an instalment of a plan is due",
            day,
        ),
        LineTrigger.PLAN_BROKEN: ngettext(
            "%(days)s day since a plan was broken", "%(days)s days since a plan was broken", day
        ),
    }
    return texts[trigger] % {"days": day}


def whom_text(line: StrategyLine, portfolio: Portfolio) -> str:
    """Returns for whom a line is: "B1, B2; Auto loan; not while a promise is open"."""
    known = dict(settings.LANGUAGES)
    parts = [
        ", ".join(line.buckets),
        ", ".join(product.name for product in line.products.all()),
        ", ".join(str(known.get(code, code)) for code in line.languages),
    ]
    if line.least_amount is not None:
        amount = format_money(line.least_amount, portfolio.currency)
        parts.append(_("at least %(amount)s past due") % {"amount": amount})
    if line.with_flags:
        parts.append(_("only with: %(flags)s") % {"flags": _flags(line.with_flags)})
    if line.without_flags:
        parts.append(_("not with: %(flags)s") % {"flags": _flags(line.without_flags)})
    if line.without_open_promise and line.trigger not in _OF_PROMISES:
        parts.append(_("not while a promise is open"))
    return "; ".join(part for part in parts if part) or _("everybody")


#: A line about a promise or a plan speaks to nobody else.
_OF_PROMISES: Final = (
    LineTrigger.DAYS_TO_PROMISE,
    LineTrigger.PROMISE_BROKEN,
    LineTrigger.DAYS_TO_PLAN,
    LineTrigger.PLAN_BROKEN,
)


def _flags(codes: list[str]) -> str:
    return ", ".join(str(LineFlag(code).label) for code in codes)


def useful_text(line: StrategyLine) -> str:
    """Returns how long a message of the line is useful."""
    return ngettext(
        "useful for %(hours)s hour", "useful for %(hours)s hours", line.useful_hours
    ) % {"hours": line.useful_hours}
