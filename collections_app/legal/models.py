"""Proceedings on a case, the stages they went through, and the days that are due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access.scope import ModelT, ScopedQuerySet
from accounts.models import Approval
from collections_app.cases.models import Case
from collections_app.legal.flow import (
    STAGES_OF,
    AssetKind,
    DeadlineKind,
    DeadlineState,
    Ending,
    ProceedingKind,
    Stage,
    Whose,
    transitions_of,
)
from core.facts.models import FactModel
from core.ids import uuid7_pk
from core.money import MoneyField

if TYPE_CHECKING:
    from accounts.models import User


class CaseRowQuerySet(ScopedQuerySet[ModelT]):
    """Rows that belong to a case."""

    def scoped_to(self, user: User) -> Self:
        """Rows of the cases that the user may see."""
        return self.filter(case__in=Case.objects.visible_to(user))


class ProceedingQuerySet(CaseRowQuerySet["Proceeding"]):
    def running(self) -> Self:
        return self.exclude(stage=Stage.ENDED)


def _kinds_and_stages() -> Q:
    allowed = Q()
    for kind, stages in STAGES_OF.items():
        allowed |= Q(kind=kind.value, stage__in=[stage.value for stage in stages])
    return allowed


def _lives() -> list[Any]:
    """One state machine a kind: the same two stages may follow each other in one kind only."""
    return [
        pgtrigger.FSM(
            name=f"{kind.value}_stages",
            field="stage",
            transitions=transitions_of(kind),
            condition=pgtrigger.Q(old__kind=kind.value, old__stage__df=pgtrigger.F("new__stage")),
        )
        for kind in ProceedingKind
    ]


class Proceeding(models.Model):
    """One way through a court or tribunal on one case; its stages are the table of `flow`."""

    id = uuid7_pk()
    number = models.PositiveIntegerField(pgettext_lazy("a matter", "number"), unique=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proceedings")
    kind = models.CharField(_("kind"), max_length=13, choices=ProceedingKind)
    stage = models.CharField(_("stage"), max_length=9, choices=Stage, default=Stage.PREPARING.value)
    stage_since = models.DateField(_("at this stage since"))
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="proceedings")
    court = models.CharField(_("court or tribunal"), max_length=120, blank=True)
    case_number = models.CharField(_("case number"), max_length=80, blank=True)
    counsel = models.CharField(_("counsel"), max_length=120, blank=True)
    claim_amount = MoneyField(_("claim"), null=True)
    claim_as_of = models.DateField(_("claim as of"), null=True)
    based_on = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="followed_by",
        help_text=_("The proceedings whose decision is enforced, or in which is preserved."),
    )
    asset = models.CharField(_("what is preserved"), max_length=11, choices=AssetKind, blank=True)
    is_before_suit = models.BooleanField(_("before a suit"), default=False)
    is_urgent = models.BooleanField(_("urgent"), default=False)
    is_security_excused = models.BooleanField(_("excused from security"), default=False)
    security_given_on = models.DateField(_("security given"), null=True)
    approval = models.ForeignKey(
        Approval, on_delete=models.PROTECT, null=True, related_name="proceedings"
    )
    ending = models.CharField(_("ended by"), max_length=9, choices=Ending, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    opened_by = models.CharField(_("opened by"), max_length=120)

    objects = ProceedingQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = _("proceedings")
        verbose_name_plural = _("proceedings")
        constraints = [
            models.CheckConstraint(condition=_kinds_and_stages(), name="proceeding_stage_of_kind"),
            models.CheckConstraint(
                condition=Q(stage=Stage.ENDED.value, ending__in=Ending.values)
                | (~Q(stage=Stage.ENDED.value) & Q(ending="")),
                name="proceeding_ended_somehow",
            ),
            models.CheckConstraint(
                condition=Q(kind=ProceedingKind.PRESERVATION.value, asset__in=AssetKind.values)
                | (~Q(kind=ProceedingKind.PRESERVATION.value) & Q(asset="")),
                name="proceeding_preserves_something",
            ),
            models.CheckConstraint(
                condition=Q(claim_amount__isnull=True, claim_as_of__isnull=True)
                | Q(claim_amount__gt=0, claim_as_of__isnull=False),
                name="proceeding_claim_has_its_day",
            ),
            # Filed is what a second person approved.
            models.CheckConstraint(
                condition=Q(stage__in=[Stage.PREPARING.value, Stage.ENDED.value])
                | Q(approval__isnull=False),
                name="proceeding_filed_with_approval",
            ),
            # One at a time of each kind; a court has one matter between the same two.
            models.UniqueConstraint(
                fields=["case", "kind", "asset"],
                condition=~Q(stage=Stage.ENDED.value),
                name="proceeding_one_running",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner"],
                condition=~Q(stage=Stage.ENDED.value),
                name="proceeding_running_owner",
            ),
        ]
        triggers = [
            *_lives(),
            pgtrigger.ReadOnly(
                name="proceeding_said_fixed",
                fields=["number", "case", "kind", "opened_at", "opened_by"],
            ),
            pgtrigger.Protect(name="proceeding_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The number as people quote it."""
        return f"L-{self.number:04}"

    @property
    def is_over(self) -> bool:
        return self.stage == Stage.ENDED


