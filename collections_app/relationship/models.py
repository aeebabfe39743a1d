"""Relationships as they stand, for choosing and showing; and each change of one, for counting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case
from collections_app.relationship.flow import Sign, Temperature
from core.facts.models import FactModel
from loans.borrowers.models import Party
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User


class RelationshipQuerySet(ScopedQuerySet["RelationshipState"]):
    def scoped_to(self, user: User) -> Self:
        """Those of the people behind the cases that the user may see."""
        mine = Case.objects.visible_to(user).order_by()
        behind = mine.filter(
            borrower=models.OuterRef("party_id"), portfolio=models.OuterRef("portfolio_id")
        )
        return self.filter(models.Exists(behind))


class RelationshipState(models.Model):
    """How it stands between us and one person in one portfolio, by what happened in 90 days.

    Derived from contacts, stops, complaints, consents and promises (`relationship.flow`), and kept
    to be read with the case; who has none is steady. `look_at` is when it is to be worked out
    anew because time passed.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="relationships")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("relationship"), max_length=8, choices=Temperature, default=Temperature.STEADY
    )
    heat = models.PositiveSmallIntegerField(_("heat"), default=0)
    #: See `flow.Happened`, the latest first.
    signs = models.JSONField(_("signs"), default=list)
    look_at = models.DateTimeField(_("to be looked at"), null=True)
    refreshed_at = models.DateTimeField(_("looked at"))

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        constraints = [
            models.UniqueConstraint(fields=["party", "portfolio"], name="relationship_once"),
            models.CheckConstraint(
                condition=Q(state__in=Temperature.values), name="relationship_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["look_at"], condition=Q(look_at__isnull=False), name="relationship_look_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.portfolio_id}: {self.state}"


class RelationshipChangeQuerySet(ScopedQuerySet["RelationshipChange"]):
    def scoped_to(self, user: User) -> Self:
        """Those of the people behind the cases that the user may see."""
        rows = self.filter(portfolio__in=Portfolio.objects.visible_to(user))
        if has_right(user, "case.view_all"):
            return rows
        return rows.filter(party__in=Case.objects.visible_to(user).values("borrower"))

    def rises(self) -> Self:
        """Changes to a worse state."""
        return self.filter(is_rise=True)


class RelationshipChange(FactModel):
    """A relationship came to another state: from which, to which, and what did it. Never edited.

    `at` is the moment of the sign it is laid to, so that a sign learnt late is counted where it
    happened; a state that cools with time changes when that is noticed.
    """

    TOPIC = "collections.relationship_changed"

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="relationship_changes")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    before = models.CharField(_("before"), max_length=8, choices=Temperature)
    after = models.CharField(_("after"), max_length=8, choices=Temperature)
    is_rise = models.BooleanField(_("got worse"))
    heat = models.PositiveSmallIntegerField(_("heat"))
    cause = models.CharField(_("laid to"), max_length=16, choices=Sign, blank=True)
    cause_ref = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(_("at"))

    objects = RelationshipChangeQuerySet.as_manager()

    class Meta(FactModel.Meta):
        verbose_name = _("change of a relationship")
        verbose_name_plural = _("changes of relationships")
        constraints = [
            models.CheckConstraint(
                condition=Q(before__in=Temperature.values, after__in=Temperature.values)
                & ~Q(before=models.F("after")),
                name="relationship_change_states_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["party", "portfolio", "at"],
                condition=Q(is_rise=True),
                name="relationship_rises",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"
