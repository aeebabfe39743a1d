"""Strategies: by segment, which message on which day. Data, in versions that two people make.

Calls, visits and legal steps will be lines of other kinds; a line says its action, so that the
table has room for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from accounts.models import Approval
from collections_app.strategy.flow import TRANSITIONS, StrategyStatus
from core.ids import uuid7_pk
from core.money import MoneyField
from loans.portfolios.models import Portfolio, PortfolioRowQuerySet, Product
from notifications.templates.models import MessageTemplate

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class LineTrigger(models.TextChoices):
    """What a line's day is counted from."""

    DAYS_TO_DUE = "days_to_due", _("days before the due date")
    DAYS_PAST_DUE = "days_past_due", _("days past due")
    DAYS_TO_PROMISE = "days_to_promise", _("days before a promise is due")
    PROMISE_BROKEN = "promise_broken", _("days since a promise was broken")
    DAYS_TO_PLAN = "days_to_plan", _("days before an instalment of a plan is due")
    PLAN_BROKEN = "plan_broken", _("days since a plan was broken")
    PAYMENT = "payment", _("days since a payment")


class LineAction(models.TextChoices):
    MESSAGE = "message", _("message")


class LineFlag(models.TextChoices):
    """What is known of a person or a loan that a line may look for; see `flags_sql`."""

    HARDSHIP = "hardship", _("hardship")
    VULNERABLE = "vulnerable", _("vulnerable")
    DISPUTE = "dispute", _("dispute open")
    COMPLAINT = "complaint", _("complaint open")
    CEASE = "cease", _("asked us to stop")
    ATTORNEY = "attorney", _("represented by a lawyer")
    BANKRUPTCY = "bankruptcy", _("bankruptcy")
    BREATHING_SPACE = "breathing_space", _("breathing space")
    MILITARY = "military", _("military service")
    DECEASED = "deceased", _("deceased")
    TIME_BARRED = "time_barred", _("time-barred")
    PROMISE_OPEN = "promise_open", _("promise open")
    PLAN_OPEN = "plan_open", _("plan in force")
    FIRST_PAYMENT_DEFAULT = "first_payment_default", _("first instalment not paid")
    STRAINED = "strained", _("relationship strained or hot")
    HOT = "hot", _("relationship hot")


#: Flags that say how it stands between us and a person: whom a line leaves out for one of them gets
#: a message that is not sent and says so, where no other line speaks to them.
OF_RELATIONSHIP: Final = (LineFlag.STRAINED, LineFlag.HOT)


class StrategyQuerySet(PortfolioRowQuerySet["Strategy"]):
    pass


class Strategy(models.Model):
    """How one portfolio's people are reminded. One version of it is active at a time."""

    id = uuid7_pk()
    portfolio = models.OneToOneField(Portfolio, on_delete=models.PROTECT, related_name="strategy")
    name = models.CharField(_("name"), max_length=120)

    objects = StrategyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("strategy")
        verbose_name_plural = _("strategies")

    def __str__(self) -> str:
        return self.name


class StrategyRowQuerySet(ScopedQuerySet["StrategyVersion"]):
    def scoped_to(self, user: User) -> Self:
        return self.filter(strategy__portfolio__in=Portfolio.objects.visible_to(user))

    def in_force(self, on: date) -> Self:
        """The version of each strategy that plans on a day: the last one activated for it.

        One that begins later leaves the one before it in force until its day.
        """
        activated = self.filter(activated_at__isnull=False, effective_from__lte=on)
        return activated.order_by("strategy_id", "-activated_at").distinct("strategy_id")


