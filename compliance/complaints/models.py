"""The complaint register: what people complained about, whose it is, by when it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from compliance.complaints.flow import (
    TRANSITIONS,
    ComplaintClock,
    ComplaintOutcome,
    ComplaintStatus,
)
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio, PortfolioRowQuerySet

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class ComplaintCategory(models.TextChoices):
    CONDUCT = "conduct", _("how we behaved")
    FREQUENCY = "frequency", _("too many contacts")
    THIRD_PARTY = "third_party", _("somebody else was contacted")
    AMOUNT = "amount", _("the amount is wrong")
    NOT_MY_DEBT = "not_my_debt", _("not their debt")
    PRIVACY = "privacy", _("personal data")
    FEES = "fees", _("charges and fees")
    VEHICLE = "vehicle", _("taking of the car")
    OTHER = "other", _("something else")


#: Categories that dispute the debt itself; the others are about how it is collected.
DISPUTES = frozenset({ComplaintCategory.AMOUNT, ComplaintCategory.NOT_MY_DEBT})


class ReceivedBy(models.TextChoices):
    CALL = "call", _("call")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("e-mail")
    VISIT = "visit", _("in person")
    LETTER = "letter", _("letter")
    WEB = "web", _("web form")
    REGULATOR = "regulator", _("through the regulator")


class ComplaintQuerySet(PortfolioRowQuerySet["Complaint"]):
    def unanswered(self) -> Self:
        return self.filter(status=ComplaintStatus.OPEN)

    def unclosed(self) -> Self:
        """Complaints that still keep their stop: open, or answered and not yet closed."""
        return self.exclude(status=ComplaintStatus.CLOSED)

    def overdue(self, on: date) -> Self:
        """Complaints whose last day has passed without an answer."""
        return self.unanswered().filter(due_on__lt=on)


class Complaint(models.Model):
    """One complaint of one person. What was said is never edited; each step is an event."""

    id = uuid7_pk()
    number = models.PositiveIntegerField(_("number"), unique=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="complaints")
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints"
    )
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    category = models.CharField(_("about"), max_length=12, choices=ComplaintCategory)
    channel = models.CharField(_("received by"), max_length=10, choices=ReceivedBy)
    received_at = models.DateTimeField(_("received"))
    text = SealedField(_("text"), null=False, blank=False)
    registered_by = models.CharField(_("registered by"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
    )
    status = models.CharField(
        _("status"), max_length=8, choices=ComplaintStatus, default=ComplaintStatus.OPEN
    )
    clock = models.CharField(
        _("clock"), max_length=11, choices=ComplaintClock, default=ComplaintClock.SIMPLE
    )
    #: The terms it came in under; packs that change later leave them as they are.
    answer_days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days to answer"),
        help_text=_("From receipt: the first term, then its extensions."),
    )
    clock_rule = models.CharField(_("rule"), max_length=40, blank=True)
    clock_citation = models.CharField(_("citation"), max_length=300)
    due_on = models.DateField(_("answer due"))
    acknowledge_by = models.DateField(
        _("to be acknowledged by"), null=True, blank=True, help_text=_("Empty: nothing asks it.")
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    outcome = models.CharField(
        _("what it came to"), max_length=9, choices=ComplaintOutcome, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "number"]
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=ComplaintCategory.values)
                & Q(channel__in=ReceivedBy.values)
                & Q(status__in=ComplaintStatus.values)
                & Q(clock__in=ComplaintClock.values),
                name="complaint_kinds_known",
            ),
            models.CheckConstraint(
                condition=Q(status="open", answered_at__isnull=True, closed_at__isnull=True)
                | Q(status="answered", answered_at__isnull=False, closed_at__isnull=True)
                | Q(status="closed", answered_at__isnull=False, closed_at__isnull=False),
                name="complaint_status_has_its_times",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | Q(closed_at__isnull=False, outcome__in=ComplaintOutcome.values),
                name="complaint_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("answered_at")),
                name="complaint_closed_after_answer",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"], name="complaint_by_clock"),
            models.Index(fields=["received_at"], name="complaint_received"),
        ]
        triggers = [
            pgtrigger.FSM(name="complaint_flow", field="status", transitions=list(TRANSITIONS)),
            pgtrigger.ReadOnly(
                name="complaint_said_fixed",
                fields=[
                    *("number", "party", "loan", "portfolio", "category", "channel"),
                    *("received_at", "text", "registered_by"),
                ],
            ),
            pgtrigger.Protect(name="complaint_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The number as people quote it."""
        return f"C-{self.number}"


class ComplaintStep(models.TextChoices):
    REGISTERED = "registered", _("registered")
    ASSIGNED = "assigned", _("given to")
    CONFIRMED = "confirmed", _("acknowledged")
    EXTENDED = "extended", _("extended")
    ANSWERED = "answered", _("answered")
    REOPENED = "reopened", _("opened again")
    CLOSED = "closed", _("closed")


class ComplaintEventQuerySet(ScopedQuerySet["ComplaintEvent"]):
    def scoped_to(self, user: User) -> Self:
        return self.filter(complaint__portfolio__in=Portfolio.objects.visible_to(user))


class ComplaintEvent(FactModel):
    """One step of one complaint, with what was said, sealed. Never edited."""

    id = uuid7_pk()
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="events")
    step = models.CharField(max_length=10, choices=ComplaintStep)
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=120)
    #: Whom it was given to, the clock it was extended to, or what it came to; never words about
    #: the person.
    word = models.CharField(_("what"), max_length=120, blank=True)
    due_on = models.DateField(_("answer due"))
    text = SealedField(_("text"))

    objects = ComplaintEventQuerySet.as_manager()

    class Meta(FactModel.Meta):
        verbose_name = _("complaint event")
        verbose_name_plural = _("complaint events")
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=ComplaintStep.values), name="complaint_step_known"
            ),
        ]
        indexes = [models.Index(fields=["complaint", "at"], name="complaint_event_at")]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.step}"
