"""The filters of a report, checked against what its reader may see."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reporting.dashboards.periods import LONGEST_DAYS, ONE_DAY, PeriodName, period_of
from reporting.dashboards.report_filter import ReportFilter
from reporting.dashboards.scope import ReportScope, books_of, last_closed_day
from reporting.rollups.books import SPANS
from reporting.rollups.models import LEFT_THE_BOOK

Choices = list[tuple[str, Any]]

#: Stands for the last close where there is no portfolio; nothing is read then.
NO_BOOKS = dt.date(2000, 1, 1)

#: What a report is narrowed to by a choice; an unknown one is as if it did not exist.
CHOSEN = ("currency", "portfolio", "team", "agent", "product", "bucket", "from_place", "to_place")


class LongSelect(forms.Select):
    """A choice out of hundreds, written in one go: Django renders a template for each of them."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "\n",
            "<option{}>{}</option>",
            (
                (flatatt({"value": option["value"], **option["attrs"]}), option["label"])
                for _group, members, _index in widget["optgroups"]
                for option in members
            ),
        )
        return format_html(
            '<select name="{}"{}>{}</select>', name, flatatt(widget["attrs"]), options
        )


def _select(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, widget=LongSelect)


class FilterForm(forms.Form):
    """Reads the filters from an address. Every choice is limited to the reader's scope."""

    currency = _select(gettext_lazy("Currency"))
    portfolio = _select(gettext_lazy("Portfolio"))
    team = _select(gettext_lazy("Team"))
    agent = _select(gettext_lazy("Agent"))
    product = _select(gettext_lazy("Product"))
    bucket = _select(gettext_lazy("Bucket"))
    period = forms.ChoiceField(
        label=gettext_lazy("Period"), required=False, choices=PeriodName.choices
    )
    start = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    end = forms.DateField(
        label=gettext_lazy("Through"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    span = forms.ChoiceField(required=False, choices=[(str(span), span) for span in SPANS])
    from_place = _select("")
    to_place = _select("")

    def __init__(self, data: Any, *, scope: ReportScope) -> None:
        super().__init__(data)
        self.scope = scope
        wanted = self.data.get("currency")
        self.shown_currency = (
            wanted if wanted in scope.currencies else next(iter(_by_size(scope)), "")
        )
        self.portfolios = scope.of_currency(self.shown_currency)
        codes = [(name.code, name.code) for name in scope.buckets_of(self.portfolios)]
        exits = [(place, place) for place in LEFT_THE_BOOK]
        held = {one.pk for one in self.portfolios}
        choices: dict[str, tuple[str, Choices]] = {
            "currency": ("", [(code, code) for code in scope.currencies]),
            "portfolio": (_("All portfolios"), [(str(p.pk), p.name) for p in self.portfolios]),
            "team": (_("All teams"), [(str(team.pk), team.name) for team in scope.teams]),
            "agent": (_("Everybody"), [(str(a.pk), a.get_full_name()) for a in scope.agents]),
            "product": (
                _("All products"),
                [(str(p.pk), p.name) for p in scope.products if p.portfolio_id in held],
            ),
            "bucket": (_("All buckets"), codes),
            "from_place": ("", codes),
            "to_place": ("", codes + exits),
        }
        for name, (everything, found) in choices.items():
            self.fields[name].choices = [("", everything), *found]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Dates of one's own: both, in order, not ahead of the books, at most a year."""
        values = dict(self.cleaned_data)
        start, end = values.get("start"), values.get("end")
        if values.get("period") != PeriodName.CUSTOM or {"start", "end"} & set(self.errors):
            return values
        if start is None or end is None:
            raise ValidationError(_("Give both days: from and through."))
        if start > end:
            raise ValidationError(_("The first day lies after the last one."))
        if self.portfolios and end > last_closed_day(self.portfolios) + ONE_DAY:
            raise ValidationError(_("The books have not come to that day yet."))
        if (end - start).days >= LONGEST_DAYS:
            raise ValidationError(_("Choose at most %(days)d days.") % {"days": LONGEST_DAYS})
        return values

    def names_unknown(self) -> bool:
        """Tells whether a choice was asked for that the reader does not have."""
        return any(name in self.errors for name in (*CHOSEN, "period", "span"))

    def chosen(self) -> ReportFilter:
        """Returns the filters; with refused dates, those of yesterday. One query."""
        values = self.cleaned_data
        portfolio = _id(values.get("portfolio"))
        portfolios = [p for p in self.portfolios if portfolio in (None, p.pk)]
        name = PeriodName(values.get("period") or PeriodName.YESTERDAY)
        if name == PeriodName.CUSTOM and self.errors:
            name = PeriodName.YESTERDAY
        period = period_of(
            name=name,
            last_closed=last_closed_day(portfolios) if portfolios else NO_BOOKS,
            start=values.get("start"),
            end=values.get("end"),
        )
        return ReportFilter(
            currency=self.shown_currency,
            portfolio_ids=tuple(one.pk for one in portfolios),
            books=tuple(books_of(portfolios=portfolios, period=period)),
            period=period,
            span=int(values.get("span") or 30),
            portfolio=portfolio,
            team=_id(values.get("team")),
            agent=_id(values.get("agent")),
            product=_id(values.get("product")),
            bucket=values.get("bucket") or "",
            from_place=values.get("from_place") or "",
            to_place=values.get("to_place") or "",
        )


def _by_size(scope: ReportScope) -> list[str]:
    """Currencies, the one of most active portfolios first."""
    counted = dict.fromkeys(scope.currencies, 0)
    for portfolio in scope.portfolios:
        counted[portfolio.currency] += portfolio.is_active
    return sorted(counted, key=lambda code: (-counted[code], code))


def _id(text: str | None) -> UUID | None:
    return UUID(text) if text else None
