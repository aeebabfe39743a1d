"""The context of the queue: views and buckets with counts, chips, rows, the day, emptiness."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access.decorators import has_right
from accounts.models import User
from collections_app.cases.models import Case, CaseQuerySet
from collections_app.desk.buckets import buckets_by_scheme
from collections_app.desk.forms import ORDER_NAMES, QueueFilterForm
from collections_app.desk.keyset import ORDERS
from collections_app.desk.my_cases import CasePage, case_page, sees_more_than_own
from collections_app.desk.my_day import my_day
from collections_app.desk.opening_hours import next_opening
from collections_app.desk.queue_cases import asked_by, open_cases
from collections_app.desk.queue_counts import QueueCounts, count_queue
from collections_app.desk.queue_filters import QUEUE_VIEWS, QueueFilter
from collections_app.desk.reasons import clock_text
from collections_app.desk.workable import workable_parts
from collections_app.protection.panel import pause_context
from collections_app.worklist.flow import Obligation
from core import clock

#: What is owed to somebody -> the view that lists it, and its word. Promises share a view.
_OWED = {
    Obligation.UNLOGGED: ("unlogged", gettext_lazy("without an outcome")),
    Obligation.CALLBACK: ("callbacks", gettext_lazy("callbacks agreed")),
    Obligation.BROKEN: ("promises", gettext_lazy("promises due or broken")),
    Obligation.REPLY: ("replies", gettext_lazy("replies waiting")),
    Obligation.PROMISE_DUE: ("promises", gettext_lazy("promises due or broken")),
}
#: The views of obligations with their words, in the order these are to be met.
OBLIGATIONS = dict(_OWED[obligation] for obligation in Obligation)


def read_selection(params: QueryDict) -> QueueFilter:
    """Reads the filters of the URL; what is not one of ours is left out, not an error."""
    view, order = params.get("view", ""), params.get("order", "")
    return QueueFilter(
        view=view if view in QUEUE_VIEWS else "",
        bucket=params.get("bucket", "")[:20],
        portfolio=params.get("portfolio", "")[:40],
        q=params.get("q", "").strip()[:60],
        order=order if order in ORDERS else "",
    )


def usual_order(user: User) -> str:
    """Obligations first for a person's or a team's cases.

    Who sees every case gets the order an index keeps: ranking all of them takes looking at all.
    """
    return "next_step" if has_right(user, "case.view_all") else "obligations"


def queue_context(*, user: User, selection: QueueFilter, after: str) -> dict[str, Any]:
    """Returns the context of the page. Raises ValueError or ArithmeticError for a made-up key."""
    asked = asked_by(user, clock.now())
    counts = count_queue(selection=selection, user=user, asked=asked)
    order = selection.order or usual_order(user)
    page = case_page(selection=selection, order=order, user=user, asked=asked, after=after)
    form = QueueFilterForm(
        initial={"q": selection.q, "portfolio": selection.portfolio, "order": selection.order}
    )
    form.offer_portfolios(counts.portfolios())
    day = _day(user, counts)
    return {
        "heading": _("Cases") if sees_more_than_own(user) else _("My cases"),
        "as_of": clock.local_now(user.time_zone),
        "views": _view_tabs(counts),
        "buckets": _bucket_chips(counts),
        "selection": selection,
        "chips": _chips(selection, counts),
        "filter_form": form,
        "list_href": reverse("desk:my_cases"),
        "clear_href": QueueFilter(order=selection.order).href(),
        "is_filtered": selection.is_narrowed,
        "rows": page.rows,
        "shows_holder": sees_more_than_own(user),
        **_paging(page, counts, selection, after),
        **_selecting(user),
        "workable": workable_parts(user),
        **_claiming(user),
        **day,
        **pause_context(user, may_have_one=bool(day["my_day"] and day["my_day"].may_have_pause)),
        **_emptiness(page, counts, asked, user),
    }


def _paging(
    page: CasePage, counts: QueueCounts, selection: QueueFilter, after: str
) -> dict[str, Any]:
    return {
        "shown": _("%(shown)d of %(total)d")
        % {"shown": len(page.rows), "total": max(counts.selected, len(page.rows))},
        "first_href": selection.href() if after else "",
        "next_href": selection.href(after=page.next_after) if page.next_after else "",
    }


def _selecting(user: User) -> dict[str, Any]:
    """Who may assign chooses rows here and goes to the preview of the assignment with them."""
    if not has_right(user, "case.assign"):
        return {"assign_href": ""}
    try:
        return {"assign_href": reverse("assignment:preview")}
    except NoReverseMatch:
        return {"assign_href": ""}


def _claiming(user: User) -> dict[str, str]:
    return {
        "claim_href": reverse("worklist:next") if has_right(user, "worklist.claim") else "",
        "skips_href": reverse("worklist:skips") if has_right(user, "worklist.lead") else "",
    }


def _day(user: User, counts: QueueCounts) -> dict[str, Any]:
    """One's own day, with what is owed first: the views of obligations that hold anything."""
    if not has_right(user, "case.work"):
        return {"my_day": None}
    if sees_more_than_own(user):  # the counts are the team's, and stand on the tabs
        return {"my_day": my_day(user), "callbacks_href": reverse("callbacks:list")}
    owed = [
        {
            "label": OBLIGATIONS[view],
            "count": number,
            "href": QueueFilter(view=view).href(),
        }
        for view in OBLIGATIONS
        if (number := counts.of_view(view))
    ]
    return {
        "my_day": my_day(user),
        "owed": owed,
        "callbacks_href": reverse("callbacks:list"),
    }


