"""The callbacks of a case, for its page: what is agreed, what became of the last, and the form."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.callbacks.forms import ScheduleForm
from collections_app.callbacks.models import Callback, CallbackEvent
from collections_app.callbacks.presentation import callback_row, zone_label
from collections_app.cases.flow import CaseState
from collections_app.cases.models import Case
from core import clock
from core.statements.kept import KeptStatement
from loans.borrowers.models import ContactKind, ContactPoint

#: How long what became of a callback is shown on its case.
SHOWN_FOR: Final = timedelta(days=14)
_MOST: Final = 5


def _shown(case: UUID, over_since: datetime) -> QuerySet[Any]:
    """What is agreed on a case, and what is over since."""
    last = CallbackEvent.objects.filter(callback=OuterRef("pk")).order_by("-pk")
    return (
        Callback.objects.filter(case=case)
        .exclude(over_at__lt=over_since)
        .annotate(last_reason=Subquery(last.values("reason")[:1]))
        .select_related("party__data_key", "contact_point", "owner")
        .order_by("due_at")
    )


_SHOWN: Final = KeptStatement(_shown)


def callbacks_context(
    case: Case, user: User, *, points: list[ContactPoint], zone: str
) -> dict[str, Any]:
    """Returns what `callbacks/panel.html` shows; one query.

    Arguments: `points` the phone numbers of the case's people, with their party; `zone` the zone
    of the borrower, as `zone_of_case` tells it.
    """
    now = clock.now()
    rows = _SHOWN.rows(case=case.pk, over_since=now - SHOWN_FOR)
    for row in rows:
        row.case = case
    pending = [row for row in rows if row.is_pending]
    over = [row for row in rows if not row.is_pending][-_MOST:]
    return {
        "callbacks": [callback_row(row, user, now) for row in pending],
        "callbacks_over": [callback_row(row, user, now) for row in reversed(over)],
        **_form(case, user, points, zone),
    }


def _form(case: Case, user: User, points: list[ContactPoint], zone: str) -> dict[str, Any]:
    if case.state != CaseState.OPEN or not has_right(user, "callback.manage"):
        return {"callback_form": None}
    phones = [point for point in points if point.kind == ContactKind.PHONE]
    return {
        "callback_form": ScheduleForm(zone=zone, phones=phones, auto_id="callback_%s"),
        "callback_href": reverse("desk:agree_callback", args=[case.pk]),
        "callback_zone": zone_label(zone, clock.now()),
    }
