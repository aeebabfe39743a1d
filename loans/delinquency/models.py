"""How late a loan is: the facts that bear on it, and what replay and ageing derive."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.facts.models import FactModel
from core.money import MoneyField
from loans.contracts.models import Loan, LoanFact, LoanRowQuerySet, batch_index
from loans.portfolios.models import Portfolio, PortfolioRowQuerySet


class Pause(LoanFact):
    """Days from `value_on` to `ends_on` that do not count as delinquent; DPD goes on."""

    ends_on = models.DateField(_("ends"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta(LoanFact.Meta):
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("value_on")), name="pause_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value_on} to {self.ends_on}"


class Resume(LoanFact):
    """Ends a running pause early, on `value_on`."""

    pause = models.OneToOneField(Pause, on_delete=models.PROTECT, related_name="resumed_by")
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(LoanFact.Meta):
        verbose_name = _("early resume")
        verbose_name_plural = _("early resumes")

    def __str__(self) -> str:
        return str(self.value_on)


class StatementKind(models.TextChoices):
    OPENING = "opening", _("opening position")
    STATED = "stated", _("stated by the lender")


class StatedPosition(LoanFact):
    """What the lender's ledger says is owed at the end of `value_on`; it wins over our replay.

    An opening position is the first of these, so a portfolio can start without its whole history.
    """

    kind = models.CharField(max_length=7, choices=StatementKind)
    principal_outstanding = MoneyField(_("principal outstanding"))
    oldest_unpaid_due_on = models.DateField(_("oldest unpaid due date"), null=True, blank=True)
    days_past_due = models.PositiveIntegerField(_("days past due"), null=True, blank=True)
    arrears_principal = MoneyField(_("arrears, principal"), null=True, blank=True)
    arrears_interest = MoneyField(_("arrears, interest"), null=True, blank=True)
    arrears_fee = MoneyField(_("arrears, fees"), null=True, blank=True)
    arrears_penalty = MoneyField(_("arrears, late charges"), null=True, blank=True)
    arrears_total = MoneyField(_("arrears"), null=True, blank=True)
    payoff_amount = MoneyField(_("payoff"), null=True, blank=True)
    next_due_on = models.DateField(_("next due"), null=True, blank=True)
    next_due_amount = MoneyField(_("next amount due"), null=True, blank=True)
    is_written_off = models.BooleanField(_("written off"), default=False)
    edition = models.PositiveSmallIntegerField(
        _("edition"),
        default=0,
        db_default=0,
        help_text=_("How often this reference was here before with an import that was undone."),
    )

    class Meta(LoanFact.Meta):
        verbose_name = _("stated position")
        verbose_name_plural = _("stated positions")
        indexes = [batch_index("statedposition_batch")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=StatementKind.values), name="statement_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(principal_outstanding__gte=0), name="statement_principal_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(oldest_unpaid_due_on__isnull=True)
                | Q(oldest_unpaid_due_on__lte=models.F("value_on")),
                name="statement_oldest_not_after",
            ),
            models.UniqueConstraint(
                fields=["loan", "value_on", "external_ref", "edition"], name="statement_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value_on}"


class InstalmentKind(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    DOWN_PAYMENT = "down_payment", _("down payment")
    AFTER_MATURITY = "after_maturity", _("after maturity")
    ARREARS = "arrears", _("arrears stated by the lender")


class Instalment(models.Model):
    """One instalment as it stands now: what was due, paid, given up. Derived; replay rewrites it.

    Kept in hash partitions by loan, so no other table points here.
    """

    id = models.BigAutoField(primary_key=True)
    loan = models.ForeignKey(
        Loan, on_delete=models.CASCADE, related_name="instalments", db_index=False
    )
    number = models.PositiveSmallIntegerField(_("number"))
    kind = models.CharField(max_length=14, choices=InstalmentKind, default=InstalmentKind.SCHEDULED)
    from_on = models.DateField(_("from"))
    due_on = models.DateField(_("due"))
    principal = MoneyField(default=0)
    interest = MoneyField(default=0)
    fee = MoneyField(default=0)
    penalty = MoneyField(default=0)
    paid_principal = MoneyField(default=0)
    paid_interest = MoneyField(default=0)
    paid_fee = MoneyField(default=0)
    paid_penalty = MoneyField(default=0)
    relieved_principal = MoneyField(default=0, help_text=_("waived or written off"))
    relieved_interest = MoneyField(default=0)
    relieved_fee = MoneyField(default=0)
    relieved_penalty = MoneyField(default=0)
    satisfied_on = models.DateField(_("satisfied"), null=True)

    objects = LoanRowQuerySet.as_manager()

    class Meta:
        ordering = ["loan", "number"]
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        constraints = [
            models.UniqueConstraint(fields=["loan", "number"], name="instalment_number_once"),
            models.CheckConstraint(
                condition=Q(paid_principal__gte=0)
                & Q(paid_interest__gte=0)
                & Q(paid_fee__gte=0)
                & Q(paid_penalty__gte=0)
                & Q(paid_principal__lte=models.F("principal") - models.F("relieved_principal"))
                & Q(paid_interest__lte=models.F("interest") - models.F("relieved_interest"))
                & Q(paid_fee__lte=models.F("fee") - models.F("relieved_fee"))
                & Q(paid_penalty__lte=models.F("penalty") - models.F("relieved_penalty")),
                name="instalment_never_overpaid",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}, due {self.due_on}"


class LoanStatus(models.TextChoices):
    ACTIVE = "active", _("active")
    PAID_OFF = "paid_off", _("paid off")
    OVERPAID = "overpaid", _("overpaid")
    WRITTEN_OFF = "written_off", _("written off")


class Position(models.Model):
    """What a loan owes at the end of `aged_on`, derived from its facts.

    Days past due are not stored: they are `aged_on` less `oldest_unsatisfied_due_on`, so that a
    loan whose only change is one more day is not rewritten. `next_transition_on` is the first day
    on which anything stored here changes without a new fact.
    """

    loan = models.OneToOneField(
        Loan, on_delete=models.CASCADE, primary_key=True, related_name="position"
    )
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=11, choices=LoanStatus, default=LoanStatus.ACTIVE)
    aged_on = models.DateField(_("as of"))
    oldest_unsatisfied_due_on = models.DateField(_("oldest unpaid due date"), null=True)
    paused_days = models.PositiveIntegerField(
        _("paused days"), default=0, help_text=_("Of pauses that are over.")
    )
    paused_from = models.DateField(
        _("runs in a pause since"), null=True, help_text=_("Set while a pause is running.")
    )
    pause_starts = ArrayField(models.DateField(), default=list)
    pause_ends = ArrayField(models.DateField(), default=list)
    facts_ahead = ArrayField(
        models.DateField(),
        default=list,
        help_text=_("Days on which a fact already known takes effect: replay again then."),
    )
    bucket = models.CharField(_("bucket"), max_length=20)
    overdue_principal = MoneyField(default=0)
    overdue_interest = MoneyField(default=0)
    overdue_fee = MoneyField(default=0)
    overdue_penalty = MoneyField(default=0)
    overdue_amount = MoneyField(_("past due"), default=0)
    outstanding_principal = MoneyField(_("principal outstanding"), default=0)
    outstanding_amount = MoneyField(
        _("outstanding"), default=0, help_text=_("All that is still to be paid by the schedule.")
    )
    overpaid_amount = MoneyField(_("overpaid"), default=0)
    pending_amount = MoneyField(_("awaiting settlement"), default=0)
    next_due_on = models.DateField(_("next due"), null=True)
    next_due_amount = MoneyField(_("next amount due"), default=0)
    next_due_number = models.PositiveSmallIntegerField(
        _("number of the instalment due next"),
        null=True,
        help_text=_("Empty where numbers and due dates do not rise together: ageing replays then."),
    )
    last_repayment_on = models.DateField(_("last repayment"), null=True)
    last_repayment_amount = MoneyField(null=True)
    next_transition_on = models.DateField(_("changes next on"), null=True)
    replayed_at = models.DateTimeField(_("replayed"))
    is_set_aside = models.BooleanField(
        _("set aside"),
        default=False,
        help_text=_("The last replay or close of this loan failed; see the close's page."),
    )

    error = models.CharField(_("why it was set aside"), max_length=500, blank=True)

    objects = PortfolioRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("position")
        verbose_name_plural = _("positions")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=LoanStatus.values), name="position_status_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    overdue_amount=models.F("overdue_principal")
                    + models.F("overdue_interest")
                    + models.F("overdue_fee")
                    + models.F("overdue_penalty")
                ),
                name="position_overdue_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(overdue_amount__gte=0)
                & Q(outstanding_principal__gte=0)
                & Q(outstanding_amount__gte=0)
                & Q(overpaid_amount__gte=0),
                name="position_not_negative",
            ),
        ]
        indexes = [
            models.Index(
                fields=["portfolio", "next_transition_on"],
                condition=Q(next_transition_on__isnull=False),
                name="position_next_transition",
            ),
            models.Index(
                fields=["portfolio", "oldest_unsatisfied_due_on"],
                condition=Q(oldest_unsatisfied_due_on__isnull=False),
                name="position_late",
            ),
            models.Index(
                fields=["portfolio"], condition=Q(is_set_aside=True), name="position_set_aside"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} at {self.aged_on}"


class BucketStay(models.Model):
    """A loan's stay in a bucket, by business date. Superseded when the past changes."""

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="bucket_stays")
    bucket = models.CharField(_("bucket"), max_length=20)
    entered_on = models.DateField(_("entered"))
    left_on = models.DateField(_("left"), null=True)
    recorded_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    superseded_at = models.DateTimeField(_("superseded"), null=True)

    objects = LoanRowQuerySet.as_manager()

    class Meta:
        ordering = ["loan", "entered_on"]
        verbose_name = _("bucket history entry")
        verbose_name_plural = _("bucket history")
        constraints = [
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(left_on__isnull=True, superseded_at__isnull=True),
                name="bucket_stay_one_open",
            ),
            models.UniqueConstraint(
                fields=["loan", "entered_on"],
                condition=Q(superseded_at__isnull=True),
                name="bucket_stay_start_once",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=models.F("entered_on")),
                name="bucket_stay_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bucket} from {self.entered_on}"


