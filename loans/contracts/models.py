"""Loans, who signed them, and their schedules as stated or generated on a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ModelT, ScopedQuerySet
from core.facts.models import FactModel
from core.ids import uuid7_pk
from core.money import MoneyField
from loans.borrowers.models import Party
from loans.portfolios.models import Portfolio, PortfolioRowQuerySet, Product

if TYPE_CHECKING:
    from accounts.models import User


class LoanQuerySet(ScopedQuerySet["Loan"]):
    def scoped_to(self, user: User) -> Self:
        """Loans of the portfolios that the user may see."""
        return self.standing().filter(portfolio__in=Portfolio.objects.visible_to(user))

    def standing(self) -> Self:
        """Loans in the books: those whose import was undone are not."""
        return self.filter(withdrawn_at__isnull=True)


class LoanRowQuerySet(ScopedQuerySet[ModelT], Generic[ModelT]):
    """Rows that belong to a loan: its facts and what is derived from them."""

    def scoped_to(self, user: User) -> Self:
        return self.filter(loan__portfolio__in=Portfolio.objects.visible_to(user))


class Loan(models.Model):
    """One debt under one contract. What is owed on it is derived from facts, never typed here."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, related_name="loans", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="loans")
    contract_no = models.CharField(_("contract number"), max_length=60)
    started_on = models.DateField(_("paid out on"))
    principal_amount = MoneyField(_("amount financed"))
    terms = models.JSONField(
        _("terms"),
        default=dict,
        blank=True,
        help_text=_("As signed: rate, periods, method, first due date. Empty when not known."),
    )
    region = models.CharField(_("region"), max_length=40, blank=True)
    attributes = models.JSONField(
        _("other attributes"),
        default=dict,
        blank=True,
        help_text=_("What the lender's file says and no rule reads, e.g. credit score."),
    )
    batch = models.ForeignKey(
        "loans.ImportBatch", on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(
        _("withdrawn"),
        null=True,
        blank=True,
        help_text=_("Taken out of the books with the import that had opened it."),
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        ordering = ["contract_no"]
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "contract_no"],
                condition=Q(withdrawn_at__isnull=True),
                name="contract_no_once",
            ),
            models.CheckConstraint(
                condition=Q(principal_amount__gt=0), name="loan_principal_positive"
            ),
        ]
        indexes = [
            # The portfolio first: a common beginning is then searched in the reader's own only.
            models.Index(
                fields=["portfolio", "contract_no"],
                name="loan_contract_no_prefix",
                opclasses=["uuid_ops", "text_pattern_ops"],
            ),
        ]

    def __str__(self) -> str:
        return self.contract_no


class PartyRole(models.TextChoices):
    BORROWER = "borrower", _("borrower")
    CO_BORROWER = "co_borrower", _("co-borrower")
    GUARANTOR = "guarantor", _("guarantor")
    REFERENCE = "reference", _("reference")


#: Roles that owe the debt and may be told about it; a reference never is.
LIABLE_ROLES = frozenset({PartyRole.BORROWER, PartyRole.CO_BORROWER, PartyRole.GUARANTOR})


