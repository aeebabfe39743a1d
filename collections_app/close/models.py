"""The close: one row per portfolio and business date, and the loans it set aside.

Its steps are `core.jobs` runs, named `close.<step>`, with the portfolio's code as their scope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User


class CloseState(models.TextChoices):
    RUNNING = "running", _("running")
    FAILED = "failed", _("failed")
    DONE = "done", _("done")


class CloseRunQuerySet(ScopedQuerySet["CloseRun"]):
    def scoped_to(self, user: User) -> Self:
        """Closes of the portfolios that the user may see."""
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))


class CloseRun(models.Model):
    """The close of one portfolio for one business date; killed and resumed, it is still one run."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="closes")
    business_date = models.DateField(_("business date"))
    state = models.CharField(max_length=7, choices=CloseState, default=CloseState.RUNNING)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    resumed_count = models.PositiveSmallIntegerField(_("resumed"), default=0)
    started_by = models.CharField(_("started by"), max_length=120)
    is_catch_up = models.BooleanField(
        _("catch-up"), default=False, help_text=_("Closed after its own next day had passed.")
    )
    error = models.TextField(_("error"), blank=True)

    objects = CloseRunQuerySet.as_manager()

    class Meta:
        ordering = ["-business_date", "portfolio"]
        verbose_name = _("close")
        verbose_name_plural = _("closes")
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "business_date"], name="close_once"),
            models.CheckConstraint(
                condition=Q(state__in=CloseState.values), name="close_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False),
                name="close_done_has_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id} {self.business_date}"


class CloseDone(FactModel):
    """Tells the apps above that a business date of a portfolio is closed; never edited."""

    TOPIC = "collections.close_done"

    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    business_date = models.DateField(_("business date"))

    class Meta(FactModel.Meta):
        verbose_name = _("day closed")
        verbose_name_plural = _("days closed")
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "business_date"], name="close_done_told_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id} {self.business_date}"


class CloseSetAside(models.Model):
    """A loan that the close could not bring to the end of the day; the rest went on."""

    run = models.ForeignKey(CloseRun, on_delete=models.CASCADE, related_name="set_aside")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="+")
    error = models.CharField(_("error"), max_length=500)

    class Meta:
        verbose_name = _("loan set aside")
        verbose_name_plural = _("loans set aside")
        constraints = [
            models.UniqueConstraint(fields=["run", "loan"], name="close_set_aside_once"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id}"
