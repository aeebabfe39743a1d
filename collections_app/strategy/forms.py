"""Forms of a strategy: its head, one line, the day of a preview, the decision."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collections_app.strategy.models import LineFlag, LineTrigger, StrategyLine
from collections_app.strategy.services import LineDraft
from core import clock
from loans.portfolios.models import Portfolio, Product
from notifications.templates.models import MessageTemplate


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HeadForm(forms.Form):
    """What holds for the whole version."""

    effective_from = forms.DateField(label=gettext_lazy("In force from"), widget=_day_input())
    days_between = forms.IntegerField(
        label=gettext_lazy("Days between messages"),
        min_value=1,
        max_value=60,
        initial=1,
        help_text=gettext_lazy("At most one message of this strategy to one person in so many."),
    )
    heated_days_between = forms.IntegerField(
        label=gettext_lazy("Days between messages, strained or hot"),
        min_value=1,
        max_value=30,
        required=False,
        help_text=gettext_lazy("Where the relationship is strained or hot. Empty: as for all."),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        usual, heated = data.get("days_between"), data.get("heated_days_between")
        if usual and heated and heated < usual:
            self.add_error(
                "heated_days_between", _("Who is angry is not written to more often than others.")
            )
        return data


class TemplateChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: MessageTemplate) -> str:
        return f"{obj.name} ({obj.get_channel_display()}, {obj.get_purpose_display()})"


class LineForm(forms.Form):
    """One line: for whom, which day, what, when."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=120)
    code = forms.SlugField(
        label=gettext_lazy("code"),
        max_length=40,
        help_text=gettext_lazy("Names the line over all versions: keep it while it says the same."),
    )
    trigger = forms.ChoiceField(label=gettext_lazy("counted from"), choices=LineTrigger)
    first_day = forms.IntegerField(label=gettext_lazy("first day"), min_value=0, max_value=4000)
    last_day = forms.IntegerField(label=gettext_lazy("last day"), min_value=0, max_value=4000)
    every_days = forms.IntegerField(
        label=gettext_lazy("every so many days"), min_value=1, max_value=365, initial=1
    )
    template = TemplateChoice(label=gettext_lazy("message"), queryset=None)
    send_at = forms.TimeField(
        label=gettext_lazy("at"),
        initial=time(10, 0),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Local time of the portfolio."),
    )
    useful_hours = forms.IntegerField(
        label=gettext_lazy("useful for, hours"), min_value=1, max_value=168, initial=10
    )
    buckets = forms.MultipleChoiceField(
        label=gettext_lazy("buckets"), required=False, widget=forms.CheckboxSelectMultiple
    )
    products: forms.ModelMultipleChoiceField[Product] = forms.ModelMultipleChoiceField(
        label=gettext_lazy("products"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("languages"),
        required=False,
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
    )
    with_flags = forms.MultipleChoiceField(
        label=gettext_lazy("only with"),
        required=False,
        choices=LineFlag,
        widget=forms.CheckboxSelectMultiple,
    )
    without_flags = forms.MultipleChoiceField(
        label=gettext_lazy("not with"),
        required=False,
        choices=LineFlag,
        widget=forms.CheckboxSelectMultiple,
    )
    least_amount = forms.DecimalField(
        label=gettext_lazy("at least past due"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
    )
    without_open_promise = forms.BooleanField(
        label=gettext_lazy("not while a promise is open"), required=False, initial=True
    )

    def __init__(
        self, *args: Any, portfolio: Portfolio, templates: QuerySet[MessageTemplate], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]
        self.fields["products"].queryset = portfolio.products.all()  # type: ignore[attr-defined]
        ranges = portfolio.bucket_scheme.ranges.all()
        self.fields["buckets"].choices = [(row.code, row.code) for row in ranges]  # type: ignore[attr-defined]

    def typed(self) -> dict[str, Any]:
        """Returns what was typed, unchecked, to show it again without a complaint."""
        return {name: self[name].data for name in self.fields}

    def draft(self) -> LineDraft:
        """Returns the line as the services take it."""
        data = dict(self.cleaned_data)
        for name in ("buckets", "languages", "with_flags", "without_flags"):
            data[name] = tuple(data[name])
        return LineDraft(**data | {"products": list(data["products"])})

    @staticmethod
    def initial_of(line: StrategyLine) -> dict[str, Any]:
        """Returns the fields of a line that stands."""
        names = [name for name in LineForm.base_fields if name != "products"]
        values = {name: getattr(line, name) for name in names}
        return values | {"products": list(line.products.values_list("pk", flat=True))}


class DayForm(forms.Form):
    """The day a preview counts for."""

    on = forms.DateField(label=gettext_lazy("Day"), widget=_day_input())

    def clean_on(self) -> date:
        """A day that lies ahead, and not so far that nothing can be said."""
        on: date = self.cleaned_data["on"]
        today = clock.now().date()
        if not today - timedelta(days=1) <= on <= today + timedelta(days=60):
            raise ValidationError(_("Choose a day from today on, at most 60 days ahead."))
        return on
