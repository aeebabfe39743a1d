"""Money facts of a loan: repayments and their fate, charges, waivers, write-offs, refunds."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from core.money import MoneyField
from loans.contracts.models import Loan, LoanFact, LoanRowQuerySet, batch_index
from loans.portfolios.models import Portfolio, PortfolioRowQuerySet


class RepaymentKind(models.TextChoices):
    """Why money came in; the product's allocation order may treat kinds apart."""

    REGULAR = "regular", _("repayment")
    DOWN_PAYMENT = "down_payment", _("down payment")
    SETTLEMENT = "settlement", _("settlement")
    RECOVERY = "recovery", _("recovery after write-off")
    GOODWILL_CREDIT = "goodwill_credit", _("goodwill credit")
    MERCHANT_REFUND = "merchant_refund", _("dealer refund")
    PAYOUT_REFUND = "payout_refund", _("payout refund")


class RepaymentState(models.TextChoices):
    PENDING = "pending", _("pending")
    SETTLED = "settled", _("settled")
    RETURNED = "returned", _("returned")


class Repayment(LoanFact):
    """Money received, in its state on arrival; later changes of state are facts of their own."""

    amount = MoneyField(_("amount"))
    kind = models.CharField(max_length=16, choices=RepaymentKind, default=RepaymentKind.REGULAR)
    state = models.CharField(max_length=8, choices=RepaymentState, default=RepaymentState.SETTLED)
    method = models.CharField(_("method"), max_length=40, blank=True)
    edition = models.PositiveSmallIntegerField(
        _("edition"),
        default=0,
        db_default=0,
        help_text=_("How often this reference was here before with an import that was undone."),
    )

    class Meta(LoanFact.Meta):
        verbose_name = _("repayment")
        verbose_name_plural = _("repayments")
        indexes = [batch_index("repayment_batch")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="repayment_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=RepaymentKind.values), name="repayment_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "settled"]), name="repayment_arrives_alive"
            ),
            models.UniqueConstraint(
                fields=["loan", "external_ref", "edition"],
                condition=~Q(external_ref=""),
                name="repayment_ref_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.value_on}"


class RepaymentStateChange(LoanFact):
    """A pending repayment settled, or one was returned (bounced, charged back by the bank)."""

    repayment = models.ForeignKey(Repayment, on_delete=models.PROTECT, related_name="changes")
    state = models.CharField(max_length=8, choices=RepaymentState)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(LoanFact.Meta):
        verbose_name = _("repayment state change")
        verbose_name_plural = _("repayment state changes")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["settled", "returned"]), name="repayment_change_forward"
            ),
            models.UniqueConstraint(fields=["repayment", "state"], name="repayment_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.repayment_id} {self.state}"


class ChargeKind(models.TextChoices):
    FEE = "fee", _("fee")
    PENALTY = "penalty", _("late charge")


class Charge(LoanFact):
    """A fee or late charge added to what is owed, due on a day."""

    kind = models.CharField(max_length=8, choices=ChargeKind)
    amount = MoneyField(_("amount"))
    due_on = models.DateField(_("due"))
    code = models.CharField(_("code"), max_length=40, blank=True)
    instalment_number = models.PositiveSmallIntegerField(
        _("instalment"),
        null=True,
        blank=True,
        help_text=_("Empty: the instalment whose period holds the due date."),
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(LoanFact.Meta):
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="charge_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=ChargeKind.values), name="charge_kind_known"
            ),
            models.UniqueConstraint(
                fields=["loan", "external_ref"],
                condition=~Q(external_ref=""),
                name="charge_ref_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class OwedComponent(models.TextChoices):
    PRINCIPAL = "principal", _("principal")
    INTEREST = "interest", _("interest")
    FEE = "fee", _("fee")
    PENALTY = "penalty", _("late charge")


class Waiver(LoanFact):
    """Part of what is owed that the lender gives up: oldest open amounts of the component first."""

    component = models.CharField(max_length=9, choices=OwedComponent)
    amount = MoneyField(_("amount"))
    charge = models.ForeignKey(
        Charge, on_delete=models.PROTECT, null=True, blank=True, related_name="waivers"
    )
    instalment_number = models.PositiveSmallIntegerField(
        _("instalment"), null=True, blank=True, help_text=_("Empty: the oldest open first.")
    )
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(LoanFact.Meta):
        verbose_name = _("waiver")
        verbose_name_plural = _("waivers")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="waiver_positive"),
            models.CheckConstraint(
                condition=Q(component__in=OwedComponent.values), name="waiver_component_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component} {self.amount}"


class LossKind(models.TextChoices):
    CHARGE_OFF = "charge_off", _("charge-off: a loss in the books, the debt lives on")
    WRITE_OFF = "write_off", _("write-off: the debt is given up")


class WriteOff(LoanFact):
    """A loss the lender takes. Without amounts it covers everything open on its day."""

    kind = models.CharField(max_length=10, choices=LossKind, default=LossKind.CHARGE_OFF)
    principal = MoneyField(null=True, blank=True)
    interest = MoneyField(null=True, blank=True)
    fee = MoneyField(null=True, blank=True)
    penalty = MoneyField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(LoanFact.Meta):
        verbose_name = _("write-off")
        verbose_name_plural = _("write-offs")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LossKind.values), name="write_off_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    principal__isnull=True,
                    interest__isnull=True,
                    fee__isnull=True,
                    penalty__isnull=True,
                )
                | Q(principal__gte=0, interest__gte=0, fee__gte=0, penalty__gte=0),
                name="write_off_all_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.value_on}"


