"""What the pages of compliance have in common: the filters of an address, and the frame."""

from __future__ import annotations

from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import ngettext

from accounts.access.decorators import signed_in_user
from compliance.navigation import compliance_tabs
from compliance.oversight.cells import ListRow, row_of
from compliance.oversight.forms import PortfolioForm, WeekForm
from compliance.oversight.measures import Kind
from compliance.oversight.queries import keyset_page
from compliance.oversight.tables import columns_of, with_contracts, with_shown
from loans.portfolios.models import Portfolio

PAGE_SIZE = 50

FormT = TypeVar("FormT", bound=PortfolioForm)


def read_week(request: HttpRequest) -> WeekForm:
    """Reads week, portfolio and rule from an address; 404 for what its reader does not have."""
    user = signed_in_user(request)
    form = WeekForm(request.GET, portfolios=portfolios_of(request), user=user)
    return known(form)


def read_portfolio(request: HttpRequest) -> PortfolioForm:
    """Reads the portfolio from an address; 404 for one that its reader does not have."""
    return known(PortfolioForm(request.GET, portfolios=portfolios_of(request)))


def portfolios_of(request: HttpRequest) -> list[Portfolio]:
    """Returns the portfolios of the reader, by code. One query."""
    user = signed_in_user(request)
    return list(Portfolio.objects.visible_to(user).order_by("code"))


def frame(request: HttpRequest, current: str) -> dict[str, Any]:
    """Returns what every page of compliance is given; `current` is a URL name."""
    return {"compliance_tabs": compliance_tabs(signed_in_user(request), current)}


def table(kind: Kind, lines: list[Any]) -> dict[str, Any]:
    """Returns the headings and rows of a list."""
    columns = columns_of(kind)
    rows: list[ListRow] = [row_of(columns, line) for line in with_contracts(kind, lines)]
    return {"headings": [column.heading for column in columns], "rows": rows}


def listed(
    request: HttpRequest,
    *,
    kind: Kind,
    rows: QuerySet[Any],
    at: str,
    address: str,
    is_oldest_first: bool = False,
) -> dict[str, Any]:
    """Returns one page of a list: headings, rows, and where the next page is.

    Arguments: at, the instant that orders the rows; address, that of the list with its filters.
    """
    after = request.GET.get("after", "")[:80]
    try:
        lines, next_after = keyset_page(
            rows=with_shown(kind, rows),
            at=at,
            after=after,
            size=PAGE_SIZE,
            is_oldest_first=is_oldest_first,
        )
    except ValueError:
        raise Http404 from None
    return {
        **table(kind, lines),
        "shown": ngettext("%(n)s row on this page", "%(n)s rows on this page", len(lines))
        % {"n": len(lines)},
        "first_href": address if after else "",
        "next_href": f"{address}&{urlencode({'after': next_after})}" if next_after else "",
    }


def known(form: FormT) -> FormT:
    """Checks the filters of an address; 404 for what its reader does not have."""
    form.is_valid()
    if form.names_unknown:
        raise Http404
    return form
