"""The calendar of reminders in the browser: seven days, one wave opened beside them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access.decorators import has_right, requires, signed_in_user
from collections_app.strategy.calendar_page import calendar_rows
from collections_app.strategy.calendar_queries import DAYS, week_of
from collections_app.strategy.wave_page import chosen_wave, wave_context
from core import clock
from loans.portfolios.models import Portfolio
from notifications.oversight.navigation import message_tabs


@requires("strategy.view")
@require_safe
@never_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """What goes out in seven days and to how many, what is held and what was not sent, and why."""
    user = signed_in_user(request)
    portfolios = list(Portfolio.objects.visible_to(user).filter(is_active=True).order_by("name"))
    shown = _shown(portfolios, request.GET.get("portfolio", ""))
    today = clock.local_today(shown[0].time_zone) if len(shown) == 1 else timezone.localdate()
    first = _first(request.GET.get("from", ""), today)
    wanted = request.GET.get("wave", "")
    chosen = chosen_wave(wanted, shown)
    kept = {"portfolio": shown[0].code} if len(shown) == 1 and len(portfolios) > 1 else {}
    query = urlencode({**kept, "from": first.isoformat()}) + "&"
    close_href = f"{reverse('strategy:calendar')}?{query[:-1]}"
    context: dict[str, Any] = {
        "message_tabs": message_tabs(user, "strategy:calendar"),
        "portfolios": portfolios,
        "chosen_portfolio": kept.get("portfolio", ""),
        "first": first,
        "last": first + timedelta(days=DAYS - 1),
        "earlier_href": _week(kept, first - timedelta(days=DAYS)),
        "later_href": _week(kept, first + timedelta(days=DAYS)),
        "today_href": "" if first == today else _week(kept, today),
        "calendar": calendar_rows(
            week_of(shown, first), first=first, today=today, selected=wanted, query=query
        ),
        "wave": wave_context(chosen, user=user, close_href=close_href) if chosen else None,
        "strategies_href": reverse("strategy:list"),
        "hold_href": reverse("messages:hold_preview") if has_right(user, "message.hold") else "",
    }
    return TemplateResponse(request, "collections_app/strategy/calendar.html", context)


def _shown(portfolios: list[Portfolio], code: str) -> list[Portfolio]:
    """The portfolio that was chosen; all of them for none or one that is not the reader's."""
    return [row for row in portfolios if row.code == code] or portfolios


def _first(text: str, today: date) -> date:
    """The first of the seven days: the one named, else today."""
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return today
    far = timedelta(days=370)
    return min(max(named, today - far), today + far)


def _week(kept: dict[str, str], first: date) -> str:
    query = urlencode({**kept, "from": first.isoformat()})
    return f"{reverse('strategy:calendar')}?{query}"
