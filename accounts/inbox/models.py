"""What the system tells a person who works here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from accounts.users.models import User


class Urgency(models.TextChoices):
    DO_NOW = "do_now", _("To do")
    KNOW = "know", _("To know")
    DIGEST = "digest", _("Summary")


class NoticeQuerySet(ScopedQuerySet["Notice"]):
    def unread(self) -> NoticeQuerySet:
        return self.filter(read_at__isnull=True)

    def scoped_to(self, user: User) -> NoticeQuerySet:
        """One's own only, whatever the role."""
        return self.filter(user=user)


class Notice(models.Model):
    """One line in one person's inbox. The text is looked up by `key` in the reader's language."""

    id = uuid7_pk()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="notices",
    )
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency.choices)
    key = models.CharField(_("text"), max_length=60)
    params = models.JSONField(_("values in the text"), default=dict, blank=True)
    link = models.CharField(_("leads to"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("sent"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(urgency__in=Urgency.values), name="notice_urgency_known"
            ),
            models.CheckConstraint(
                condition=Q(link="") | Q(link__startswith="/"), name="notice_link_local"
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "-created_at"],
                condition=Q(read_at__isnull=True),
                name="notice_unread_by_user",
            ),
            models.Index(fields=["user", "-created_at"], name="notice_by_user"),
        ]

    def __str__(self) -> str:
        return self.key
