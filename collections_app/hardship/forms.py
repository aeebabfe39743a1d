"""The form of a talk about hardship: why, a month in few fields, when to look again."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from collections_app.cases.models import Case
from collections_app.contacts.asks import WhyLate
from collections_app.hardship.flow import Budget
from collections_app.hardship.queries import who_owes
from collections_app.hardship.services import LONGEST_NOTE
from core.ids import uuid7
from loans.borrowers.models import Party
from loans.borrowers.presentation import shown_name

#: Figure of the month -> what it is called.
FIGURES = {
    "net_income": gettext_lazy("Pay after tax"),
    "other_income": gettext_lazy("Other income"),
    "housing": gettext_lazy("Rent and utilities"),
    "living": gettext_lazy("Food, family, health"),
    "car": gettext_lazy("Car, without this loan"),
    "other_debts": gettext_lazy("Other debts"),
}


class BudgetForm(forms.Form):
    """A month of the household; what is left empty is nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in FIGURES.items():
            self.fields[name] = forms.DecimalField(
                label=label,
                required=name == "net_income",
                min_value=Decimal(0),
                max_digits=11,
                decimal_places=2,
                widget=forms.NumberInput(
                    attrs={"step": "0.01", "inputmode": "decimal", "autocomplete": "off"}
                ),
            )

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[name] for name in FIGURES]

    def budget(self) -> Budget:
        """Returns the month as it was filled in."""
        none = Decimal("0.00")
        data = self.cleaned_data
        return Budget(**{field.name: data.get(field.name) or none for field in fields(Budget)})


class TalkForm(BudgetForm):
    """A whole talk about hardship."""

    who = forms.ModelChoiceField(
        label=gettext_lazy("Who was asked"), queryset=Party.objects.none(), empty_label=None
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why it is late"), choices=[("", "–"), *WhyLate.choices]
    )
    review_on = forms.DateField(
        label=gettext_lazy("Look at it again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Kept sealed. No card numbers."),
    )
    is_looked_at = forms.BooleanField(
        label=gettext_lazy("Hardship is being looked at: put the stop on"), required=False
    )
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        case: Case,
        reason: str = "",
        person: Any = None,
        begins_with: str = "reason",
    ) -> None:
        super().__init__(data)
        if data is None:
            self.fields[begins_with].widget.attrs["autofocus"] = True
        who: Any = self.fields["who"]
        who.queryset = who_owes(case)
        who.label_from_instance = shown_name
        if data is None:
            self.initial = {
                "who": person or case.borrower_id,
                "reason": reason,
                "is_looked_at": True,
                "token": str(uuid7()),
            }
