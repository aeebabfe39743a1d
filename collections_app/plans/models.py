"""Plans agreed with people who cannot pay as the contract says, their instalments and limits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access.decorators import has_right
from accounts.access.rights import Role
from accounts.access.scope import ScopedQuerySet
from accounts.approvals.models import Approval
from collections_app.cases.models import Case
from collections_app.hardship.models import HardshipTalk
from collections_app.plans.flow import LIVE, PAID, TRANSITIONS, PlanKind, PlanState
from collections_app.promises.models import Promise
from core.facts.models import FactModel
from core.ids import uuid7_pk
from core.money import MoneyField, RateField
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User

__all__ = ["Plan", "PlanEvent", "PlanInstalment", "PlanKind", "PlanPolicy", "PlanState"]


class PlanPolicy(models.Model):
    """How far a role may agree to one kind of plan; beyond it another person decides."""

    role = models.CharField(_("role"), max_length=20, choices=Role)
    kind = models.CharField(_("kind"), max_length=11, choices=PlanKind)
    is_offered = models.BooleanField(
        _("may agree to it"),
        default=True,
        help_text=_("A change of the contract takes a second person in any case."),
    )
    most_months = models.PositiveSmallIntegerField(
        _("months, at most"),
        help_text=_("To the last instalment; of an extension or deferral, how far it moves."),
    )
    most_parts = models.PositiveSmallIntegerField(_("instalments, at most"))
    least_share = RateField(
        _("share that is paid, at least"),
        help_text=_(
            "Of what is past due (arrangement), of all that is owed (settlement), of the late "
            "charges (waiver): 0.5 is half."
        ),
    )
    most_in_year = models.PositiveSmallIntegerField(
        _("times in twelve months, at most"), help_text=_("For one loan.")
    )

    class Meta:
        ordering = ["role", "kind"]
        verbose_name = _("policy of plans")
        verbose_name_plural = _("policies of plans")
        constraints = [
            models.UniqueConstraint(fields=["role", "kind"], name="plan_policy_once"),
            models.CheckConstraint(
                condition=Q(role__in=Role.values, kind__in=PlanKind.values),
                name="plan_policy_kinds_known",
            ),
            models.CheckConstraint(
                condition=Q(least_share__gte=0, least_share__lte=1, most_parts__gte=1),
                name="plan_policy_sane",
                violation_error_message=_(
                    "The share is from 0 to 1, and there is at least one instalment."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.get_kind_display()}"


class PlanQuerySet(ScopedQuerySet["Plan"]):
    def scoped_to(self, user: User) -> Self:
        """Plans on loans whose cases the user may see, and those the user proposed there."""
        in_reach = self.filter(loan__portfolio__in=Portfolio.objects.visible_to(user))
        if has_right(user, "case.view_all"):
            return in_reach
        seen = Case.objects.visible_to(user).order_by().values("loan")
        return in_reach.filter(Q(loan__in=seen) | Q(proposed_by_id=str(user.pk)))

    def live(self) -> Self:
        return self.filter(state__in=LIVE)


class Plan(models.Model):
    """One plan for one loan, from its proposal to what became of it.

    Amounts are in the portfolio's currency. `months` of a deferral is how many instalments go to
    the end of the contract.
    """

    id = uuid7_pk()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="plans")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="plans")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="plans")
    talk = models.ForeignKey(
        HardshipTalk, on_delete=models.PROTECT, null=True, related_name="plans"
    )
    kind = models.CharField(_("kind"), max_length=11, choices=PlanKind)
    state = models.CharField(max_length=12, choices=PlanState, default=PlanState.PROPOSED)
    total_amount = MoneyField(_("to be paid"), default=0)
    given_up_amount = MoneyField(_("given up"), default=0)
    months = models.PositiveSmallIntegerField(_("months"), default=0)
    past_due_amount = MoneyField(_("past due when proposed"))
    outstanding_amount = MoneyField(_("owed in all when proposed"))
    beyond = models.JSONField(
        _("beyond the limit"), default=list, help_text=_("Why a second person decides.")
    )
    expected = models.JSONField(
        _("expected of the feed"),
        default=dict,
        help_text=_("What the lender's books must say before it counts as made there."),
    )
    facts = models.JSONField(
        _("facts"), default=list, help_text=_("What it wrote into the books: kind and number.")
    )
    proposed_by = models.CharField(_("proposed by"), max_length=120)
    proposed_by_id = models.CharField(max_length=40, blank=True)
    proposed_at = models.DateTimeField(pgettext_lazy("when a plan was", "proposed"))
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, null=True, related_name="plan"
    )
    agreed_by = models.CharField(_("agreed by"), max_length=120, blank=True)
    agreed_at = models.DateTimeField(_("agreed"), null=True)
    ended_on = models.DateField(_("ended on"), null=True)
    end_reason = models.CharField(_("why it ended"), max_length=200, blank=True)
    is_early = models.BooleanField(
        _("paid early"), default=False, help_text=_("All was paid before the last day.")
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PlanKind.values, state__in=PlanState.values),
                name="plan_kinds_known",
            ),
            models.CheckConstraint(
                # Sorted here and below: a set has another order in each process, so every
                # database would have a definition of its own.
                condition=Q(kind__in=sorted(PAID), total_amount__gt=0)
                | (~Q(kind__in=sorted(PAID)) & Q(total_amount=0)),
                name="plan_paid_kinds_are_paid",
            ),
            models.UniqueConstraint(
                fields=["loan"],
                condition=Q(state__in=sorted(LIVE)),
                name="plan_one_live_per_loan",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "proposed_at"], name="plan_by_state"),
            models.Index(fields=["case"], name="plan_of_case"),
        ]
        triggers = [
            pgtrigger.FSM(name="plan_flow", field="state", transitions=list(TRANSITIONS)),
            pgtrigger.ReadOnly(
                name="plan_terms_fixed",
                fields=[
                    *("case", "loan", "party", "kind", "total_amount", "given_up_amount"),
                    *("months", "proposed_by_id", "proposed_at"),
                ],
            ),
            pgtrigger.Protect(name="plan_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.proposed_at:%Y-%m-%d}"

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class PlanInstalment(models.Model):
    """One instalment of a plan; once agreed a promise, judged from money as every promise is."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField(_("No."))
    amount = MoneyField(_("amount"))
    due_on = models.DateField(_("by"))
    promise = models.OneToOneField(
        Promise, on_delete=models.PROTECT, null=True, related_name="plan_instalment"
    )

    class Meta:
        ordering = ["plan", "number"]
        verbose_name = _("instalment of a plan")
        verbose_name_plural = _("instalments of plans")
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="plan_instalment_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="plan_instalment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount} by {self.due_on}"

    def is_due(self, on: date) -> bool:
        return self.due_on <= on


class PlanEvent(FactModel):
    """A plan came to a state: who did it, and why. Never edited."""

    TOPIC = "collections.plan_changed"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=12, choices=PlanState)
    by = models.CharField(_("by"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(FactModel.Meta):
        verbose_name = _("plan event")
        verbose_name_plural = _("plan events")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PlanState.values), name="plan_event_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.state}"
