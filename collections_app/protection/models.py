"""Pauses: what somebody is offered after they were abused on the phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from collections_app.contacts.models import Contact
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from accounts.models import User


class PauseQuerySet(ScopedQuerySet["Pause"]):
    def scoped_to(self, user: User) -> Self:
        """One's own, and those of the people one leads; all for who looks over everything."""
        if has_right(user, "case.view_all"):
            return self
        mine = Q(agent=user) | Q(agent__team__lead=user)
        if has_right(user, "case.view_team") and user.team_id is not None:
            mine |= Q(agent__team=user.team_id)
        return self.filter(mine)


class Pause(models.Model):
    """One pause, offered after one abusive contact: taken or not, and whether it was followed by
    an easier person.

    `until` is empty until the agent answers; answered with "go on" it is the moment of the answer.
    """

    id = uuid7_pk()
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="pauses"
    )
    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="pause")
    offered_at = models.DateTimeField(_("offered"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    until = models.DateTimeField(_("until"), null=True)
    eased_at = models.DateTimeField(_("followed by an easier person"), null=True)

    objects = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, until__isnull=True)
                | Q(answered_at__isnull=False, until__gte=models.F("answered_at")),
                name="pause_answered_until",
            ),
        ]
        indexes = [models.Index(fields=["agent", "offered_at"], name="pause_of_agent")]
        triggers = [
            pgtrigger.ReadOnly(name="pause_offer_fixed", fields=["agent", "contact", "offered_at"]),
            pgtrigger.Protect(name="pause_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.offered_at:%Y-%m-%d %H:%M}"
