"""Cases: one loan's one delinquency episode, who works it, and what happened to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from collections_app.cases.assignment import Undealt
from collections_app.cases.flow import TRANSITIONS, CaseState, CloseReason
from collections_app.cases.visitors import visits_in_hand
from compliance.attempts.models import AttemptLoan
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User

#: Stands for "nothing is planned" where cases are ordered by their next step: after every day.
NO_NEXT_STEP = datetime(9999, 1, 1, tzinfo=UTC)


def _promised_a_call(user: User) -> Q:
    """Cases with a pending callback that is the user's own, or their team's."""
    callbacks = apps.get_model("collections_app", "Callback")._default_manager
    owed = Q(owner=user)
    if user.team_id is not None:
        owed |= Q(owner__isnull=True, case__team=user.team_id)
    pending = callbacks.filter(owed, state__in=("open", "missed")).order_by()
    return _among(pending.values("case"))


def _to_be_visited(user: User) -> Q:
    """Cases with a visit still to be made that the user makes, or plans."""
    in_hand = visits_in_hand(user)
    if not in_hand:
        return Q()
    visits = apps.get_model("collections_app", "Visit")._default_manager
    pending = visits.filter(in_hand, state__in=("requested", "planned", "booked", "arrived"))
    return _among(pending.order_by().values("case"))


def _among(keys: models.QuerySet[Any, Any]) -> Q:
    """Cases among a few keys, which are read first, as an array: compared one by one with every
    case they would keep the database from the index of who holds a case.
    """
    return Q(
        models.Func(
            models.F("pk"),
            ArraySubquery(keys),
            template="%(expressions)s)",
            arg_joiner=" = ANY(",
            output_field=models.BooleanField(),
        )
    )


def _legal_matters() -> Q:
    """Cases that were handed over to legal, and those with a legal file.

    As for callbacks, the few keys of the files are read first, as an array.
    """
    letters = apps.get_model("collections_app", "DemandLetter")._default_manager
    proceedings = apps.get_model("collections_app", "Proceeding")._default_manager
    handed_over = Q(state=CaseState.OPEN, next_step=NextStep.LEGAL)
    for files in (letters, proceedings):
        handed_over |= Q(
            models.Func(
                models.F("pk"),
                ArraySubquery(files.order_by().values("case")),
                template="%(expressions)s)",
                arg_joiner=" = ANY(",
                output_field=models.BooleanField(),
            )
        )
    return handed_over


class CaseQuerySet(ScopedQuerySet["Case"]):
    def scoped_to(self, user: User) -> Self:
        """Cases in the user's portfolios: one's own, the team's or all, as the role allows.

        Whoever deals cases out also sees the open ones that nobody holds; whoever owes a person a
        call, or whose team does, sees that person's case until the call is made; who is to visit
        somebody, or plans it, until the visit is; and a legal officer sees what was handed over to
        legal or has a legal file.
        """
        cases = self.filter(portfolio__in=Portfolio.objects.visible_to(user))
        if has_right(user, "case.view_all"):
            return cases
        mine = Q(assignee=user)
        if has_right(user, "case.view_team") and user.team_id is not None:
            mine |= Q(team=user.team_id)
        if has_right(user, "callback.manage"):
            mine |= _promised_a_call(user)
        mine |= _to_be_visited(user)
        if has_right(user, "legal.work"):
            mine |= _legal_matters()
        if has_right(user, "case.assign"):
            mine |= Q(assignee__isnull=True, state=CaseState.OPEN)
        return cases.filter(mine)

    def open(self) -> Self:
        return self.filter(state=CaseState.OPEN)

    def with_last_contact(self) -> Self:
        """Adds `last_contact_at`: when anybody last tried to reach a party of the loan, or None."""
        attempts = AttemptLoan.objects.filter(loan=models.OuterRef("loan")).order_by("-attempt__at")
        return self.annotate(last_contact_at=models.Subquery(attempts.values("attempt__at")[:1]))


class NextStep(models.TextChoices):
    """What is to be done next on a case."""

    CALL = "call", _("call")
    SMS = "sms", _("send a message")
    VISIT = "visit", _("visit")
    LEGAL = "legal", _("hand over to legal")
    CHECK_PAYMENT = "check_payment", _("check whether the money came")
    WAIT = "wait", _("wait")


class Case(models.Model):
    """One delinquency episode of one loan: opened when it falls behind, over when it is cured."""

    id = uuid7_pk()
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="cases")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="+")
    borrower = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=6, choices=CaseState, default=CaseState.OPEN)
    opened_on = models.DateField(_("opened"))
    closed_on = models.DateField(_("over since"), null=True)
    close_reason = models.CharField(max_length=8, choices=CloseReason, blank=True)
    team = models.ForeignKey("accounts.Team", on_delete=models.PROTECT, null=True, related_name="+")
    assignee = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="cases"
    )
    assigned_at = models.DateTimeField(_("assigned"), null=True)
    undealt_reason = models.CharField(
        _("why nobody has it"), max_length=20, choices=Undealt, blank=True, default=""
    )
    # The language or skill that nobody has, or the id of the agent who is away.
    undealt_for = models.CharField(max_length=40, blank=True, default="")
    next_step = models.CharField(max_length=13, choices=NextStep, default=NextStep.CALL)
    next_step_at = models.DateTimeField(_("next step due"), null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    #: Annotated by `with_last_contact`.
    last_contact_at: datetime | None

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_on", "pk"]
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.UniqueConstraint(
                fields=["loan"], condition=Q(state="open"), name="case_one_open_per_loan"
            ),
            models.CheckConstraint(
                condition=(Q(state="open") & Q(closed_on__isnull=True) & Q(close_reason=""))
                | (~Q(state="open") & Q(closed_on__isnull=False) & ~Q(close_reason="")),
                name="case_over_has_day_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=Q(next_step__in=NextStep.values), name="case_next_step_known"
            ),
            models.CheckConstraint(
                condition=Q(undealt_reason="", undealt_for="") | Q(assignee__isnull=True),
                name="case_undealt_has_nobody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["assignee", "next_step_at"], condition=Q(state="open"), name="case_mine"
            ),
            models.Index(
                fields=["portfolio", "team"], condition=Q(state="open"), name="case_open_team"
            ),
            models.Index(fields=["borrower"], name="case_borrower"),
            models.Index(
                Coalesce("next_step_at", Value(NO_NEXT_STEP)),
                "id",
                condition=Q(state="open"),
                name="case_open_due",
            ),
            models.Index(
                fields=["portfolio"],
                condition=Q(state="open", assignee__isnull=True),
                name="case_undealt",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="life",
                field="state",
                transitions=sorted({(start, end) for (start, _event), end in TRANSITIONS.items()}),
            ),
            pgtrigger.Protect(name="keep", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.opened_on}"


class CaseEventKind(models.TextChoices):
    OPENED = "opened", _("opened")
    ASSIGNED = "assigned", _("assigned")
    CURED = "cured", _("cured")
    CLOSED = "closed", _("closed")
    NEXT_STEP = "next_step", _("next step set")


class CaseEvent(FactModel):
    """What happened to a case, in order; never edited."""

    TOPIC = "collections.case_changed"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=CaseEventKind)
    on = models.DateField(_("business date"))
    by = models.CharField(_("by"), max_length=120)
    from_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    data = models.JSONField(default=dict)

    class Meta(FactModel.Meta):
        verbose_name = _("case event")
        verbose_name_plural = _("case events")
        indexes = [models.Index(fields=["case", "known_at"], name="case_event_case")]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