class LoanParty(models.Model):
    """Who stands in which role to a loan."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="parties", db_index=False)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="loans")
    role = models.CharField(max_length=12, choices=PartyRole)
    relationship = models.CharField(_("relationship"), max_length=60, blank=True)

    objects = LoanRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("party of a loan")
        verbose_name_plural = _("parties of loans")
        constraints = [
            models.UniqueConstraint(fields=["loan", "party", "role"], name="loan_party_once"),
            models.UniqueConstraint(
                fields=["loan"], condition=Q(role="borrower"), name="loan_one_borrower"
            ),
            models.CheckConstraint(condition=Q(role__in=PartyRole.values), name="party_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"


class ScheduleOrigin(models.TextChoices):
    STATED = "stated", _("stated by the lender")
    GENERATED = "generated", _("made from the terms")
    EXTENSION = "extension", _("extension")
    RESCHEDULE = "reschedule", _("reschedule")


class LoanFact(FactModel):
    """What every fact about a loan carries: the day it counts from and where it came from."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="+")
    value_on = models.DateField(_("counts from"))
    external_ref = models.CharField(_("reference of the source"), max_length=80, blank=True)
    batch = models.ForeignKey(
        "loans.ImportBatch", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    entered_by = models.CharField(_("entered by"), max_length=120)

    objects = LoanRowQuerySet.as_manager()

    class Meta(FactModel.Meta):
        abstract = True


def batch_index(name: str) -> BrinIndex:
    """Returns the index by which undoing finds what one import brought.

    The ids of imports grow with time and the rows of one lie together, so the least and the
    greatest id of every few pages suffice; loading pays next to nothing for them.
    """
    return BrinIndex(
        fields=["batch"],
        name=name,
        condition=Q(batch__isnull=False),
        pages_per_range=32,
        autosummarize=True,
    )


class Schedule(LoanFact):
    """The instalments as they stand from `value_on`; a later version replaces those still open.

    One row per version, the instalments as arrays of equal length: a schedule is written once and
    read whole.
    """

    version = models.PositiveSmallIntegerField(_("version"))
    origin = models.CharField(max_length=12, choices=ScheduleOrigin)
    numbers = ArrayField(models.PositiveSmallIntegerField())
    from_dates = ArrayField(models.DateField())
    due_dates = ArrayField(models.DateField())
    principals = ArrayField(MoneyField())
    interests = ArrayField(MoneyField())
    fees = ArrayField(MoneyField())
    starts_with_down_payment = models.BooleanField(
        default=False, help_text=_("The first instalment is the down payment.")
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(LoanFact.Meta):
        verbose_name = _("schedule")
        verbose_name_plural = _("schedules")
        indexes = [batch_index("schedule_batch")]
        constraints = [
            models.UniqueConstraint(fields=["loan", "version"], name="schedule_version_once"),
            models.CheckConstraint(
                condition=Q(origin__in=ScheduleOrigin.values), name="schedule_origin_known"
            ),
            models.CheckConstraint(
                condition=Q(numbers__len__gte=1)
                & Q(numbers__len=models.F("due_dates__len"))
                & Q(numbers__len=models.F("from_dates__len"))
                & Q(numbers__len=models.F("principals__len"))
                & Q(numbers__len=models.F("interests__len"))
                & Q(numbers__len=models.F("fees__len")),
                name="schedule_arrays_agree",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} v{self.version}"


class InstructionKind(models.TextChoices):
    BANK = "bank", _("bank transfer")
    COUNTER = "counter", _("at a counter")
    CARD_LINK = "card_link", _("card, hosted page")
    ALIPAY = "alipay", _("Alipay link")
    WECHAT = "wechat", _("WeChat Pay link")


class PaymentInstruction(models.Model):
    """How to pay: for a whole portfolio, or for one loan where the lender gives its own.

    In two languages; where one is empty the other is said. `{reference}` in a text or link is what
    names the payment: the number of the contract. It never holds a card number.
    """

    id = uuid7_pk()
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, related_name="payment_instructions"
    )
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_instructions"
    )
    kind = models.CharField(max_length=9, choices=InstructionKind)
    label = models.CharField(_("label"), max_length=80)
    label_zh = models.CharField(
        _("label in Chinese"), max_length=80, blank=True, default="", db_default=""
    )
    text = models.TextField(
        _("account, place or link"),
        max_length=500,
        help_text=_("{reference} stands for the number of the contract."),
    )
    text_zh = models.TextField(
        _("the same in Chinese"), max_length=500, blank=True, default="", db_default=""
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = PortfolioRowQuerySet.as_manager()

    class Meta:
        ordering = ["portfolio", "kind"]
        verbose_name = _("payment instruction")
        verbose_name_plural = _("payment instructions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=InstructionKind.values), name="instruction_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.label
