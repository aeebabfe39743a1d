"""Callbacks: calls promised to a person for a time on that person's own clock."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from collections_app.callbacks.flow import PENDING, TRANSITIONS, CallbackState
from collections_app.cases.models import Case
from compliance.attempts.models import Attempt
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.borrowers.models import ContactPoint, Party

if TYPE_CHECKING:
    from accounts.models import User


class CallbackQuerySet(ScopedQuerySet["Callback"]):
    def scoped_to(self, user: User) -> Self:
        """Callbacks on the cases that the user may see."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def pending(self) -> Self:
        """Those that somebody still has to make, missed ones too."""
        return self.filter(state__in=PENDING)

    def due(self, at: datetime) -> Self:
        """Those still to be made whose time has come."""
        return self.pending().filter(due_at__lte=at)


class Callback(models.Model):
    """One call that was promised. The wall time is the person's; `due_at` is that instant.

    Without an owner it is the team's: whoever works the case makes it. `tried_at` says when
    somebody last rang about it in vain: tried is not missed.
    """

    id = uuid7_pk()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="callbacks")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="callbacks")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="callbacks"
    )
    local_on = models.DateField(_("day there"))
    local_at = models.TimeField(_("time there"))
    time_zone = models.CharField(_("time zone of the person"), max_length=64)
    due_at = models.DateTimeField(_("due"))
    owner = models.ForeignKey(
        "accounts.User",
        on_delete=models.PROTECT,
        null=True,
        related_name="callbacks",
        help_text=_("Empty: the team's."),
    )
    is_wish = models.BooleanField(
        _("asked for by the person"),
        default=False,
        help_text=_("A call the person asked for does not count against what limits calls."),
    )
    note = SealedField(_("note"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=CallbackState, default=CallbackState.OPEN)
    made_by = models.CharField(_("made by"), max_length=120)
    made_by_id = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField(_("made"))
    tried_at = models.DateTimeField(_("last tried"), null=True)
    over_at = models.DateTimeField(_("over since"), null=True)
    met_by = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CallbackQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name = _("callback")
        verbose_name_plural = _("callbacks")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CallbackState.values), name="callback_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(state__in=PENDING) & Q(over_at__isnull=True))
                | (~Q(state__in=PENDING) & Q(over_at__isnull=False)),
                name="callback_over_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="met") | Q(met_by__isnull=True), name="callback_met_by_attempt"
            ),
            # Agreed anew, a callback moves; there are never two of one person on one case.
            models.UniqueConstraint(
                fields=["case", "party"],
                condition=Q(state__in=PENDING),
                name="callback_one_pending",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=PENDING), name="callback_pending_due"
            ),
            models.Index(
                fields=["owner", "due_at"],
                condition=Q(state__in=PENDING),
                name="callback_pending_owner",
            ),
            models.Index(fields=["over_at"], name="callback_over"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="callback_life",
                field="state",
                transitions=sorted(
                    {(start, end) for (start, _event), end in TRANSITIONS.items() if start != end}
                ),
            ),
            pgtrigger.Protect(name="callback_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.local_on} {self.local_at:%H:%M} {self.time_zone}"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def local_time(self) -> datetime:
        """The time agreed on the person's clock, aware."""
        return self.due_at.astimezone(ZoneInfo(self.time_zone))


class CallbackEventKind(models.TextChoices):
    AGREED = "agreed", _("agreed")
    RESCHEDULED = "rescheduled", _("moved to another time")
    HANDED_ON = "handed_on", _("handed on")
    TRIED = "tried", _("tried, not reached")
    HEARD_FROM = "heard_from", _("the person was in touch")
    MISSED = "missed", _("missed")
    MET = "met", _("met")
    CANCELLED = "cancelled", _("cancelled")
    ENDED = "ended", _("ended with the case")
    TAKEN_BACK = "taken_back", _("what was said of it is taken back")


class CallbackEvent(FactModel):
    """What happened to a callback, in order. Never edited: nothing ends one silently."""

    TOPIC = "collections.callback_changed"

    callback = models.ForeignKey(Callback, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=11, choices=CallbackEventKind)
    due_at = models.DateTimeField(_("due"))
    time_zone = models.CharField(max_length=64)
    by = models.CharField(_("by"), max_length=120)
    to_user = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, related_name="+")
    #: How often this attempt had told of the callback before: again after it was taken back.
    round = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta(FactModel.Meta):
        verbose_name = _("callback event")
        verbose_name_plural = _("callback events")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=CallbackEventKind.values), name="callback_event_kind_known"
            ),
            models.UniqueConstraint(
                fields=["callback", "attempt", "round"],
                condition=Q(attempt__isnull=False),
                name="callback_event_attempt_once",
            ),
        ]
        indexes = [models.Index(fields=["callback", "known_at"], name="callback_event_order")]

    def __str__(self) -> str:
        return f"{self.callback_id} {self.kind}"
