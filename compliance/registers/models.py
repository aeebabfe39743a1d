"""That something on record about a person, a loan or a portfolio changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.facts.models import FactModel
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio


class RegisterChange(FactModel):
    """A row was added to a register or changed there; whoever keeps the gate's answers asks again.

    Written by a trigger of each register, in the transaction of the change.
    """

    TOPIC = "compliance.register_changed"

    register = models.CharField(max_length=20)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta(FactModel.Meta):
        verbose_name = _("change of a register")
        verbose_name_plural = _("changes of registers")

    def __str__(self) -> str:
        return f"{self.register} {self.pk}"
