"""The filters of the compliance pages, checked against what their reader may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from compliance.oversight.incident_queries import IncidentFilters
from compliance.oversight.stop_queries import DAYS_BACK, StopFilters
from compliance.oversight.week_filter import WeekFilter
from compliance.oversight.weeks import Week, week_named, week_of
from compliance.stops.models import StopKind
from core import clock
from core.ids import uuid7
from loans.portfolios.models import Portfolio

#: How many weeks back the list of weeks offers; an address may name any earlier one.
WEEKS_OFFERED = 13


class PortfolioForm(forms.Form):
    """The portfolio a list is narrowed to. An unknown one is as if it did not exist."""

    portfolio = forms.ChoiceField(label=gettext_lazy("Portfolio"), required=False)

    def __init__(self, data: Any, *, portfolios: list[Portfolio]) -> None:
        super().__init__(data)
        self.offered = portfolios
        self.fields["portfolio"].choices = [  # type: ignore[attr-defined]
            ("", _("All portfolios")),
            *((str(one.pk), one.name) for one in portfolios),
        ]

    @property
    def names_unknown(self) -> bool:
        """Tells whether something was asked for that the reader does not have."""
        return bool(self.errors)

    @property
    def portfolio_id(self) -> UUID | None:
        text = self.cleaned_data.get("portfolio")
        return UUID(text) if text else None

    @property
    def portfolios(self) -> list[Portfolio]:
        return [one for one in self.offered if self.portfolio_id in (None, one.pk)]


class WeekForm(PortfolioForm):
    """The week and the portfolio that numbers are for, and the rule behind a refusal."""

    week = forms.ChoiceField(label=gettext_lazy("Week"), required=False)
    rule = forms.SlugField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, portfolios: list[Portfolio], user: User) -> None:
        super().__init__(data, portfolios=portfolios)
        self.this_week = week_of(clock.local_today(user.time_zone))
        weeks = [Week(self.this_week.monday)]
        while len(weeks) < WEEKS_OFFERED:
            weeks.append(weeks[-1].before)
        if (asked := self._asked()) and asked not in weeks:
            weeks.append(asked)
        self.fields["week"].choices = [(week.name, week_label(week)) for week in weeks]  # type: ignore[attr-defined]
        self.order_fields(["week", "portfolio"])

    def chosen(self) -> WeekFilter:
        """Returns the filters that the address names; without any, this week and everything."""
        name = self.cleaned_data.get("week")
        return WeekFilter(
            week=week_named(name) if name else self.this_week,
            portfolios=tuple(self.portfolios),
            portfolio=self.portfolio_id,
            rule=self.cleaned_data.get("rule", ""),
        )

    def _asked(self) -> Week | None:
        try:
            asked = week_named(self.data.get("week") or "")
        except ValueError:
            return None
        return asked if asked.monday <= self.this_week.monday else None


def week_label(week: Week) -> str:
    """Returns a week in words: its number, first and last day."""
    number = week.monday.isocalendar().week
    return _("Week %(number)d: %(first)s to %(last)s") % {
        "number": number,
        "first": date_format(week.monday, _("j M")),
        "last": date_format(week.sunday, _("j M Y")),
    }


class IncidentFilterForm(PortfolioForm):
    """Which incidents a list shows."""

    whose = forms.ChoiceField(
        label=gettext_lazy("Owner"),
        required=False,
        choices=[
            ("", gettext_lazy("Everybody's")),
            ("mine", gettext_lazy("Mine")),
            ("nobody", gettext_lazy("Nobody's")),
        ],
    )
    show = forms.ChoiceField(required=False, choices=[("open", ""), ("closed", "")])

    def filters(self) -> IncidentFilters:
        """Returns the filters that the address names."""
        return IncidentFilters(
            portfolio=self.portfolio_id,
            whose=self.cleaned_data.get("whose", ""),
            is_closed=self.cleaned_data.get("show") == "closed",
        )


class HandOverForm(forms.Form):
    """Who looks into an incident."""

    owner = forms.ModelChoiceField(
        label=gettext_lazy("Hand it to"),
        queryset=User.objects.none(),
        empty_label=gettext_lazy("Choose a person"),
    )

    def __init__(self, data: Any = None, *, people: QuerySet[User]) -> None:
        super().__init__(data)
        owner: Any = self.fields["owner"]
        owner.queryset = people
        owner.label_from_instance = lambda user: user.get_full_name()


class ConcludeForm(forms.Form):
    """What was found and done. The token makes a form that is sent twice count once."""

    conclusion = forms.CharField(
        label=gettext_lazy("What was found, and what was done about it"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> ConcludeForm:
        """Returns an empty form with a token of its own."""
        return cls(initial={"token": uuid7().hex})


class DecideForm(forms.Form):
    """Yes or no to an override, and why. The token makes a form that is sent twice count once."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    decision = forms.ChoiceField(choices=[("grant", ""), ("refuse", "")], widget=forms.HiddenInput)
    token = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> DecideForm:
        """Returns an empty form with a token of its own."""
        return cls(initial={"token": uuid7().hex})


class StopFilterForm(PortfolioForm):
    """Which stops a list shows."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Stop"),
        required=False,
        choices=[("", gettext_lazy("Every kind")), *StopKind.choices],
    )
    show = forms.ChoiceField(required=False, choices=[("force", ""), ("ended", "")])
    days = forms.ChoiceField(
        label=gettext_lazy("Ended within"),
        required=False,
        choices=[
            (str(days), format_lazy(gettext_lazy("{days} days"), days=days)) for days in DAYS_BACK
        ],
    )

    def filters(self) -> StopFilters:
        """Returns the filters that the address names."""
        values = self.cleaned_data
        return StopFilters(
            portfolios=tuple(self.portfolios),
            portfolio=self.portfolio_id,
            kind=values.get("kind", ""),
            is_ended=values.get("show") == "ended",
            days=int(values.get("days") or DAYS_BACK[0]),
        )