def _view_tabs(counts: QueueCounts) -> list[dict[str, Any]]:
    selection = counts.selection
    return [
        {
            "label": view.label,
            "count": counts.of_view(key),
            "href": selection.href(view=key),
            "is_current": selection.view == key,
        }
        for key, view in QUEUE_VIEWS.items()
    ]


def _bucket_chips(counts: QueueCounts) -> list[dict[str, Any]]:
    """The buckets that hold cases, and the one chosen even when it holds none."""
    selection, numbers = counts.selection, counts.of_buckets()
    severity = {bucket.code: bucket.severity for bucket in buckets_by_scheme().values()}
    chosen = {selection.bucket} if selection.bucket else set()
    codes = sorted(
        {code for code, number in numbers.items() if code and number} | chosen,
        key=lambda code: (severity.get(code, 0), code),
    )
    return [
        {
            "label": code,
            "severity": severity.get(code, 0),
            "count": numbers.get(code, 0),
            "href": selection.href(bucket="" if code == selection.bucket else code),
            "is_current": code == selection.bucket,
        }
        for code in codes
    ]


def _chips(selection: QueueFilter, counts: QueueCounts) -> list[dict[str, str]]:
    """What narrows the list, each with the address without it."""
    portfolios = dict(counts.portfolios())
    words = {
        "view": str(QUEUE_VIEWS[selection.view].label) if selection.view else "",
        "bucket": selection.bucket and _("bucket %(code)s") % {"code": selection.bucket},
        "portfolio": portfolios.get(selection.portfolio, selection.portfolio),
        "q": selection.q and _("“%(text)s”") % {"text": selection.q},
        "order": str(ORDER_NAMES[selection.order]) if selection.order else "",
    }
    return [
        {"label": word, "href": selection.href(**{name: ""})}
        for name, word in words.items()
        if word
    ]


def _emptiness(
    page: CasePage, counts: QueueCounts, asked: dict[str, Any], user: User
) -> dict[str, Any]:
    """Why the list is empty; asked for only when it is."""
    selection = counts.selection
    if page.rows:
        return {"total": counts.everything}
    everything = open_cases(**asked)
    total = everything.count() if selection.q else counts.everything
    found: dict[str, Any] = {"total": total, "nothing": QUEUE_VIEWS[selection.view].nothing}
    if not total:
        found["has_ever_had_cases"] = Case.objects.visible_to(user).exists()
    elif selection == QueueFilter(view="due", order=selection.order):
        found |= {"queue_clear": True, **_next_workable(everything, user)}
    return found


def _next_workable(everything: CaseQuerySet, user: User) -> dict[str, Any]:
    """When the rest may be called, on the clock of whoever asks."""
    opening = next_opening(everything)
    if opening.opens_at is None:
        return {"callable_now": opening.callable_now}
    zone = clock.zone_of(user.time_zone)
    return {
        "callable_now": opening.callable_now,
        "next_workable": clock_text(opening.opens_at.astimezone(zone), clock.local_now(zone)),
        "next_workable_count": opening.opening_count,
    }
