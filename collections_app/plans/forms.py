"""The forms of plans: what is proposed, the decision, why one is cancelled."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from functools import cached_property
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from collections_app.cases.models import Case
from collections_app.hardship.queries import who_owes
from collections_app.plans.flow import MODIFICATIONS, MOVING, PAID, PlanKind
from collections_app.plans.limits import Excess, beyond, limits_of
from collections_app.plans.queries import affordable_on, granted_in_year, standing_of
from collections_app.plans.terms import (
    MOST_PARTS,
    NOTHING,
    Rhythm,
    Standing,
    Terms,
    check_terms,
    spread,
)
from collections_app.promises.limits import Part
from core.ids import uuid7
from loans.borrowers.models import Party
from loans.borrowers.presentation import shown_name

_CENT: Final = Decimal("0.01")
#: Where nobody says otherwise, and was asked what is affordable: so many payments, the first in
#: so many days.
USUAL_COUNT: Final = 3
USUAL_DAYS: Final = 7


def _money(label: Any, *, required: bool, hint: Any = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal("0.01"),
        max_digits=14,
        decimal_places=2,
        help_text=hint,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )


class PlanForm(forms.Form):
    """One kind of plan. Beyond the user's own limit it is valid only with `ask`.

    `terms()` and `excess` are there once the fields are valid.
    """

    who = forms.ModelChoiceField(
        label=gettext_lazy("Who agrees"), queryset=Party.objects.none(), empty_label=None
    )
    pay_now = _money(gettext_lazy("Pays today"), required=False)
    count = forms.IntegerField(
        label=gettext_lazy("Payments after that"), min_value=1, max_value=MOST_PARTS
    )
    amount = _money(
        gettext_lazy("Amount of each"),
        required=False,
        hint=gettext_lazy("Empty: what is past due, shared evenly."),
    )
    first_on = forms.DateField(
        label=gettext_lazy("First of them on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    rhythm = forms.ChoiceField(label=gettext_lazy("How often"), choices=Rhythm.choices)
    months = forms.IntegerField(label=gettext_lazy("Months"), min_value=1, max_value=12)
    given_up = _money(gettext_lazy("Amount given up"), required=True)
    ask = forms.BooleanField(label=gettext_lazy("Ask a second person"), required=False)
    kind = forms.CharField(widget=forms.HiddenInput, max_length=11)
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    lease = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, case: Case, user: User, kind: PlanKind) -> None:
        super().__init__(data)
        self.case, self.user, self.plan_kind = case, user, kind
        for name in _not_asked(kind):
            del self.fields[name]
        who: Any = self.fields["who"]
        who.queryset = who_owes(case)
        who.label_from_instance = shown_name
        if kind == PlanKind.DEFERRAL:
            self.fields["months"].label = _("Instalments moved to the end")
        if kind == PlanKind.SETTLEMENT:
            self.fields["amount"].required = True
            self.fields["amount"].help_text = ""
        if data is None:
            self.initial = self._usual()

    @cached_property
    def standing(self) -> Standing:
        return standing_of(self.case.loan)

    @cached_property
    def affordable(self) -> Decimal | None:
        return affordable_on(self.case)[1]

    def terms(self) -> Terms:
        """Returns what was filled in."""
        data = self.cleaned_data
        return Terms(
            kind=self.plan_kind,
            parts=self._parts() if self.plan_kind in PAID else (),
            months=data["months"] if self.plan_kind in MOVING else 0,
            given_up=data["given_up"] if self.plan_kind == PlanKind.WAIVER else NOTHING,
        )

    @cached_property
    def excess(self) -> list[Excess]:
        """The limits of the user's role that the plan goes beyond."""
        return beyond(
            terms=self.terms(),
            limits=limits_of(self.user.role)[self.plan_kind],
            standing=self.standing,
            granted=granted_in_year(self.case.loan, self.plan_kind),
            affordable=self.affordable,
            currency=self.case.portfolio.currency,
            language=get_language() or "en",
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        try:
            check_terms(self.terms(), self.standing)
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return data
        if self.excess and not data.get("ask"):
            self.add_error(None, " ".join(excess.sentence for excess in self.excess))
            self.add_error(None, _("Ask a second person, or agree on what you may agree to."))
        return data

    def _parts(self) -> tuple[Part, ...]:
        data = self.cleaned_data
        now, count = data["pay_now"] or Decimal(0), data["count"]
        amount = data["amount"]
        even = amount or self._even(count, now)
        if even <= 0:
            return spread(
                count=0, amount=even, pay_now=now, today=self.standing.today, **self._days()
            )
        parts = spread(
            count=count, amount=even, pay_now=now, today=self.standing.today, **self._days()
        )
        if amount:
            return parts
        rest = self.standing.past_due - now - even * (count - 1)
        return (*parts[:-1], Part(rest, parts[-1].due_on))

    def _days(self) -> dict[str, Any]:
        return {"first_on": self.cleaned_data["first_on"], "rhythm": self.cleaned_data["rhythm"]}

    def _even(self, count: int, now: Decimal) -> Decimal:
        left = max(self.standing.past_due - now, Decimal(0))
        return (left / count).quantize(_CENT, rounding=ROUND_DOWN)

    def _affordable_count(self) -> int:
        """So many months as what is affordable takes to pay what is past due, where it is known."""
        if not self.affordable or self.plan_kind != PlanKind.ARRANGEMENT:
            return USUAL_COUNT
        months = (self.standing.past_due / self.affordable).to_integral_value(ROUND_CEILING)
        return min(max(int(months), 1), MOST_PARTS)

    def _usual(self) -> dict[str, Any]:
        return {
            "who": self.case.borrower_id,
            "count": self._affordable_count(),
            "first_on": self.standing.today + timedelta(days=USUAL_DAYS),
            "rhythm": Rhythm.MONTH,
            "months": 1,
            "ask": self.plan_kind in MODIFICATIONS,
            "kind": self.plan_kind.value,
            "token": str(uuid7()),
        }


def _not_asked(kind: PlanKind) -> tuple[str, ...]:
    payments = ("pay_now", "count", "amount", "first_on", "rhythm")
    if kind in PAID:
        return ("months", "given_up")
    return (*payments, "given_up") if kind in MOVING else (*payments, "months")


class DecidePlanForm(forms.Form):
    """Yes or no; a refusal says why."""

    decision = forms.ChoiceField(choices=[("agree", "agree"), ("refuse", "refuse")])
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A refusal needs one: it is shown to who asked. No card numbers."),
    )


class CancelPlanForm(forms.Form):
    """Why a plan ends before its end."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is cancelled"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