class StrategyVersion(models.Model):
    """One edition of a strategy; once proposed its lines do not change any more."""

    id = uuid7_pk()
    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(
        _("status"), max_length=8, choices=StrategyStatus, default=StrategyStatus.DRAFT
    )
    effective_from = models.DateField(_("in force from"))
    #: At most one message of a strategy to one person in so many days.
    days_between = models.PositiveSmallIntegerField(_("days between messages"), default=1)
    #: The same where the relationship is strained or hot; empty: no difference is made.
    heated_days_between = models.PositiveSmallIntegerField(
        _("days between messages, strained or hot"), null=True, blank=True
    )
    written_by = models.CharField(_("written by"), max_length=120)
    written_at = models.DateTimeField(_("written"))
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, blank=True, related_name="strategy_version"
    )
    activated_at = models.DateTimeField(_("activated"), null=True, blank=True)
    activated_by = models.CharField(_("activated by"), max_length=120, blank=True)

    objects = StrategyRowQuerySet.as_manager()

    class Meta:
        ordering = ["strategy", "-version"]
        verbose_name = _("strategy version")
        verbose_name_plural = _("strategy versions")
        constraints = [
            models.UniqueConstraint(fields=["strategy", "version"], name="strategy_version_once"),
            models.UniqueConstraint(
                fields=["strategy"],
                condition=Q(status="active"),
                name="strategy_one_active_version",
            ),
            models.CheckConstraint(
                condition=Q(status__in=StrategyStatus.values), name="strategy_status_known"
            ),
            models.CheckConstraint(
                condition=Q(days_between__gte=1), name="strategy_days_between_positive"
            ),
            models.CheckConstraint(
                condition=Q(heated_days_between__isnull=True)
                | Q(heated_days_between__gte=F("days_between")),
                name="strategy_heated_rests_longer",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="strategy_version_flow", field="status", transitions=list(TRANSITIONS)
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"


class StrategyLine(models.Model):
    """One line: for whom, on which day, which message. The first line that fits a person counts.

    `code` names the line over all versions, so that a new version does not say again what an older
    one has said. Empty lists and amounts mean "any".
    """

    version = models.ForeignKey(StrategyVersion, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField(_("order"))
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    action = models.CharField(
        _("action"), max_length=8, choices=LineAction, default=LineAction.MESSAGE
    )
    trigger = models.CharField(_("counted from"), max_length=15, choices=LineTrigger)
    first_day = models.PositiveSmallIntegerField(_("first day"))
    last_day = models.PositiveSmallIntegerField(_("last day"))
    every_days = models.PositiveSmallIntegerField(
        _("every so many days"), default=1, help_text=_("From the first day on.")
    )
    buckets = ArrayField(
        models.CharField(max_length=20), verbose_name=_("buckets"), default=list, blank=True
    )
    products = models.ManyToManyField(
        Product, verbose_name=_("products"), blank=True, related_name="+"
    )
    languages = ArrayField(
        models.CharField(max_length=10), verbose_name=_("languages"), default=list, blank=True
    )
    #: A loan fits that has any of the first and none of the second; see `LineFlag`.
    with_flags = ArrayField(
        models.CharField(max_length=24, choices=LineFlag),
        verbose_name=_("only with"),
        default=list,
        blank=True,
    )
    without_flags = ArrayField(
        models.CharField(max_length=24, choices=LineFlag),
        verbose_name=_("not with"),
        default=list,
        blank=True,
    )
    least_amount = MoneyField(_("at least past due"), null=True, blank=True)
    without_open_promise = models.BooleanField(
        _("not while a promise is open"),
        default=True,
        help_text=_("Who promised and whose day has not come is left in peace."),
    )
    template = models.ForeignKey(
        MessageTemplate, on_delete=models.PROTECT, verbose_name=_("message"), related_name="+"
    )
    send_at = models.TimeField(_("at"), help_text=_("Local time of the portfolio."))
    useful_hours = models.PositiveSmallIntegerField(
        _("useful for, hours"), default=10, help_text=_("After that it is not sent any more.")
    )

    class Meta:
        ordering = ["version", "position"]
        verbose_name = _("line of a strategy")
        verbose_name_plural = _("lines of strategies")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="strategy_line_code_once"),
            models.CheckConstraint(
                condition=Q(trigger__in=LineTrigger.values) & Q(action__in=LineAction.values),
                name="strategy_line_kinds_known",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")) & Q(every_days__gte=1),
                name="strategy_line_days_forward",
            ),
            models.CheckConstraint(
                condition=Q(useful_hours__gte=1) & Q(useful_hours__lte=168),
                name="strategy_line_useful_some_hours",
            ),
        ]
        triggers = [
            # What a second person approved is what plans.
            pgtrigger.Trigger(
                name="strategy_line_only_of_drafts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("line", "record")],
                func=(
                    "line := coalesce(NEW, OLD);"
                    " IF (SELECT status FROM collections_app_strategyversion"
                    " WHERE id = line.version_id) NOT IN ('draft') THEN"
                    " RAISE EXCEPTION 'The lines of this version cannot change any more.';"
                    " END IF; RETURN coalesce(NEW, OLD);"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code