class Refund(LoanFact):
    """Overpaid money given back."""

    amount = MoneyField(_("amount"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(LoanFact.Meta):
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive")]

    def __str__(self) -> str:
        return str(self.amount)


class Chargeback(LoanFact):
    """The payer's bank took part of a repayment back: that principal is owed again, at once."""

    amount = MoneyField(_("amount"))
    repayment = models.ForeignKey(
        Repayment, on_delete=models.PROTECT, null=True, blank=True, related_name="chargebacks"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(LoanFact.Meta):
        verbose_name = _("chargeback")
        verbose_name_plural = _("chargebacks")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="chargeback_positive")
        ]

    def __str__(self) -> str:
        return str(self.amount)


class ReversibleKind(models.TextChoices):
    REPAYMENT = "repayment", _("repayment")
    CHARGE = "charge", _("charge")
    WAIVER = "waiver", _("waiver")
    WRITE_OFF = "write_off", _("write-off")
    REFUND = "refund", _("refund")
    CHARGEBACK = "chargeback", _("chargeback")
    PAUSE = "pause", _("pause")
    # Taken back only with the whole import they came in.
    SCHEDULE = "schedule", _("schedule")
    STATED_POSITION = "stated_position", _("stated position")


class Reversal(LoanFact):
    """Takes an earlier fact back, as if it had never been; the fact itself stays readable."""

    of_kind = models.CharField(max_length=15, choices=ReversibleKind)
    of_id = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(LoanFact.Meta):
        verbose_name = _("reversal")
        verbose_name_plural = _("reversals")
        constraints = [
            models.CheckConstraint(
                condition=Q(of_kind__in=ReversibleKind.values), name="reversal_kind_known"
            ),
            models.UniqueConstraint(fields=["of_kind", "of_id"], name="reversal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.of_kind} {self.of_id}"


class SuspenseState(models.TextChoices):
    OPEN = "open", _("waits")
    PLACED = "placed", _("placed on a loan")
    SENT_BACK = "sent_back", _("sent back")


class SuspenseItem(models.Model):
    """Money that came in and that nobody could place yet."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="suspense")
    amount = MoneyField(_("amount"))
    value_on = models.DateField(_("received on"))
    external_ref = models.CharField(_("reference of the source"), max_length=80)
    method = models.CharField(_("method"), max_length=40, blank=True)
    data_key = models.OneToOneField("core.DataKey", on_delete=models.PROTECT, related_name="+")
    payer_text = SealedField(_("what the payer wrote"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=SuspenseState, default=SuspenseState.OPEN)
    repayment = models.OneToOneField(
        Repayment, on_delete=models.PROTECT, null=True, blank=True, related_name="suspense_item"
    )
    reason = models.CharField(_("why it could not be placed"), max_length=200)
    batch = models.ForeignKey(
        "loans.ImportBatch", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = PortfolioRowQuerySet.as_manager()

    class Meta:
        ordering = ["value_on"]
        verbose_name = _("suspense item")
        verbose_name_plural = _("suspense items")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="suspense_positive"),
            models.CheckConstraint(
                condition=(Q(state="placed") & Q(repayment__isnull=False))
                | (~Q(state="placed") & Q(repayment__isnull=True)),
                name="suspense_placed_has_repayment",
            ),
            models.UniqueConstraint(fields=["portfolio", "external_ref"], name="suspense_ref_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} on {self.value_on}"


class Allocation(models.Model):
    """How much of one repayment went to one instalment, by component. Derived; replay rewrites it.

    Kept in hash partitions by loan, so no other table points here.
    """

    id = models.BigAutoField(primary_key=True)
    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="+", db_index=False)
    repayment_id = models.BigIntegerField(help_text=_("the repayment that was spread"))
    instalment_number = models.PositiveSmallIntegerField()
    principal = MoneyField(default=0)
    interest = MoneyField(default=0)
    fee = MoneyField(default=0)
    penalty = MoneyField(default=0)

    objects = LoanRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("allocation")
        verbose_name_plural = _("allocations")
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "repayment_id", "instalment_number"], name="allocation_once"
            ),
            models.CheckConstraint(
                condition=Q(principal__gte=0)
                & Q(interest__gte=0)
                & Q(fee__gte=0)
                & Q(penalty__gte=0),
                name="allocation_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.repayment_id} → {self.instalment_number}"
