"""Read models: what the books said at every close, what happened, and the sums of both.

Lines stand for single loans and single events; rollups are their sums by everything a dashboard
can be narrowed to. A tile reads rollups, the page behind it reads lines, and `verify_rollups`
holds one against the other. Nothing here is a fact: all of it can be made again. Lines are written
by the hundred thousand, so of their references the database checks only the loan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ModelT, ScopedQuerySet
from collections_app.cases.models import Case
from core.money import MoneyField
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio, Product

if TYPE_CHECKING:
    from accounts.models import User

#: Places a loan can be in beside the buckets of its scheme; no bucket code begins with "~".
PAID_OFF: Final = "~paid_off"
WRITTEN_OFF: Final = "~written_off"
LEFT_THE_BOOK: Final = (PAID_OFF, WRITTEN_OFF)
#: The place of a loan that was set aside before it ever had a position.
NOWHERE: Final = ""


class ReportQuerySet(ScopedQuerySet[ModelT]):
    """Rows that name portfolio and team: all of one's portfolios, or one's team's part of them."""

    def scoped_to(self, user: User) -> Self:
        rows = self.filter(portfolio__in=Portfolio.objects.visible_to(user))
        if has_right(user, "case.view_all"):
            return rows
        if user.team_id is None or not has_right(user, "case.view_team"):
            return rows.none()
        return rows.filter(team=user.team_id)


class BookLineQuerySet(ReportQuerySet["BookLine"]):
    def in_portfolios_of(self, user: User) -> Self:
        """Lines of the user's portfolios; the caller sees to it whose of them are shown."""
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))


class BookDayQuerySet(ScopedQuerySet["BookDay"]):
    def scoped_to(self, user: User) -> Self:
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))


