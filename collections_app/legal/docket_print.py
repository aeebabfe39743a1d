"""The docket on paper: everything of one selection, days in bands from the overdue on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from collections_app.legal.docket_page import SPANS, VIEWS, DocketFilter, rows_of, select
from collections_app.legal.flow import ProceedingKind, Stage
from collections_app.legal.wording import upper_first
from core import clock
from loans.borrowers.presentation import lang_of
from loans.portfolios.models import Portfolio

#: More is no list to take to court; the page says that the rest is missing.
MOST_ROWS: Final = 500
#: The last day of each band, counted from today, and its heading; None: everything later.
BANDS: Final[tuple[tuple[int | None, Promise], ...]] = (
    (-1, gettext_lazy("Overdue")),
    (1, gettext_lazy("Today and tomorrow")),
    (3, gettext_lazy("Within 3 days")),
    (7, gettext_lazy("Within 7 days")),
    (14, gettext_lazy("Within 14 days")),
    (None, gettext_lazy("Later")),
)


def print_context(*, user: User, chosen: DocketFilter) -> dict[str, Any]:
    """Returns the context of the print view: all rows of a selection, up to `MOST_ROWS`."""
    rows, has_more = rows_of(select(user, chosen), start=0, size=MOST_ROWS)
    return {
        "show": chosen.show,
        "bands": _bands(rows) if chosen.show == "due" else _whole(chosen, rows),
        "row_count": len(rows),
        "has_more": has_more,
        "selection": _selection(user, chosen),
        "back_href": chosen.href(),
        "printed_by": user.get_full_name(),
        "printed_by_lang": lang_of(user.get_full_name()),
        "printed_at": clock.local_now(user.time_zone),
        "zone_name": user.time_zone,
    }


def _whole(chosen: DocketFilter, rows: list[Any]) -> list[dict[str, Any]]:
    return [{"heading": VIEWS[chosen.show], "rows": rows}] if rows else []


def _bands(rows: Iterable[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"heading": word, "rows": []} for _last, word in BANDS]
    for row in rows:
        left = row["line"].days_left
        at = next(at for at, (last, _w) in enumerate(BANDS) if last is None or left <= last)
        found[at]["rows"].append(row)
    return [band for band in found if band["rows"]]


def _selection(user: User, chosen: DocketFilter) -> list[dict[str, str]]:
    """What was chosen, in words, so that the sheet says what it leaves out."""
    words = [
        str(VIEWS[chosen.show]),
        _("Mine") if chosen.whose == "mine" else _("All"),
    ]
    if chosen.show == "due":
        words.append(_("due within: %(span)s") % {"span": SPANS[chosen.within][0]})
    if chosen.kind:
        words.append(upper_first(str(ProceedingKind(chosen.kind).label)))
    if chosen.strength:
        words.append(_("hard") if chosen.strength == "hard" else _("soft"))
    if chosen.stage and chosen.show == "matters":
        words.append(str(Stage(chosen.stage).label))
    told = [{"text": word, "lang": ""} for word in words]
    portfolio = Portfolio.objects.visible_to(user).filter(code=chosen.portfolio).first()
    if portfolio is not None:
        told.append({"text": portfolio.name, "lang": lang_of(portfolio.name)})
    return told
