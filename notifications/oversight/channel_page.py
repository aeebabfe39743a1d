"""Accounts with providers as lines of a list, and one of them as a page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.oversight.cells import Cell, name
from compliance.oversight.tiles import grouped
from core import clock
from notifications.oversight.health import Health


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account today, in words."""

    href: str
    name: Cell
    channel: str
    adapter: str
    portfolio: Cell
    mark: str
    state: str
    since: str
    sent: str
    refused: str
    uncertain: str
    delay: str
    last_success_at: datetime | None
    limits: str


def account_line(account: Any, health: Health) -> AccountLine:
    """Returns an account of `health.accounts_of` with how it does today."""
    mark, state = _state(account)
    return AccountLine(
        href=reverse("messages:channel", args=[account.pk]),
        name=name(account.name),
        channel=str(account.get_channel_display()),
        adapter=account.adapter,
        portfolio=name(account.portfolio.name)
        if account.portfolio
        else Cell(_("every portfolio without its own")),
        mark=mark,
        state=state,
        since=_why(account),
        sent=grouped(health.sent),
        refused=grouped(health.refused),
        uncertain=grouped(health.uncertain),
        delay=_delay(health),
        last_success_at=account.last_success_at,
        limits=_("%(rate)s a second, %(calls)s calls at once")
        % {"rate": account.rate_per_second, "calls": account.parallel_calls},
    )


def is_paused(account: Any) -> bool:
    """Tells whether the provider asked for a pause that is not over."""
    return account.paused_until is not None and account.paused_until > clock.now()


def _state(account: Any) -> tuple[str, str]:
    if not account.is_on:
        return "failed", _("switched off")
    if is_paused(account):
        return "waiting", _("paused by the provider")
    return "done", _("sends")


def _why(account: Any) -> str:
    """Who switched it and why; until when the provider wants a pause."""
    if not account.is_on:
        return f"{account.switched_by}: {account.switched_reason}"
    if is_paused(account):
        local = timezone.localtime(account.paused_until)
        return _("until %(time)s") % {"time": f"{local:%H:%M:%S}"}
    return ""


def _delay(health: Health) -> str:
    if health.median is None or health.p95 is None:
        return ""
    return _("%(median)s s, %(p95)s s") % {
        "median": f"{health.median.total_seconds():,.1f}",
        "p95": f"{health.p95.total_seconds():,.1f}",
    }
