"""The outbox: every message is an obligation of the database until it is known to be out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from compliance.attempts.models import Attempt
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.ids import uuid7_pk
from core.money import MoneyField, PriceField
from loans.borrowers.models import Address, ContactPoint, Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio, PortfolioRowQuerySet
from notifications.channels.flow import MessageChannel
from notifications.channels.models import ChannelAccount
from notifications.outbox.flow import TRANSITIONS, MessageState
from notifications.templates.models import MessagePurpose, MessageTemplate, TemplateVersion

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class Batch(models.Model):
    """Messages that were planned together: one run of a strategy, or one order of a person."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("what"), max_length=160)
    planned_for = models.DateField(_("for"))
    planned_by = models.CharField(_("planned by"), max_length=120)
    planned_at = models.DateTimeField(_("planned"))
    #: Which edition of which strategy planned it; empty for a person's order.
    strategy_version = models.CharField(_("strategy"), max_length=60, blank=True)

    objects = PortfolioRowQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at"]
        verbose_name = _("batch of messages")
        verbose_name_plural = _("batches of messages")

    def __str__(self) -> str:
        return self.label


class MessageQuerySet(PortfolioRowQuerySet["Message"]):
    def waiting(self) -> Self:
        return self.filter(state=MessageState.WAITING)

    def due(self, at: datetime) -> Self:
        """Waiting messages whose time has come and that no hold or back-off keeps."""
        return self.waiting().filter(send_at__lte=at)

    def uncertain(self) -> Self:
        return self.filter(state=MessageState.UNCERTAIN)


