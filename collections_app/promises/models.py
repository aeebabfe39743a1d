"""Promises to pay: what somebody said they would pay, and by when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.facts.models import FactModel
from core.ids import uuid7_pk
from core.money import MoneyField
from loans.borrowers.models import Party
from loans.contracts.models import Loan


class PromiseState(models.TextChoices):
    """Only money moves a promise out of `open`; nobody types `kept`."""

    OPEN = "open", _("open")
    KEPT = "kept", _("kept")
    PARTIAL = "partial", _("partly kept")
    BROKEN = "broken", _("broken")
    CANCELLED = "cancelled", _("cancelled")


class Promise(models.Model):
    """One amount promised for one loan by one day."""

    id = uuid7_pk()
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="promises")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="promises")
    amount = MoneyField(_("amount"))
    due_on = models.DateField(_("by"))
    made_at = models.DateTimeField(_("made"))
    method = models.CharField(_("method"), max_length=40, blank=True)
    taken_by = models.CharField(_("taken by"), max_length=120)
    taken_by_id = models.CharField(
        max_length=40, blank=True, help_text=_("Empty when it was brought in by a file.")
    )
    source = models.CharField(_("source"), max_length=80, blank=True)
    state = models.CharField(max_length=9, choices=PromiseState, default=PromiseState.OPEN)

    class Meta:
        ordering = ["due_on"]
        verbose_name = _("promise to pay")
        verbose_name_plural = _("promises to pay")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="promise_positive"),
            models.CheckConstraint(
                condition=Q(state__in=PromiseState.values), name="promise_state_known"
            ),
            models.UniqueConstraint(fields=["loan", "due_on", "made_at"], name="promise_once"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} by {self.due_on}"


class PromiseEvent(FactModel):
    """A promise was recorded, judged or cancelled: the state it came to. Never edited."""

    TOPIC = "collections.promise_changed"

    promise = models.ForeignKey(Promise, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=9, choices=PromiseState)
    by = models.CharField(_("by"), max_length=120)

    class Meta(FactModel.Meta):
        verbose_name = _("promise event")
        verbose_name_plural = _("promise events")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PromiseState.values), name="promise_event_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.state}"
