"""Talks about hardship: why somebody cannot pay, and what a month of theirs looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case
from collections_app.contacts.asks import WhyLate
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.borrowers.models import Party

if TYPE_CHECKING:
    from accounts.models import User


class HardshipTalkQuerySet(ScopedQuerySet["HardshipTalk"]):
    def scoped_to(self, user: User) -> Self:
        """Talks on cases the user may see."""
        return self.filter(case__in=Case.objects.visible_to(user).order_by())


class HardshipTalk(FactModel):
    """What a person said of their month, on a day; never edited, the next talk is a new one.

    The figures are sealed as one: nobody searches or sums what households earn.
    """

    id = uuid7_pk()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hardship_talks")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="hardship_talks")
    reason = models.CharField(_("why it is late"), max_length=12, choices=WhyLate)
    budget = SealedField(_("income and expense"))
    note = SealedField(_("note"))
    review_on = models.DateField(
        _("looked at again on"), null=True, help_text=_("When the circumstances may have changed.")
    )
    said_at = models.DateTimeField(_("said"))
    made_by = models.CharField(_("by"), max_length=120)
    made_by_id = models.CharField(max_length=40, blank=True)

    objects = HardshipTalkQuerySet.as_manager()

    class Meta(FactModel.Meta):
        verbose_name = _("talk about hardship")
        verbose_name_plural = _("talks about hardship")
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=WhyLate.values), name="hardship_reason_known"
            ),
        ]
        indexes = [models.Index(fields=["case", "-said_at"], name="hardship_latest_of_case")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.said_at:%Y-%m-%d}"
