"""What the pages of messages have in common: the frame, the filters, a page of a list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import ngettext

from accounts.access.decorators import signed_in_user
from compliance.oversight.cells import Column, row_of
from compliance.oversight.queries import keyset_page
from loans.portfolios.models import Portfolio
from notifications.oversight.navigation import message_tabs

PAGE_SIZE = 50


def frame(request: HttpRequest, current: str) -> dict[str, Any]:
    """Returns what every page of messages is given; `current` is a URL name."""
    return {"message_tabs": message_tabs(signed_in_user(request), current)}


def portfolios_of(request: HttpRequest) -> list[Portfolio]:
    """Returns the portfolios of the reader, by code. One query."""
    user = signed_in_user(request)
    return list(Portfolio.objects.visible_to(user).order_by("code"))


def page_of(
    request: HttpRequest,
    *,
    rows: QuerySet[Any],
    at: str,
    address: str,
    is_oldest_first: bool = False,
) -> tuple[list[Any], dict[str, Any]]:
    """Returns the rows of one keyset page and where its neighbours are.

    Arguments: at, the instant that orders the rows; address, that of the list with its filters.
    404 for a key that is not one of ours.
    """
    after = request.GET.get("after", "")[:80]
    try:
        found, next_after = keyset_page(
            rows=rows, at=at, after=after, size=PAGE_SIZE, is_oldest_first=is_oldest_first
        )
    except ValueError:
        raise Http404 from None
    joint = "&" if "?" in address else "?"
    return found, {
        "shown": ngettext("%(n)s row on this page", "%(n)s rows on this page", len(found))
        % {"n": len(found)},
        "first_href": address if after else "",
        "next_href": f"{address}{joint}{urlencode({'after': next_after})}" if next_after else "",
    }


def table(columns: list[Column], rows: list[Any]) -> dict[str, Any]:
    """Returns the headings and rows of a list."""
    return {
        "headings": [column.heading for column in columns],
        "rows": [row_of(columns, row) for row in rows],
    }
