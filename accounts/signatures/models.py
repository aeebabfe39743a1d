"""Secrets by which other systems sign what they send, and the signatures already accepted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from core.encryption.fields import SealedField
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from accounts.users.models import User


class SigningSecretQuerySet(ScopedQuerySet["SigningSecret"]):
    def scoped_to(self, user: User) -> SigningSecretQuerySet:
        sees = has_right(user, "token.manage") or has_right(user, "audit.view")
        return self if sees else self.none()


class SigningSecret(models.Model):
    """One of the at most two secrets an integration signs with; two, so that one can be replaced.

    A signature is worked out again from the secret, so it is sealed and not digested.
    """

    id = uuid7_pk()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("integration"),
        on_delete=models.PROTECT,
        related_name="signing_secrets",
    )
    slot = models.PositiveSmallIntegerField(_("first or second"), editable=False)
    prefix = models.CharField(_("begins with"), max_length=16, editable=False)
    secret = SealedField(_("secret"), editable=False)
    data_key = models.OneToOneField(
        "core.DataKey", on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("issued"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = SigningSecretQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing secret")
        verbose_name_plural = _("signing secrets")
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "slot"],
                condition=Q(revoked_at__isnull=True),
                name="signing_secret_two_at_most",
            ),
            models.CheckConstraint(condition=Q(slot__in=[1, 2]), name="signing_secret_slot_known"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class SeenSignature(models.Model):
    """A signature that was accepted; it is not accepted again while its moment is fresh."""

    signature = models.BinaryField(primary_key=True, max_length=32)
    seen_at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)

    class Meta:
        verbose_name = _("accepted signature")
        verbose_name_plural = _("accepted signatures")

    def __str__(self) -> str:
        return f"{self.seen_at:%Y-%m-%d %H:%M:%S}"
