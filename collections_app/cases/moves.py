"""A move: the people of one agent, or chosen cases, given to others in one step."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from accounts.models import User

#: How long a move can be taken back by whoever may assign.
UNDO_WITHIN: Final = timedelta(days=1)


class CaseMoveQuerySet(ScopedQuerySet["CaseMove"]):
    def scoped_to(self, user: User) -> Self:
        """Moves one made oneself, and those of which one sees a case."""
        if has_right(user, "case.view_all") and not has_right(user, "case.assign"):
            return self
        seen = CaseMoveRow.objects.filter(
            move=OuterRef("pk"), case__in=Case.objects.visible_to(user)
        )
        return self.filter(Q(made_by=user) | Exists(seen))


class CaseMove(models.Model):
    """One batch of cases that changed hands together, and whether it was taken back."""

    id = uuid7_pk()
    from_user = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("from"),
        help_text=_("Whose people moved; empty when cases were chosen one by one."),
    )
    reason = models.CharField(_("reason"), max_length=200)
    digest = models.CharField(max_length=64, editable=False)
    people_count = models.PositiveIntegerField(_("people"))
    case_count = models.PositiveIntegerField(_("cases"))
    made_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="+", verbose_name=_("moved by")
    )
    made_at = models.DateTimeField(_("moved"), db_index=True)
    undone_by = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("taken back by"),
    )
    undone_at = models.DateTimeField(_("taken back"), null=True)

    objects = CaseMoveQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        verbose_name = _("case move")
        verbose_name_plural = _("case moves")
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by__isnull=True)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="case_move_undone_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="case_move_has_reason"),
        ]
        indexes = [
            models.Index(
                fields=["from_user"], condition=Q(undone_at__isnull=True), name="case_move_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class MoveOutcome(models.TextChoices):
    """What became of one case of a move."""

    MOVED = "moved", _("moved")
    STAYED = "stayed", _("stayed")
    RETURNED = "returned", _("went back")
    KEPT = "kept", _("not taken back")


class CaseMoveRow(models.Model):
    """One case of a move: from whom, to whom, or why it stayed where it was."""

    id = models.BigAutoField(primary_key=True)
    move = models.ForeignKey(CaseMove, on_delete=models.PROTECT, related_name="rows")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    from_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    to_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=8, choices=MoveOutcome)
    why = models.CharField(_("why"), max_length=20, blank=True)
    why_for = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("moved case")
        verbose_name_plural = _("moved cases")
        constraints = [
            models.UniqueConstraint(fields=["move", "case"], name="case_move_row_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=MoveOutcome.values), name="case_move_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="stayed") | Q(to_user__isnull=False),
                name="case_move_row_has_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome}"
