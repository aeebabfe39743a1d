"""Messages from people: who, what they want, and whether somebody has dealt with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from compliance.attempts.models import Attempt
from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from loans.borrowers.models import ContactPoint, Party
from notifications.channels.flow import MessageChannel
from notifications.channels.models import ChannelAccount
from notifications.outbox.models import Message
from notifications.receipts.models import ProviderEvent

if TYPE_CHECKING:
    from accounts.models import User


class Intent(models.TextChoices):
    """What the words ask for, as far as a machine dares say; everything else is for a person."""

    OPT_OUT = "opt_out", _("wants no more messages")
    OPT_IN = "opt_in", _("wants messages again")
    PAID = "paid", _("says it is paid")
    CALL_ME = "call_me", _("wants a call")
    OTHER = "other", _("something else")


class InboundMessageQuerySet(ScopedQuerySet["InboundMessage"]):
    def scoped_to(self, user: User) -> Self:
        """Those of people one may see; of a sender nobody knows, by the account that got them."""
        theirs = Q(party__in=Party.objects.visible_to(user))
        accounts = ChannelAccount.objects.visible_to(user)
        return self.filter(theirs | Q(party=None, event__account__in=accounts))

    def unhandled(self) -> Self:
        return self.filter(handled_at__isnull=True)


class InboundMessage(models.Model):
    """One message of one person. A sender nobody knows has no party and waits for a person."""

    id = uuid7_pk()
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, related_name="inbound_messages"
    )
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="inbound_messages"
    )
    channel = models.CharField(_("channel"), max_length=6, choices=MessageChannel)
    received_at = models.DateTimeField(_("received"))
    #: Sealed under the person's key; under the account's while nobody knows the sender.
    text = SealedField(_("text"), null=False, blank=False)
    intent = models.CharField(_("wants"), max_length=8, choices=Intent)
    answers = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, related_name="replies"
    )
    event = models.OneToOneField(ProviderEvent, on_delete=models.PROTECT, related_name="inbound")
    attempt = models.OneToOneField(
        Attempt, on_delete=models.PROTECT, null=True, related_name="inbound_message"
    )
    handled_at = models.DateTimeField(_("dealt with"), null=True)
    handled_by = models.CharField(_("dealt with by"), max_length=120, blank=True)

    objects = InboundMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("message received")
        verbose_name_plural = _("messages received")
        constraints = [
            models.CheckConstraint(
                condition=Q(intent__in=Intent.values) & Q(channel__in=MessageChannel.values),
                name="inbound_kinds_known",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "received_at"], name="inbound_of_party"),
            models.Index(
                fields=["received_at"],
                condition=Q(handled_at__isnull=True),
                name="inbound_to_handle",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.received_at:%Y-%m-%d %H:%M}"
