"""Acceleration: the day from which the whole loan is due, and its being taken back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.money import MoneyField
from loans.contracts.models import LoanFact


class Acceleration(LoanFact):
    """The lender called the whole loan due; the declaration reached the debtor on `value_on`.

    Replay does not read it: instalments, days past due and buckets stay those of the contract. It
    says what may be claimed and from when limitation runs.
    """

    called_amount = MoneyField(
        _("called due"), help_text=_("What was outstanding when the declaration was drawn up.")
    )
    document_ref = models.CharField(_("declaration"), max_length=120)
    reason = models.CharField(_("clause or law it rests on"), max_length=200)
    approved_by = models.CharField(_("approved by"), max_length=120)

    class Meta(LoanFact.Meta):
        verbose_name = _("acceleration")
        verbose_name_plural = _("accelerations")
        constraints = [
            models.CheckConstraint(
                condition=Q(called_amount__gt=0)
                & ~Q(document_ref="")
                & ~Q(reason="")
                & ~Q(approved_by=""),
                name="acceleration_declared",
            ),
            models.UniqueConstraint(fields=["loan", "document_ref"], name="acceleration_once"),
        ]

    def __str__(self) -> str:
        return f"{self.document_ref} {self.value_on}"


class AccelerationWithdrawal(LoanFact):
    """An acceleration taken back from `value_on` on: the loan runs by its instalments again."""

    acceleration = models.OneToOneField(
        Acceleration, on_delete=models.PROTECT, related_name="withdrawal"
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(LoanFact.Meta):
        verbose_name = _("acceleration taken back")
        verbose_name_plural = _("accelerations taken back")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="acceleration_taken_back_why"),
        ]

    def __str__(self) -> str:
        return str(self.value_on)
