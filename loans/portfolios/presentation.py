"""What the pages of portfolios are given: texts and marks, ready to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from loans.portfolios.feeds import feed_name
from loans.portfolios.models import FeedWatermark, Portfolio
from loans.portfolios.notes import Note
from loans.portfolios.queries import PortfolioSummary

_CLOSE_MARKS = {"running": "running", "failed": "failed", "done": "done"}


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A feed with its age against the portfolio's limit."""

    feed: str
    through_on: Any
    age: str
    state: str


@dataclass(frozen=True, slots=True)
class PortfolioLine:
    href: str
    code: str
    name: str
    ledger: str
    business_date: Any
    is_active: bool
    loans: str
    cases: str
    feeds: tuple[FeedLine, ...]
    last_close_on: Any
    last_close_state: str
    last_close_name: str
    last_close_href: str


def portfolio_line(summary: PortfolioSummary, notes: Mapping[UUID, Note]) -> PortfolioLine:
    """Returns one line of the list."""
    row = summary.portfolio
    note = notes.get(row.pk, Note())
    return PortfolioLine(
        href=reverse("portfolios:detail", args=[row.code]),
        code=row.code,
        name=row.name,
        ledger=str(row.get_ledger_display()),
        business_date=row.business_date,
        is_active=row.is_active,
        loans=f"{summary.loan_count:,}",
        cases=f"{note.open_cases:,}",
        feeds=tuple(feed_line(mark, row) for mark in summary.feeds),
        last_close_on=note.last_close_on,
        last_close_state=_CLOSE_MARKS.get(note.last_close_state, "waiting"),
        last_close_name=note.last_close_name,
        last_close_href=note.last_close_href,
    )


def feed_line(mark: FeedWatermark, row: Portfolio) -> FeedLine:
    """Returns a feed with how old it is where the portfolio is, and whether that is too old."""
    days = max((clock.local_today(row.time_zone) - mark.through_on).days, 0)
    is_old = days > row.feed_limit_days
    age = ngettext("%(days)d day old", "%(days)d days old", days) % {"days": days}
    return FeedLine(feed_name(mark.feed), mark.through_on, age, "uncertain" if is_old else "done")


def portfolio_page(row: Portfolio, *, can_change: bool) -> dict[str, Any]:
    """Returns the context of one portfolio's page, but its forms."""
    here = [row.code]
    return {
        "portfolio": row,
        "facts": _facts(row),
        "missing_packs": _packs_missing(row),
        "products": [
            {
                "code": product.code,
                "name": product.name,
                "href": reverse("portfolios:product", args=[row.code, product.code])
                if can_change
                else "",
            }
            for product in row.products.all()
        ],
        "grants": [
            {
                "name": str(grant.team or grant.user),
                "kind": str(_("team") if grant.team else _("person")),
                "revoke_href": reverse("portfolios:revoke", args=[row.code, grant.pk])
                if can_change
                else "",
            }
            for grant in row.grants.select_related("team", "user").order_by("pk")
        ],
        "ways": [
            {
                "label": way.label,
                "label_zh": way.label_zh,
                "kind": str(way.get_kind_display()),
                "text": way.text,
                "text_zh": way.text_zh,
                "retire_href": reverse("portfolios:retire_way", args=[row.code, way.pk])
                if can_change
                else "",
            }
            for way in row.payment_instructions.filter(loan=None, is_active=True)
        ],
        "way_href": reverse("portfolios:add_way", args=here) if can_change else "",
        "feeds": [feed_line(mark, row) for mark in row.watermarks.all()],
        "back_href": reverse("portfolios:list"),
        "product_href": reverse("portfolios:add_product", args=here) if can_change else "",
        "grant_href": reverse("portfolios:add_grant", args=here) if can_change else "",
    }


def _packs_missing(row: Portfolio) -> list[str]:
    """The packs it names that have no version in force where it is: they close the gate."""
    missing: list[str] = import_string(settings.RULE_PACKS_MISSING)(
        row.rule_packs, clock.local_today(row.time_zone)
    )
    return missing


def _facts(row: Portfolio) -> list[tuple[str, str]]:
    return [
        (str(_("Books kept by")), str(row.get_ledger_display())),
        (str(_("Business date")), row.business_date.isoformat()),
        (str(_("Currency")), row.currency),
        (str(_("Country")), row.country),
        (str(_("Time zone")), row.time_zone),
        (str(_("Customer numbers")), row.customer_namespace),
        (str(_("Bucket scheme")), str(row.bucket_scheme)),
        (str(_("Rule packs")), ", ".join(row.rule_packs) or str(_("none: nobody may be called"))),
    ]
