"""Looking at the clock: whose callbacks nobody is there for, and which were missed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.inbox.models import Urgency
from accounts.inbox.services import notify
from accounts.inbox.texts import register_texts
from accounts.shifts.queries import absent_users
from collections_app.callbacks.models import Callback
from collections_app.callbacks.queries import callbacks_due, leads_of, missed_by
from collections_app.callbacks.services import hand_on_callback, miss_callback
from core.audit.actors import SYSTEM

#: How long before its time a callback of somebody away becomes the team's.
LOOKS_AHEAD: Final = timedelta(minutes=30)

register_texts(
    {
        "callback.missed": gettext_lazy("A callback about %(contract_no)s was not made in time."),
        "callback.for_the_team": gettext_lazy(
            "A callback about %(contract_no)s is the team's: %(who)s is away."
        ),
    }
)


def hand_on_of_the_absent(*, at: datetime) -> int:
    """Gives the team the callbacks due soon whose agent is not at work; returns how many."""
    soon = callbacks_due(at=at, within=LOOKS_AHEAD).filter(owner__isnull=False)
    rows = list(soon.select_related("owner", "case__loan", "case__team__lead"))
    if not rows:
        return 0
    away = absent_users(at)
    handed = 0
    for callback in rows:
        assert callback.owner is not None  # by the filter
        if callback.owner.is_active and callback.owner_id not in away:
            continue
        handed += _for_the_team(callback)
    return handed


@transaction.atomic
def _for_the_team(callback: Callback) -> int:
    assert callback.owner is not None
    who = callback.owner.get_full_name()
    try:
        hand_on_callback(
            callback=callback, to=None, reason=_("%(who)s is away") % {"who": who}, by=SYSTEM
        )
    except ValidationError:
        return 0  # over by now
    _tell_leads(callback, "callback.for_the_team", {"who": who})
    return 1


def note_missed(*, at: datetime) -> int:
    """Marks callbacks that nobody made in time and tells the lead of each; returns how many."""
    rows = missed_by(at).select_related("case__loan", "case__team__lead")
    return sum(_miss(callback) for callback in rows)


@transaction.atomic
def _miss(callback: Callback) -> int:
    try:
        miss_callback(callback=callback)
    except (ValidationError, ValueError):
        return 0  # made, moved or missed by now
    _tell_leads(callback, "callback.missed", {})
    return 1


def _tell_leads(callback: Callback, key: str, values: dict[str, str]) -> None:
    notify(
        to=leads_of(callback.case),
        urgency=Urgency.DO_NOW,
        key=key,
        params={"contract_no": callback.case.loan.contract_no, **values},
        link=f"{reverse('callbacks:list')}?show=missed"
        if key == "callback.missed"
        else f"{reverse('callbacks:list')}?show=team",
    )
