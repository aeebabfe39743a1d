"""Accounts with providers: which adapter a channel uses, how fast, and whether it may send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet, sees_all_portfolios
from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from core.money import PriceField
from loans.portfolios.models import Portfolio
from notifications.channels.flow import MessageChannel

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


class ChannelAccountQuerySet(ScopedQuerySet["ChannelAccount"]):
    def scoped_to(self, user: User) -> Self:
        """Accounts of the portfolios that the user may see, and those that serve all."""
        if sees_all_portfolios(user):
            return self
        return self.filter(Q(portfolio=None) | Q(portfolio__in=Portfolio.objects.visible_to(user)))

    def serving(self, portfolio: UUID) -> Self:
        """A portfolio's own accounts and the common ones."""
        return self.filter(Q(portfolio=None) | Q(portfolio=portfolio))


class ChannelAccount(models.Model):
    """One account with one provider. A portfolio's own account goes before the common one.

    Secrets are sealed under a key of the account: the one for its calls, one for webhooks where
    that is another, and the one that signed webhooks before, valid until it is ended. `settings`
    holds what is no secret (addresses, ids, the name of the sender).

    Switched off, nothing leaves through it and nothing is lost: messages wait, and those that
    expire meanwhile say so.
    """

    id = uuid7_pk()
    name = models.CharField(_("name"), max_length=80)
    channel = models.CharField(_("channel"), max_length=6, choices=MessageChannel)
    adapter = models.CharField(_("adapter"), max_length=20)
    portfolio = models.ForeignKey(
        Portfolio,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="channel_accounts",
        help_text=_("Empty: every portfolio without an account of its own."),
    )
    settings = models.JSONField(_("settings"), default=dict, blank=True)
    data_key = models.OneToOneField("core.DataKey", on_delete=models.PROTECT, related_name="+")
    secret = SealedField(_("secret"))
    webhook_secret = SealedField(_("secret of webhooks"))
    previous_secret = SealedField(_("secret before"))
    rate_per_second = models.PositiveSmallIntegerField(
        _("messages a second"), default=20, help_text=_("At most; the provider's own limit.")
    )
    parallel_calls = models.PositiveSmallIntegerField(
        _("calls at once"),
        default=4,
        help_text=_("So that a slow provider holds up no other channel."),
    )
    price_per_part = PriceField(_("price of a part"), null=True, blank=True)
    price_currency = models.CharField(_("currency of the price"), max_length=3, blank=True)
    is_on = models.BooleanField(_("sends"), default=True)
    switched_at = models.DateTimeField(_("switched"), null=True, blank=True)
    switched_by = models.CharField(_("switched by"), max_length=120, blank=True)
    switched_reason = models.CharField(_("why switched"), max_length=200, blank=True)

    objects = ChannelAccountQuerySet.as_manager()

    class Meta:
        ordering = ["channel", "name"]
        verbose_name = _("channel account")
        verbose_name_plural = _("channel accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=MessageChannel.values), name="channel_account_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(rate_per_second__gt=0) & Q(parallel_calls__gt=0),
                name="channel_account_can_send",
            ),
            models.CheckConstraint(
                condition=Q(is_on=True) | ~Q(switched_reason=""),
                name="channel_account_off_with_why",
            ),
            models.UniqueConstraint(
                fields=["channel", "portfolio"],
                name="channel_account_one_each",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChannelPace(models.Model):
    """How many messages an account let go in the current second: the rate limit, as one row."""

    account = models.OneToOneField(
        ChannelAccount, on_delete=models.CASCADE, primary_key=True, related_name="pace"
    )
    second = models.BigIntegerField(default=0)
    let_go = models.PositiveIntegerField(default=0)
    #: The provider asked for a pause until then.
    paused_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("pace of a channel")
        verbose_name_plural = _("paces of channels")

    def __str__(self) -> str:
        return f"{self.account_id} {self.let_go}"


class ChannelSlot(models.Model):
    """One of the calls an account may make at once; a lease brings a dead worker's one back.

    A slow provider fills its own slots and no more: the other channels keep theirs.
    """

    account = models.ForeignKey(ChannelAccount, on_delete=models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("slot of a channel")
        verbose_name_plural = _("slots of channels")
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="channel_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.number}"
