"""What the list of portfolios says about cases and closes."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count
from django.urls import reverse

from collections_app.cases.models import Case
from collections_app.close.models import CloseRun
from loans.portfolios.notes import Note


def notes_by_portfolio(portfolio_ids: Collection[UUID]) -> dict[UUID, Note]:
    """Returns open cases and the newest close of each portfolio; two queries."""
    ids = list(portfolio_ids)
    open_cases = Case.objects.open().filter(portfolio__in=ids).order_by()
    counts = dict(open_cases.values_list("portfolio").annotate(Count("pk")))
    newest = CloseRun.objects.filter(portfolio__in=ids).order_by("portfolio_id", "-business_date")
    runs = {run.portfolio_id: run for run in newest.distinct("portfolio_id")}
    return {
        pk: Note(
            open_cases=counts.get(pk, 0),
            last_close_on=runs[pk].business_date if pk in runs else None,
            last_close_state=runs[pk].state if pk in runs else "",
            last_close_name=str(runs[pk].get_state_display()) if pk in runs else "",
            last_close_href=reverse("close:run", args=[runs[pk].pk]) if pk in runs else "",
        )
        for pk in ids
    }