class ProceedingEvent(FactModel):
    """A stage that proceedings came to, with what was said about it. Never edited."""

    TOPIC = "collections.proceeding_changed"

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="events")
    stage = models.CharField(max_length=9, choices=Stage)
    on = models.DateField(_("day"))
    by = models.CharField(_("by"), max_length=120)
    # Days, instants and the number of the court as text; what each stage asks: `flow.Step.asks`.
    said = models.JSONField(_("said"), default=dict)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(FactModel.Meta):
        verbose_name = _("event of proceedings")
        verbose_name_plural = _("events of proceedings")
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="proceeding_event_stage_known"
            ),
        ]
        indexes = [models.Index(fields=["proceeding", "known_at"], name="proceeding_event_order")]

    def __str__(self) -> str:
        return f"{self.proceeding_id} {self.stage}"


class DeadlineQuerySet(CaseRowQuerySet["LegalDeadline"]):
    def open(self) -> Self:
        return self.filter(state=DeadlineState.OPEN)


class LegalDeadline(models.Model):
    """One day that is due on a case: counted by a clock of the law, set by a court, or our own.

    `starts_on` is the day that the clock counts from, so that it can be counted again when the
    holidays of a coming year are published.
    """

    id = uuid7_pk()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="legal_deadlines")
    proceeding = models.ForeignKey(
        Proceeding, on_delete=models.PROTECT, null=True, related_name="deadlines"
    )
    code = models.CharField(_("what"), max_length=21, choices=DeadlineKind)
    due_on = models.DateField(_("due on"))
    due_at = models.DateTimeField(_("at"), null=True)
    starts_on = models.DateField(_("counted from"), null=True)
    is_hard = models.BooleanField(_("hard"), default=False)
    whose = models.CharField(_("whose"), max_length=6, choices=Whose, default=Whose.OURS.value)
    citation = models.CharField(_("citation"), max_length=120, blank=True)
    is_provisional = models.BooleanField(
        _("provisional"),
        default=False,
        help_text=_("The holidays of its year are not published yet."),
    )
    state = models.CharField(
        _("state"), max_length=4, choices=DeadlineState, default=DeadlineState.OPEN.value
    )
    closed_on = models.DateField(_("met or void since"), null=True)
    closed_by = models.CharField(_("answered by"), max_length=120, blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.CharField(_("made by"), max_length=120)
    reminded_days = models.SmallIntegerField(
        _("reminded at"), null=True, help_text=_("Days before it of the last reminder.")
    )

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("legal deadline")
        verbose_name_plural = _("legal deadlines")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__in=DeadlineKind.values)
                & Q(whose__in=Whose.values)
                & Q(state__in=DeadlineState.values),
                name="legal_deadline_kinds_known",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True)
                | (~Q(state="open") & Q(closed_on__isnull=False) & ~Q(closed_by="")),
                name="legal_deadline_closed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["case", "proceeding", "code", "due_on"],
                condition=Q(state="open"),
                nulls_distinct=False,
                name="legal_deadline_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=Q(state="open"), name="legal_deadline_open"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="legal_deadline_life",
                field="state",
                transitions=[
                    (DeadlineState.OPEN.value, DeadlineState.MET.value),
                    (DeadlineState.OPEN.value, DeadlineState.VOID.value),
                ],
            ),
            pgtrigger.ReadOnly(
                name="legal_deadline_fixed",
                fields=["case", "proceeding", "code", "made_at", "made_by"],
            ),
            pgtrigger.Protect(name="legal_deadline_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.due_on}"
