"""Telephone systems, the calls they place or announce, and what they tell of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet, sees_all_portfolios
from collections_app.dialling.flow import CallEnding, CallState, EventKind
from compliance.attempts.models import Attempt, Direction
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User


class DiallerAccountQuerySet(ScopedQuerySet["DiallerAccount"]):
    def scoped_to(self, user: User) -> Self:
        """Accounts of the portfolios that the user may see, and those that serve all."""
        if sees_all_portfolios(user):
            return self
        return self.filter(Q(portfolio=None) | Q(portfolio__in=Portfolio.objects.visible_to(user)))


class DiallerAccount(models.Model):
    """One telephone system. A portfolio's own goes before the common one; without any, or while
    it is switched off, agents dial by hand.

    Its secret signs the events; the one before stays valid until it is ended.
    """

    id = uuid7_pk()
    name = models.CharField(_("name"), max_length=80)
    adapter = models.CharField(_("adapter"), max_length=20)
    portfolio = models.ForeignKey(
        Portfolio,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dialler_accounts",
        help_text=_("Empty: every portfolio without an account of its own."),
    )
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    data_key = models.OneToOneField("core.DataKey", on_delete=models.PROTECT, related_name="+")
    secret = SealedField(_("secret"))
    previous_secret = SealedField(_("secret before"))
    is_on = models.BooleanField(
        _("dials"), default=True, help_text=_("Off: agents dial by hand at once.")
    )

    objects = DiallerAccountQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("dialler account")
        verbose_name_plural = _("dialler accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio"], name="dialler_account_one_each", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PhoneCallQuerySet(ScopedQuerySet["PhoneCall"]):
    def scoped_to(self, user: User) -> Self:
        """Calls of the telephone systems that serve portfolios the user may see."""
        return self.filter(account__in=DiallerAccount.objects.visible_to(user))


class PhoneCall(models.Model):
    """One call as its telephone system tells it; what came of it stands with the contact.

    An outgoing call belongs to the attempt it was reserved as; an incoming one gets its attempt
    when somebody logs it. `recording` is the system's own name for the recording.
    """

    id = uuid7_pk()
    account = models.ForeignKey(DiallerAccount, on_delete=models.PROTECT, related_name="calls")
    direction = models.CharField(max_length=8, choices=Direction)
    attempt = models.OneToOneField(
        Attempt, on_delete=models.PROTECT, null=True, related_name="phone_call"
    )
    agent = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="phone_calls"
    )
    reference = models.CharField(_("the system's own number"), max_length=120, blank=True)
    number = SealedField(_("calling number"))
    state = models.CharField(max_length=10, choices=CallState, default=CallState.ASKED)
    started_at = models.DateTimeField(_("started"))
    ringing_at = models.DateTimeField(_("ringing"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    ending = models.CharField(max_length=14, choices=CallEnding, blank=True)
    talk_seconds = models.PositiveIntegerField(_("seconds talked"), null=True)
    recording = models.CharField(_("recording"), max_length=200, blank=True)
    problem = models.CharField(_("why it was not placed"), max_length=200, blank=True)

    objects = PhoneCallQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("phone call")
        verbose_name_plural = _("phone calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CallState.values)
                & Q(direction__in=Direction.values)
                & (Q(ending="") | Q(ending__in=CallEnding.values)),
                name="phone_call_values_known",
            ),
            models.CheckConstraint(
                condition=Q(direction="inbound") | Q(attempt__isnull=False),
                name="phone_call_outgoing_is_reserved",
            ),
            models.UniqueConstraint(
                fields=["account", "reference"],
                condition=~Q(reference=""),
                name="phone_call_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "started_at"], name="phone_call_account_at"),
            models.Index(
                fields=["started_at"],
                condition=Q(direction="inbound", attempt__isnull=True),
                name="phone_call_incoming_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.direction} {self.started_at:%Y-%m-%d %H:%M}"


class EventRefusal(models.TextChoices):
    """Why an event changed nothing."""

    UNKNOWN_CALL = "unknown_call", _("about a call that is not known")


class CallEvent(FactModel):
    """One event of a telephone system as it was received, unique by the system's own id."""

    account = models.ForeignKey(DiallerAccount, on_delete=models.PROTECT, related_name="events")
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=9, choices=EventKind)
    call = models.ForeignKey(PhoneCall, on_delete=models.PROTECT, null=True, related_name="events")
    call_named = models.CharField(_("call, as it was named"), max_length=120)
    at = models.DateTimeField(_("at"))
    received_at = models.DateTimeField(_("received"))
    ending = models.CharField(max_length=14, choices=CallEnding, blank=True)
    seconds = models.PositiveIntegerField(null=True)
    recording = models.CharField(max_length=200, blank=True)
    refusal = models.CharField(max_length=12, choices=EventRefusal, blank=True)

    class Meta(FactModel.Meta):
        verbose_name = _("call event")
        verbose_name_plural = _("call events")
        constraints = [
            models.UniqueConstraint(fields=["account", "event_id"], name="call_event_once"),
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values)
                & (Q(ending="") | Q(ending__in=CallEnding.values))
                & (Q(call__isnull=False) | Q(refusal__in=EventRefusal.values)),
                name="call_event_known_or_refused",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "received_at"], name="call_event_received"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M:%S}"
