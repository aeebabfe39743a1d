"""Telephone systems as lines of a list: state, abilities, today's calls, events that went amiss."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.dialling.models import DiallerAccount
from collections_app.dialling.queries import accounts_with_health, refused_events
from collections_app.dialling.registry import DIALLERS
from compliance.oversight.cells import Cell, name
from compliance.oversight.tiles import grouped
from notifications.oversight.account_page import timed
from notifications.oversight.health import start_of_today


@dataclass(frozen=True, slots=True)
class TelephoneLine:
    """One telephone system today, in words; `address` is where it posts its events."""

    href: str
    name: Cell
    adapter: str
    abilities: str
    portfolio: Cell
    mark: str
    state: str
    placed: str
    not_placed: str
    unclear: str
    answered: str
    incoming: str
    refused: str
    last_event_at: datetime | None
    address: str


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """An event that changed nothing, and why."""

    at: datetime
    account: str
    kind: str
    call: str
    why: str


def health_context(user: User, *, base: str) -> dict[str, Any]:
    """What the page shows; `base` is this installation's address without a slash at its end."""
    accounts = list(accounts_with_health(user, since=start_of_today(user)))
    return {
        "telephones": [_line(account, base) for account in accounts],
        "refused_events": [
            RefusedLine(
                at=row.received_at,
                account=row.account.name,
                kind=str(row.get_kind_display()),
                call=row.call_named,
                why=str(row.get_refusal_display()),
            )
            for row in refused_events(account.pk for account in accounts)
        ],
        "signing": timed(),
    }


def _line(account: Any, base: str) -> TelephoneLine:
    kind = DIALLERS[account.adapter]
    mark, state = _state(account, kind)
    return TelephoneLine(
        href=reverse("admin:collections_app_dialleraccount_change", args=[account.pk]),
        name=name(account.name),
        adapter=account.adapter,
        abilities=_abilities(kind),
        portfolio=name(account.portfolio.name)
        if account.portfolio
        else Cell(_("every portfolio without its own")),
        mark=mark,
        state=state,
        placed=grouped(account.placed or 0),
        not_placed=grouped(account.not_placed or 0),
        unclear=grouped(account.unclear or 0),
        answered=grouped(account.answered or 0),
        incoming=grouped(account.incoming or 0),
        refused=grouped(account.refused or 0),
        last_event_at=account.last_event_at,
        address=base + reverse("dialling:receive", args=[account.pk]) if kind.signs_events else "",
    )


def _state(account: DiallerAccount, kind: Any) -> tuple[str, str]:
    if not account.is_on:
        return "failed", _("switched off: agents dial by hand")
    if not kind.clicks_to_call:
        return "done", _("agents dial by hand")
    return "done", _("dials")


def _abilities(kind: Any) -> str:
    words = {
        _("dials"): kind.clicks_to_call,
        _("tells how calls go"): kind.signs_events,
        _("names recordings"): kind.records,
    }
    return ", ".join(word for word, can in words.items() if can) or _("nothing by itself")
