"""Notes: what colleagues should know about a person or a case, kept beside the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.borrowers.models import Party

if TYPE_CHECKING:
    from uuid import UUID

    from accounts.models import User


class NoteQuerySet(ScopedQuerySet["Note"]):
    def scoped_to(self, user: User) -> Self:
        """Notes of the cases that the user may see, and those about their borrowers."""
        cases = Case.objects.visible_to(user)
        return self.filter(
            Q(case__in=cases) | Q(case__isnull=True, party__in=cases.values("borrower"))
        )

    def on(self, case: Case) -> Self:
        """What is shown on a case: its own notes, and those about its borrower."""
        return self.of(case.pk, case.borrower_id)

    def of(self, case: UUID, borrower: UUID) -> Self:
        """The same for the keys of a case and of its borrower."""
        return self.filter(Q(case=case) | Q(case__isnull=True, party=borrower))

    def standing(self) -> Self:
        """Those that nobody withdrew."""
        return self.filter(withdrawn_at__isnull=True)


class Note(models.Model):
    """One note. Without a case it is about the person, and stands on every case of theirs.

    Its words never change: who was wrong withdraws it, with a reason, and writes another.
    """

    id = uuid7_pk()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="notes")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="notes")
    text = SealedField(_("text"))
    is_pinned = models.BooleanField(_("pinned"), default=False)
    made_by = models.CharField(_("written by"), max_length=120)
    made_by_id = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(_("written"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=120, blank=True)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-is_pinned", "-made_at", "-pk"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="", withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="") & ~Q(withdrawn_reason="")),
                name="note_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(is_pinned=False),
                name="note_withdrawn_not_pinned",
            ),
        ]
        indexes = [
            models.Index(fields=["case", "made_at"], name="note_of_case"),
            models.Index(
                fields=["party", "made_at"], condition=Q(case__isnull=True), name="note_of_person"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="note_said_fixed",
                fields=["party", "case", "text", "made_by", "made_by_id", "made_at"],
            ),
            pgtrigger.Protect(
                name="note_withdrawn_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.Protect(name="note_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.made_by} {self.made_at:%Y-%m-%d %H:%M}"


class NoteEventKind(models.TextChoices):
    WRITTEN = "written", _("written")
    PINNED = "pinned", _("pinned")
    UNPINNED = "unpinned", _("taken off the top")
    WITHDRAWN = "withdrawn", _("withdrawn")


class NoteEvent(FactModel):
    """What happened to a note, in order. Never edited."""

    TOPIC = "collections.note_changed"

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=9, choices=NoteEventKind)
    by = models.CharField(_("by"), max_length=120)

    class Meta(FactModel.Meta):
        verbose_name = _("note event")
        verbose_name_plural = _("note events")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=NoteEventKind.values), name="note_event_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.note_id} {self.kind}"
