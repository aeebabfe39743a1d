"""Promises to pay: what somebody said they would pay, and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.rights import Role
from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case
from collections_app.promises.flow import JUDGED, PromiseState
from core.facts.models import FactModel
from core.ids import uuid7_pk
from core.money import MoneyField, RateField
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User

__all__ = ["Promise", "PromiseEvent", "PromiseLimit", "PromiseMethod", "PromiseState"]


class PromiseMethod(models.TextChoices):
    """How the money is to come. Files may name others; they are shown as written."""

    TRANSFER = "transfer", _("bank transfer")
    DEBIT = "debit", _("direct debit")
    LINK = "link", _("payment link")
    WALLET = "wallet", _("mobile wallet")
    CASH = "cash", _("cash, at a counter")
    CHEQUE = "cheque", _("cheque")


class PromiseLimit(models.Model):
    """How far a role may promise on its own; beyond it a second person decides."""

    role = models.CharField(_("role"), max_length=20, choices=Role, unique=True)
    max_days_out = models.PositiveSmallIntegerField(
        _("days ahead, at most"), help_text=_("From the day of the promise to its last part.")
    )
    min_share = RateField(
        _("share of what is past due, at least"),
        help_text=_("All parts together: 0.5 is half of what is past due that day."),
    )
    max_parts = models.PositiveSmallIntegerField(_("parts, at most"))

    class Meta:
        ordering = ["role"]
        verbose_name = _("limit of promises")
        verbose_name_plural = _("limits of promises")
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=Role.values), name="promise_limit_role_known"
            ),
            models.CheckConstraint(
                condition=Q(min_share__gte=0, min_share__lte=1, max_parts__gte=1),
                name="promise_limit_sane",
                violation_error_message=_(
                    "The share is from 0 to 1, and there is at least a part."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class PromiseQuerySet(ScopedQuerySet["Promise"]):
    def scoped_to(self, user: User) -> Self:
        """Promises for loans whose cases the user may see, and those the user took there."""
        in_reach = self.filter(loan__portfolio__in=Portfolio.objects.visible_to(user))
        if has_right(user, "case.view_all"):
            return in_reach
        seen = Case.objects.visible_to(user).values("loan")
        return in_reach.filter(Q(loan__in=seen) | Q(taken_by_id=str(user.pk)))

    def open(self) -> Self:
        return self.filter(state=PromiseState.OPEN)

    def taken(self) -> Self:
        """What somebody promised, whatever became of it: the one meaning of promises taken."""
        return self.filter(is_slip=False)

    def in_rate(self) -> Self:
        """What the kept rate counts: judged ones, and those taken back too late to be left out."""
        return self.filter(Q(state__in=JUDGED) | Q(stays_in_rate=True))


class Promise(models.Model):
    """One amount promised for one loan by one day."""

    id = uuid7_pk()
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="promises")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="promises")
    amount = MoneyField(_("amount"))
    due_on = models.DateField(_("by"))
    made_at = models.DateTimeField(_("made"))
    method = models.CharField(_("method"), max_length=40, blank=True)
    taken_by = models.CharField(_("taken by"), max_length=120)
    taken_by_id = models.CharField(
        max_length=40, blank=True, help_text=_("Empty when it was brought in by a file.")
    )
    source = models.CharField(_("source"), max_length=80, blank=True)
    state = models.CharField(max_length=9, choices=PromiseState, default=PromiseState.OPEN)
    # The terms of the portfolio when the promise was taken: a later change of them judges nobody
    # anew. Empty for promises older than these columns until they are judged.
    enough_amount = MoneyField(
        _("kept from"), null=True, help_text=_("The least money that keeps the promise.")
    )
    deadline_on = models.DateField(
        _("last day that counts"),
        null=True,
        help_text=_("The promised day with its grace, on a banking day."),
    )
    received_amount = MoneyField(_("received so far"), default=0, db_default=0)
    pending_amount = MoneyField(_("pending"), default=0, db_default=0)
    is_awaiting = models.BooleanField(
        _("awaiting settlement"),
        default=False,
        db_default=False,
        help_text=_("Pending money would keep it: it stays open past its day."),
    )
    judged_on = models.DateField(
        _("judged through"), null=True, help_text=_("The last day that was over then.")
    )
    judged_at = models.DateTimeField(_("judged"), null=True)
    withdrawn_on = models.DateField(_("taken back on"), null=True)
    stays_in_rate = models.BooleanField(
        _("stays in the kept rate"),
        default=False,
        db_default=False,
        help_text=_("Taken back or replaced within two days of its day, or later."),
    )
    is_slip = models.BooleanField(
        _("taken back at once"),
        default=False,
        db_default=False,
        help_text=_("The entry it was taken with was undone within its seconds: nobody promised."),
    )
    replaced_by = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="replaces"
    )
    is_instalment = models.BooleanField(
        _("instalment of a plan"),
        default=False,
        db_default=False,
        help_text=_("It stands and ends with its plan, not by itself."),
    )

    objects = PromiseQuerySet.as_manager()

    class Meta:
        ordering = ["due_on"]
        verbose_name = _("promise to pay")
        verbose_name_plural = _("promises to pay")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_positive"),
            models.CheckConstraint(
                condition=Q(state__in=PromiseState.values), name="promise_state_known"
            ),
            models.CheckConstraint(
                condition=Q(received_amount__gte=0, pending_amount__gte=0)
                & Q(amount__gte=models.F("received_amount") + models.F("pending_amount")),
                name="promise_money_within",
            ),
            models.CheckConstraint(
                condition=Q(is_awaiting=False) | Q(state="open"), name="promise_awaits_while_open"
            ),
            models.CheckConstraint(
                condition=Q(stays_in_rate=False, replaced_by__isnull=True) | Q(state="cancelled"),
                name="promise_withdrawn_is_cancelled",
            ),
            models.CheckConstraint(
                condition=Q(is_slip=False) | Q(state="cancelled", stays_in_rate=False),
                name="promise_slip_is_cancelled",
            ),
            models.UniqueConstraint(fields=["loan", "due_on", "made_at"], name="promise_once"),
        ]
        indexes = [
            # The close looks at every open promise, the pages at those of a day or a taker.
            models.Index(fields=["due_on"], condition=Q(state="open"), name="promise_open_by_day"),
            models.Index(fields=["taken_by_id", "due_on"], name="promise_by_taker"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} by {self.due_on}"


class PromiseEvent(FactModel):
    """A promise was recorded, judged or cancelled: the state it came to. Never edited."""

    TOPIC = "collections.promise_changed"

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=9, choices=PromiseState)
    by = models.CharField(_("by"), max_length=120)
    # What a judgement saw; empty where nothing was judged.
    received_amount = MoneyField(_("received so far"), null=True)
    pending_amount = MoneyField(_("pending"), null=True)
    judged_on = models.DateField(_("judged through"), null=True)

    class Meta(FactModel.Meta):
        verbose_name = _("promise event")
        verbose_name_plural = _("promise events")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PromiseState.values), name="promise_event_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.state}"