class Message(models.Model):
    """One obligation to tell one person one thing once.

    The obligation is unique by person, purpose, anchor (the due date, the promise), step, channel
    and address; planning twice changes nothing. `id` is the constant reference a provider is
    given. While it is being sent the row carries a lease, whose token is the fence: a worker that
    slept through its lease finds another token and stops. `calling_at` is written before the
    provider is called, so that a worker's death before it is known to have sent nothing.
    """

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="messages")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="messages")
    loans = models.ManyToManyField(Loan, related_name="messages", through="MessageLoan")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    address = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, related_name="+")
    channel = models.CharField(_("channel"), max_length=6, choices=MessageChannel)
    purpose = models.CharField(_("purpose"), max_length=20, choices=MessagePurpose)
    anchor = models.CharField(_("about"), max_length=80)
    step = models.CharField(_("step"), max_length=60)
    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10)
    #: What was owed when it was planned; another sum at the second of sending stops it.
    amount = MoneyField(_("amount"), null=True)
    due_on = models.DateField(_("due"), null=True)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="messages")
    planned_by = models.CharField(_("planned by"), max_length=120)
    planned_at = models.DateTimeField(_("planned"))
    send_at = models.DateTimeField(_("to be sent"))
    expires_at = models.DateTimeField(_("useless after"))
    state = models.CharField(
        _("state"), max_length=11, choices=MessageState, default=MessageState.WAITING
    )
    #: Why it was not sent, in the gate's or the outbox's own words (see `outbox.reasons`).
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    reason_values = models.JSONField(default=dict, blank=True)
    attempt_count = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    calling_at = models.DateTimeField(null=True)
    #: When an uncertain one is asked about next, and how often it was.
    ask_at = models.DateTimeField(null=True)
    asked_count = models.PositiveSmallIntegerField(default=0)
    attempt = models.OneToOneField(
        Attempt, on_delete=models.PROTECT, null=True, related_name="message"
    )
    account = models.ForeignKey(
        ChannelAccount, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    provider_ref = models.CharField(_("provider's reference"), max_length=120, blank=True)
    #: What was said, sealed under the person's key; written when it is handed over.
    version = models.ForeignKey(
        TemplateVersion, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    subject = SealedField(_("subject"))
    body = SealedField(_("text"))
    parts = models.PositiveSmallIntegerField(_("parts"), null=True)
    cost = PriceField(_("cost"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("party", "purpose", "anchor", "step", "channel"),
                    *("contact_point", "address"),
                ],
                name="message_obligation_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["account", "provider_ref"],
                condition=~Q(provider_ref=""),
                name="message_provider_ref_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values)
                & Q(channel__in=MessageChannel.values)
                & Q(purpose__in=MessagePurpose.values),
                name="message_kinds_known",
            ),
            models.CheckConstraint(
                condition=Q(channel="letter", contact_point__isnull=True, address__isnull=False)
                | Q(~Q(channel="letter"), contact_point__isnull=False, address__isnull=True),
                name="message_has_its_address",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="sending") & Q(lease_token__isnull=True, lease_until__isnull=True)),
                name="message_leased_while_sending",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["suppressed", "failed", "cancelled", "undelivered"])
                | ~Q(reason=""),
                name="message_stopped_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["uncertain", "accepted", "delivered", "undelivered"])
                | Q(attempt__isnull=False, version__isnull=False, body__isnull=False),
                name="message_out_was_reserved_and_kept",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gte=F("send_at")) | ~Q(state="waiting"),
                name="message_waits_no_longer_than_useful",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "send_at"],
                condition=Q(state="waiting"),
                name="message_to_send",
            ),
            models.Index(
                fields=["lease_until"], condition=Q(state="sending"), name="message_leases"
            ),
            models.Index(fields=["ask_at"], condition=Q(state="uncertain"), name="message_to_ask"),
            models.Index(fields=["party", "planned_at"], name="message_of_party"),
            models.Index(fields=["portfolio", "state", "send_at"], name="message_by_state"),
            models.Index(fields=["anchor"], name="message_by_anchor"),
            models.Index(
                fields=["account", "-calling_at"],
                condition=Q(calling_at__isnull=False),
                name="message_by_account",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="message_flow", field="state", transitions=list(TRANSITIONS)),
            pgtrigger.ReadOnly(
                name="message_obligation_fixed",
                fields=[
                    *("portfolio", "party", "contact_point", "address", "channel", "purpose"),
                    *("anchor", "step", "template", "language", "amount", "due_on", "batch"),
                    *("planned_by", "planned_at"),
                ],
            ),
            pgtrigger.Protect(name="message_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose} {self.anchor}"

    @property
    def reference(self) -> str:
        """What a provider knows the obligation by, the same at every try."""
        return self.pk.hex


class MessageLoan(models.Model):
    """Which loans a message is about."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="about")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("loan of a message")
        verbose_name_plural = _("loans of messages")
        constraints = [
            models.UniqueConstraint(fields=["message", "loan"], name="message_loan_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.loan_id}"


class MessageEventQuerySet(ScopedQuerySet["MessageEvent"]):
    def scoped_to(self, user: User) -> Self:
        return self.filter(message__portfolio__in=Portfolio.objects.visible_to(user))


class MessageEvent(FactModel):
    """One step in a message's life: the state it came to, why, and who or what did it."""

    TOPIC = "notifications.message_changed"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=11, choices=MessageState)
    at = models.DateTimeField(_("at"))
    word = models.CharField(_("what"), max_length=60, blank=True)
    values = models.JSONField(default=dict, blank=True)
    by = models.CharField(_("by"), max_length=120)

    objects = MessageEventQuerySet.as_manager()

    class Meta(FactModel.Meta):
        verbose_name = _("event of a message")
        verbose_name_plural = _("events of messages")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="message_event_state_known"
            ),
        ]
        indexes = [models.Index(fields=["message", "at"], name="message_event_at")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"


class MessageHoldQuerySet(ScopedQuerySet["MessageHold"]):
    def scoped_to(self, user: User) -> Self:
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))

    def in_force(self, at: datetime) -> Self:
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at, released_at=None)


class MessageHold(models.Model):
    """Messages kept back until an instant: of a portfolio, one line of its plan, a person, a loan.

    It holds what we say of our own accord; whether a person may be contacted at all is a stop
    (`compliance.stops`). What expires under a hold is marked expired, not sent late.
    """

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="message_holds")
    step = models.CharField(_("line of the plan"), max_length=60, blank=True)
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="message_holds"
    )
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="message_holds"
    )
    reason = models.CharField(_("reason"), max_length=200)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until it is released.")
    )
    set_by = models.CharField(_("set by"), max_length=120)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    released_by = models.CharField(_("released by"), max_length=120, blank=True)

    objects = MessageHoldQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("hold of messages")
        verbose_name_plural = _("holds of messages")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="message_hold_says_why"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="message_hold_forward",
            ),
            models.CheckConstraint(
                condition=Q(step="") | Q(party__isnull=True, loan__isnull=True),
                name="message_hold_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(party__isnull=True) | Q(loan__isnull=True),
                name="message_hold_of_person_or_loan",
            ),
        ]
        indexes = [
            models.Index(
                fields=["portfolio"],
                condition=Q(released_at__isnull=True),
                name="message_holds_in_force",
            ),
        ]
        triggers = [pgtrigger.Protect(name="message_hold_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.reason
