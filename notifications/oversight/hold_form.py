"""The form of a hold: of what, until when, why; and the number of messages it would keep back."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.registers.entry_form import moment_field
from core import clock
from loans.contracts.models import Loan, PartyRole
from loans.portfolios.models import Portfolio
from notifications.oversight.forms import TokenForm


class HoldForm(TokenForm):
    """Keeps messages back: of a portfolio, a line of its plan, a person or a loan."""

    portfolio = forms.ModelChoiceField(
        queryset=Portfolio.objects.none(),
        label=gettext_lazy("Portfolio"),
        to_field_name="code",
    )
    what = forms.ChoiceField(
        label=gettext_lazy("What is held"),
        choices=[
            ("portfolio", gettext_lazy("every message of the portfolio")),
            ("step", gettext_lazy("one line of its plan")),
            ("party", gettext_lazy("messages to one person")),
            ("loan", gettext_lazy("messages about one loan")),
        ],
    )
    step = forms.CharField(
        label=gettext_lazy("Line of the plan"), required=False, max_length=60, strip=True
    )
    contract_no = forms.CharField(
        label=gettext_lazy("Contract number"),
        required=False,
        max_length=60,
        strip=True,
        help_text=gettext_lazy("Of the loan, or of a loan of the person."),
    )
    until = moment_field(
        gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy(
            "On the portfolio's clock. Empty: until somebody releases it. What loses its purpose"
            " meanwhile expires and is not sent late."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=200,
        strip=True,
        error_messages={"required": gettext_lazy("Say why the messages are held.")},
    )

    def __init__(
        self, *args: Any, portfolios: QuerySet[Portfolio], loans: QuerySet[Loan], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["portfolio"].queryset = portfolios  # type: ignore[attr-defined]
        self.loans = loans
        self.loan: Loan | None = None

    def clean(self) -> dict[str, Any]:
        """Finds the loan that was named, and asks for what the choice needs."""
        data = super().clean() or {}
        what = data.get("what")
        if what == "step" and not data.get("step"):
            self.add_error("step", _("Say which line of the plan."))
        if what in ("party", "loan"):
            self._find_loan(data)
        if data.get("portfolio") and data.get("until") and not self._ends_later():
            self.add_error("until", _("The hold must end in the future."))
        return data

    def ends_at(self) -> datetime | None:
        """Returns the instant it ends, on the portfolio's clock; None until it is released."""
        until: datetime | None = self.cleaned_data.get("until")
        if until is None:
            return None
        portfolio: Portfolio = self.cleaned_data["portfolio"]
        return until.replace(tzinfo=ZoneInfo(portfolio.time_zone))

    def held(self) -> dict[str, Any]:
        """Returns what a valid form holds, as the service takes it."""
        what, found = self.cleaned_data["what"], self.loan
        borrower = found.parties.filter(role=PartyRole.BORROWER).first() if found else None
        return {
            "portfolio": self.cleaned_data["portfolio"],
            "step": self.cleaned_data["step"] if what == "step" else "",
            "party": borrower.party if borrower and what == "party" else None,
            "loan": found if what == "loan" else None,
        }

    def _ends_later(self) -> bool:
        ends_at = self.ends_at()
        return ends_at is None or ends_at > clock.now()

    def _find_loan(self, data: dict[str, Any]) -> None:
        number, portfolio = data.get("contract_no"), data.get("portfolio")
        if not number:
            self.add_error("contract_no", _("Give the contract number."))
        elif portfolio is not None:
            self.loan = self.loans.filter(portfolio=portfolio, contract_no=number).first()
            if self.loan is None:
                self.add_error("contract_no", _("The portfolio has no such contract."))