class BookDay(models.Model):
    """The books of a portfolio as they were known when a day was closed."""

    portfolio = models.ForeignKey(Portfolio, on_delete=models.CASCADE, related_name="+")
    on = models.DateField(_("business date"))
    known_at = models.DateTimeField(
        _("as known at"), help_text=_("When the close ended, or when the day was made afterwards.")
    )
    taken_at = models.DateTimeField(_("taken"), auto_now_add=True)

    objects = BookDayQuerySet.as_manager()

    class Meta:
        ordering = ["portfolio", "on"]
        verbose_name = _("day of the books")
        verbose_name_plural = _("days of the books")
        constraints = [
            models.UniqueConstraint(fields=["portfolio", "on"], name="book_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id} {self.on}"


class BookLine(models.Model):
    """What the books said about one loan at the closes from `from_on` to before `to_on`."""

    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="+", db_index=False)
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    place = models.CharField(
        max_length=20, help_text=_("The bucket, or that the loan is paid off or written off.")
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("until before"), null=True)
    overdue_amount = MoneyField(_("past due"))
    principal_amount = MoneyField(_("principal outstanding"))
    is_past_30 = models.BooleanField(_("more than 30 days past due"))
    next_due_on = models.DateField(_("next due"), null=True)
    next_due_amount = MoneyField(_("next amount due"), default=0)
    case = models.ForeignKey(
        Case,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    is_worked = models.BooleanField(_("an attempt was logged since the case opened"), default=False)
    team = models.ForeignKey(
        "accounts.Team",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    agent = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    objects = BookLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the books")
        verbose_name_plural = _("lines of the books")
        constraints = [
            models.UniqueConstraint(fields=["loan", "from_on"], name="book_line_start_once"),
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gt=models.F("from_on")),
                name="book_line_forward",
            ),
        ]
        indexes = [
            models.Index(
                fields=["portfolio", "-overdue_amount", "-id"],
                condition=Q(to_on__isnull=True),
                name="book_line_now",
            ),
            models.Index(
                fields=["portfolio", "place", "-overdue_amount", "-id"],
                condition=Q(to_on__isnull=True),
                name="book_line_now_place",
            ),
            models.Index(
                fields=["agent"],
                condition=Q(to_on__isnull=True, agent__isnull=False),
                name="book_line_now_agent",
            ),
            models.Index(fields=["portfolio", "to_on"], name="book_line_ended"),
            models.Index(fields=["portfolio", "from_on"], name="book_line_began"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.place} from {self.from_on}"


class BookRollup(models.Model):
    """The sums of the lines in force at one close."""

    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    on = models.DateField(_("business date"))
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=20)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    loan_count = models.PositiveIntegerField()
    overdue_amount = MoneyField()
    principal_amount = MoneyField()
    past_30_count = models.PositiveIntegerField()
    past_30_principal = MoneyField()
    case_count = models.PositiveIntegerField()
    worked_count = models.PositiveIntegerField()

    objects = ReportQuerySet["BookRollup"].as_manager()

    class Meta:
        verbose_name = _("sum of the books")
        verbose_name_plural = _("sums of the books")
        constraints = [
            models.UniqueConstraint(
                fields=["portfolio", "on", "product", "place", "team", "agent"],
                nulls_distinct=False,
                name="book_rollup_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id} {self.on} {self.place}"


class RollRollup(models.Model):
    """Where the loans of one close stood a span of days before: the cells of the roll matrix."""

    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    on = models.DateField(_("business date"))
    span = models.PositiveSmallIntegerField(_("days back"))
    from_on = models.DateField(_("compared with"))
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    from_place = models.CharField(max_length=20)
    to_place = models.CharField(max_length=20)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    loan_count = models.PositiveIntegerField()
    principal_amount = MoneyField(help_text=_("Principal outstanding on the earlier day."))

    objects = ReportQuerySet["RollRollup"].as_manager()

    class Meta:
        verbose_name = _("roll of the books")
        verbose_name_plural = _("rolls of the books")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("portfolio", "on", "span", "product", "from_place", "to_place"),
                    *("team", "agent"),
                ],
                nulls_distinct=False,
                name="roll_rollup_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.portfolio_id} {self.on} {self.from_place} {self.to_place}"


class EventKind(models.TextChoices):
    """What is counted by the day it happened."""

    MONEY = "money", _("money received")
    DUE = "due", _("fell due")
    MOVE = "move", _("changed bucket")
    ATTEMPT = "attempt", _("attempt")
    INBOUND = "inbound", _("contact by the person")
    UNSANCTIONED = "unsanctioned", _("unsanctioned contact")
    GATE_STOP = "gate_stop", _("contact refused by the gate")
    PROMISE_TAKEN = "promise_taken", _("promise taken")
    PROMISE_DUE = "promise_due", _("promise falling due")


class EventLine(models.Model):
    """One event as reports count it. `mark` is what became of it and may change."""

    kind = models.CharField(max_length=13, choices=EventKind)
    source = models.CharField(max_length=60, help_text=_("Key of the row it was read from."))
    mark = models.CharField(max_length=12, blank=True)
    on = models.DateField(_("business date"))
    at = models.DateTimeField(_("at"), null=True)
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    loan = models.ForeignKey(Loan, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    place = models.CharField(
        max_length=20, blank=True, help_text=_("Where the books had the loan the evening before.")
    )
    to_place = models.CharField(max_length=20, blank=True)
    amount = MoneyField(_("amount"), default=0)
    team = models.ForeignKey(
        "accounts.Team",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    agent = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )

    objects = ReportQuerySet["EventLine"].as_manager()

    class Meta:
        verbose_name = _("reported event")
        verbose_name_plural = _("reported events")
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="event_line_once"),
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="event_line_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["portfolio", "kind", "on", "id"], name="event_line_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark} {self.on}"


class EventRollup(models.Model):
    """The sums of the events of one day."""

    kind = models.CharField(max_length=13, choices=EventKind)
    mark = models.CharField(max_length=12, blank=True)
    on = models.DateField(_("business date"))
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+", db_index=False)
    place = models.CharField(max_length=20, blank=True)
    to_place = models.CharField(max_length=20, blank=True)
    team = models.ForeignKey(
        "accounts.Team", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    agent = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    event_count = models.IntegerField()
    amount = MoneyField()

    objects = ReportQuerySet["EventRollup"].as_manager()

    class Meta:
        verbose_name = _("sum of reported events")
        verbose_name_plural = _("sums of reported events")
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("portfolio", "on", "kind", "mark", "product", "place", "to_place"),
                    *("team", "agent"),
                ],
                nulls_distinct=False,
                name="event_rollup_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.mark} {self.on}"
