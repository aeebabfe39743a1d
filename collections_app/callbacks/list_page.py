"""The list of callbacks: views and filters in the URL, one keyset page, its rows in words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.callbacks.flow import MISSED_AFTER, PENDING, CallbackState
from collections_app.callbacks.forms import CallbackFilterForm
from collections_app.callbacks.models import Callback, CallbackEvent, CallbackQuerySet
from collections_app.callbacks.presentation import callback_row
from core import clock
from loans.portfolios.models import Portfolio

PAGE_SIZE: Final = 50
#: How long a callback that is over stays on the page.
SHOWN_FOR: Final = timedelta(days=30)
_SEPARATOR: Final = "~"

#: view -> its word and the sentence of its emptiness
VIEWS: Final[dict[str, tuple[Lazy, Lazy]]] = {
    "mine": (gettext_lazy("Mine"), gettext_lazy("You owe nobody a call.")),
    "team": (
        gettext_lazy("The team's"),
        gettext_lazy("No call waits for whoever is free: each has its agent."),
    ),
    "missed": (
        gettext_lazy("Missed"),
        gettext_lazy("Every call that was promised was made in time."),
    ),
    "all": (gettext_lazy("All agreed"), gettext_lazy("Nobody was promised a call.")),
    "over": (
        gettext_lazy("Over"),
        gettext_lazy("No callback was met, cancelled or ended in the last thirty days."),
    ),
}


@dataclass(frozen=True, slots=True)
class CallbackFilter:
    """One selection of the list."""

    show: str = "mine"
    agent: str = ""
    portfolio: str = ""

    def href(self, **changes: str) -> str:
        """Returns the address of the list with this selection, changed in some parts."""
        kept = {key: value for key, value in {**asdict(self), **changes}.items() if value}
        return f"{reverse('callbacks:list')}?{urlencode(kept)}"


def read_filter(params: QueryDict, user: User) -> CallbackFilter:
    """Reads the filters of the URL; what is not one of ours is left out, not an error.

    Who works cases opens on their own, everybody else on all that is agreed.
    """
    usual = "mine" if has_right(user, "case.work") else "all"
    show = params.get("show", usual)
    return CallbackFilter(
        show=show if show in VIEWS else usual,
        agent=_uuid(params.get("agent", "")),
        portfolio=params.get("portfolio", "")[:40],
    )


def list_context(*, user: User, chosen: CallbackFilter, after: str = "") -> dict[str, Any]:
    """Returns the context of the page. Raises ValueError for a key that is not one of ours."""
    now = clock.now()
    seen = Callback.objects.visible_to(user)
    narrowed = _narrowed(seen, chosen)
    rows = list(_page(_view(narrowed, chosen.show, user, now), chosen.show, after))
    shown, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    form = CallbackFilterForm(initial={"agent": chosen.agent, "portfolio": chosen.portfolio})
    form.offer(*_choices(seen, user))
    return {
        "views": _tabs(narrowed, chosen, user, now),
        "rows": [callback_row(row, user, now) for row in shown],
        "is_over": chosen.show == "over",
        "show": chosen.show,
        "filter_form": form if form.fields else None,
        "is_filtered": bool(chosen.agent or chosen.portfolio),
        "list_href": reverse("callbacks:list"),
        "clear_href": CallbackFilter(show=chosen.show).href(),
        "nothing": VIEWS[chosen.show][1],
        "as_of": now.astimezone(clock.zone_of(user.time_zone)),
        "shown": _("%(number)d shown") % {"number": len(shown)},
        "first_href": chosen.href() if after else "",
        "next_href": chosen.href(after=_key(shown[-1], chosen.show)) if more else "",
    }


def _narrowed(callbacks: CallbackQuerySet, chosen: CallbackFilter) -> CallbackQuerySet:
    if chosen.agent:
        callbacks = callbacks.filter(owner=chosen.agent)
    if chosen.portfolio:
        callbacks = callbacks.filter(case__portfolio__code=chosen.portfolio)
    return callbacks


def _condition(show: str, user: User, now: datetime) -> Q:
    pending = Q(state__in=PENDING)
    late = Q(state=CallbackState.OPEN, tried_at__isnull=True, due_at__lte=now - MISSED_AFTER)
    return {
        "mine": pending & Q(owner=user),
        "team": pending & Q(owner__isnull=True),
        # What is missed by the clock counts before the minute that notes it.
        "missed": Q(state=CallbackState.MISSED) | late,
        "all": pending,
        "over": Q(over_at__gte=now - SHOWN_FOR),
    }[show]


def _view(callbacks: CallbackQuerySet, show: str, user: User, now: datetime) -> CallbackQuerySet:
    found = callbacks.filter(_condition(show, user, now)).select_related(
        "case__loan", "party__data_key", "contact_point", "owner"
    )
    if show != "over":
        return found.order_by("due_at", "pk")
    last = CallbackEvent.objects.filter(callback=OuterRef("pk")).order_by("-pk")
    return found.annotate(last_reason=Subquery(last.values("reason")[:1])).order_by(
        "-over_at", "-pk"
    )


def _page(found: CallbackQuerySet, show: str, after: str) -> CallbackQuerySet:
    if after:
        at, pk = _parse(after)
        beyond = (
            Q(over_at__lt=at) | Q(over_at=at, pk__lt=pk)
            if show == "over"
            else Q(due_at__gt=at) | Q(due_at=at, pk__gt=pk)
        )
        found = found.filter(beyond)
    return found[: PAGE_SIZE + 1]


def _tabs(
    callbacks: CallbackQuerySet, chosen: CallbackFilter, user: User, now: datetime
) -> list[dict[str, Any]]:
    """The views with how many each holds; one query. Who works no cases has none of their own."""
    keys = [key for key in VIEWS if key != "mine" or has_right(user, "case.work")]
    counts = callbacks.aggregate(
        **{key: Count("pk", filter=_condition(key, user, now)) for key in keys if key != "over"}
    )
    return [
        {
            "label": VIEWS[key][0],
            "count": counts.get(key),
            "href": chosen.href(show=key),
            "is_current": chosen.show == key,
        }
        for key in keys
    ]


def _choices(
    seen: CallbackQuerySet, user: User
) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The agents who owe a call and the portfolios; agents only for who sees others' cases."""
    sees_others = has_right(user, "case.view_team") or has_right(user, "case.view_all")
    agents: list[tuple[str, str]] = []
    if sees_others:
        owners = User.objects.filter(pk__in=seen.pending().order_by().values("owner"))
        agents = [(str(owner.pk), owner.get_full_name()) for owner in owners]
    portfolios = Portfolio.objects.visible_to(user).order_by("name").values_list("code", "name")
    return agents, list(portfolios)


def _key(callback: Any, show: str) -> str:
    at = callback.over_at if show == "over" else callback.due_at
    return f"{at.isoformat()}{_SEPARATOR}{callback.pk}"


def _parse(key: str) -> tuple[datetime, UUID]:
    at, pk = key.split(_SEPARATOR)
    parsed = datetime.fromisoformat(at)
    if parsed.tzinfo is None:
        raise ValueError("A key says in which zone its time is.")
    return parsed, UUID(pk)


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""
