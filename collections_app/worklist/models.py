"""Work items: one person with all their open cases, and when they may be worked."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case, CaseQuerySet
from loans.borrowers.models import Party
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User


def workable_at(at: datetime) -> Q:
    """Returns the condition of what may be worked at an instant, as far as the hints know."""
    is_not_over = Q(workable_until__isnull=True) | Q(workable_until__gt=at)
    return Q(workable_from__lte=at) & is_not_over


class WorkItemQuerySet(ScopedQuerySet["WorkItem"]):
    def scoped_to(self, user: User) -> Self:
        """The people behind the open cases that the user may see."""
        return self.of_cases(Case.objects.visible_to(user).open())

    def of_cases(self, cases: CaseQuerySet) -> Self:
        """The people behind some cases, each portfolio's once."""
        mine = cases.order_by().filter(
            borrower=OuterRef("party_id"), portfolio=OuterRef("portfolio_id")
        )
        return self.filter(Exists(mine))


class WorkItem(models.Model):
    """One person with all their open cases in one portfolio: what an agent works at a time.

    `workable_from` and `workable_until` are hints for choosing and counting: what the gate said
    when it was asked last. They authorise nothing; every contact is asked for anew. Both empty:
    no passing of time opens it. `look_at` is when the hint is to be worked out again; a fact that
    may have changed the answer sets it to now.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="work_items")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    workable_from = models.DateTimeField(_("workable from"), null=True)
    workable_until = models.DateTimeField(_("workable until"), null=True)
    look_at = models.DateTimeField(_("to be looked at"), db_default=Now(), db_index=True)
    refreshed_at = models.DateTimeField(_("looked at"), null=True)
    #: Set by whoever claims the person, so that a second who looks at the same moment passes on.
    claimed_until = models.DateTimeField(_("claimed until"), null=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        constraints = [
            models.UniqueConstraint(fields=["party", "portfolio"], name="work_item_once"),
            models.CheckConstraint(
                condition=Q(workable_until__isnull=True)
                | Q(workable_from__isnull=False, workable_until__gt=models.F("workable_from")),
                name="work_item_hint_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} in {self.portfolio_id}"


class GatheredGround(models.Model):
    """What all hints of a portfolio rest on, as it stood when they were last called into question.

    A file of repayments, a new version of a rule pack, another setting of the portfolio: each
    changes the answer for everybody in it, and none is about a person.
    """

    portfolio = models.OneToOneField(Portfolio, on_delete=models.PROTECT, primary_key=True)
    fingerprint = models.CharField(max_length=64)
    seen_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("ground of hints")
        verbose_name_plural = _("grounds of hints")

    def __str__(self) -> str:
        return str(self.portfolio_id)