class PositionChange(FactModel):
    """Tells the apps above that a loan's arrears changed, by a fact or by the close."""

    TOPIC = "loans.position_changed"

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="+")
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    on = models.DateField(_("business date"))
    cause = models.CharField(_("cause"), max_length=20)
    overdue_before = MoneyField()
    overdue_after = MoneyField()
    oldest_before = models.DateField(null=True)
    oldest_after = models.DateField(null=True)

    objects = PortfolioRowQuerySet.as_manager()

    class Meta(FactModel.Meta):
        verbose_name = _("position change")
        verbose_name_plural = _("position changes")

    def __str__(self) -> str:
        return f"{self.loan_id} {self.cause}"


class ReplayDifference(models.Model):
    """Where what we compute for a loan and what its lender states do not agree."""

    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="differences")
    stated = models.ForeignKey(StatedPosition, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(_("figure"), max_length=40)
    computed_value = models.CharField(_("computed"), max_length=40)
    stated_value = models.CharField(_("stated"), max_length=40)
    found_at = models.DateTimeField(auto_now_add=True)

    objects = LoanRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("difference to the lender's figures")
        verbose_name_plural = _("differences to the lender's figures")
        constraints = [
            models.UniqueConstraint(fields=["stated", "field"], name="difference_once"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.computed_value} / {self.stated_value}"
