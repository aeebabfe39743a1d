"""Which team a portfolio's cases go to, and which skill they need: data of the lender."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7_pk
from loans.portfolios.models import Portfolio, PortfolioRowQuerySet, Product

HIGHEST_SEVERITY = 5


class SeverityRange(models.Model):
    """Buckets of a portfolio by their severity, both ends included: 0 current to 5 the worst."""

    severity_from = models.PositiveSmallIntegerField(_("from severity"), default=0)
    severity_to = models.PositiveSmallIntegerField(_("to severity"), default=HIGHEST_SEVERITY)

    class Meta:
        abstract = True

    def covers(self, severity: int) -> bool:
        """Tells whether a case of this severity is meant."""
        return self.severity_from <= severity <= self.severity_to


def _range_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(severity_to__gte=F("severity_from")) & Q(severity_to__lte=HIGHEST_SEVERITY),
        name=name,
        violation_error_message=_("From the lighter severity to the heavier one, 0 to 5."),
    )


class TeamQueue(SeverityRange):
    """The part of a portfolio that a team works, e.g. South the early buckets, North the late.

    A team with a grant and without a queue in the portfolio takes every bucket of it.
    """

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.CASCADE, related_name="+", verbose_name=_("team")
    )

    objects = PortfolioRowQuerySet["TeamQueue"].as_manager()

    class Meta:
        ordering = ["portfolio", "severity_from", "team"]
        verbose_name = _("team queue")
        verbose_name_plural = _("team queues")
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "team", "severity_from"], name="team_queue_once"
            ),
            _range_in_order("team_queue_range"),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id}: {self.severity_from}-{self.severity_to}"


class SkillRequirement(SeverityRange):
    """A skill that an agent needs for cases of a portfolio, a product or some of its buckets."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(
        Product,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
        help_text=_("Empty: every product of the portfolio."),
    )
    skill = models.SlugField(
        _("skill"),
        max_length=40,
        help_text=_("In small letters; as in the profile of people or as a course's skill."),
    )

    objects = PortfolioRowQuerySet["SkillRequirement"].as_manager()

    class Meta:
        ordering = ["portfolio", "skill", "severity_from"]
        verbose_name = _("skill requirement")
        verbose_name_plural = _("skill requirements")
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "product", "skill", "severity_from"],
                nulls_distinct=False,
                name="skill_requirement_once",
            ),
            _range_in_order("skill_requirement_range"),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id}: {self.skill}"
