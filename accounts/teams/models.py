"""A team: people who share a queue, and the one who leads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from accounts.users.models import User


class TeamQuerySet(ScopedQuerySet["Team"]):
    def scoped_to(self, user: User) -> TeamQuerySet:
        """One's own team and those one leads; all of them for who oversees everything."""
        if has_right(user, "case.view_all") or has_right(user, "user.manage"):
            return self
        return self.filter(models.Q(pk=user.team_id) | models.Q(lead=user))


class Team(models.Model):
    id = uuid7_pk()
    name = models.CharField(_("name"), max_length=80)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("team lead"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="leads",
    )
    is_active = models.BooleanField(_("in use"), default=True)
    # What one agent is to reach on a day; empty: nothing is asked.
    target_attempts = models.PositiveSmallIntegerField(_("attempts a day"), null=True, blank=True)
    target_talks = models.PositiveSmallIntegerField(_("right parties a day"), null=True, blank=True)
    target_promises = models.PositiveSmallIntegerField(_("promises a day"), null=True, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="team_name_unique",
                violation_error_message=_("There is already a team of this name."),
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="team_name_given"),
        ]

    def __str__(self) -> str:
        return self.name
