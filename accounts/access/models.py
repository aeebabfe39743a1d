"""Tokens by which other systems call the API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.users.models import User


class ApiTokenQuerySet(ScopedQuerySet["ApiToken"]):
    def usable(self, at: datetime) -> ApiTokenQuerySet:
        """Neither revoked nor run out, and of an integration that is still active."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)

    def scoped_to(self, user: User) -> ApiTokenQuerySet:
        sees = has_right(user, "token.manage") or has_right(user, "audit.view")
        return self if sees else self.none()


class ApiToken(models.Model):
    """Only a digest is kept: the token itself is shown once, when it is issued."""

    id = uuid7_pk()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("integration"),
        on_delete=models.PROTECT,
        related_name="api_tokens",
    )
    name = models.CharField(_("what it is for"), max_length=80)
    prefix = models.CharField(_("begins with"), max_length=16, unique=True)
    digest = models.BinaryField(_("SHA-256"), max_length=32, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=60), verbose_name=_("rights"))
    created_at = models.DateTimeField(_("issued"))
    expires_at = models.DateTimeField(_("runs out"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_on = models.DateField(_("last used"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="api_token_runs_out_later"
            ),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="api_token_has_rights"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
