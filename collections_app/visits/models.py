"""Field visits: asked for from a case, planned into a day, made, and what was found there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.access.scope import ScopedQuerySet
from collections_app.cases.models import Case
from collections_app.cases.visitors import visits_in_hand
from collections_app.contacts.models import Contact
from collections_app.visits.flow import ON_A_ROUTE, PENDING, TRANSITIONS, VisitState
from compliance.attempts.models import Attempt
from compliance.notices.models import ServedNotice
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.borrowers.models import Address, Party
from loans.portfolios.models import Portfolio
from notifications.outbox.models import Message

if TYPE_CHECKING:
    from accounts.models import User


class VisitPurpose(models.Model):
    """What a visit is for, as data; with how long one may take before the lead is told."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"),
        default=30,
        help_text=_("Who is not back out after so many minutes is looked for by their lead."),
    )
    position = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("purpose of visits")
        verbose_name_plural = _("purposes of visits")
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=480),
                name="visit_purpose_minutes",
                violation_error_message=_("A visit takes from 5 minutes to 8 hours."),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class VisitQuerySet(ScopedQuerySet["Visit"]):
    def scoped_to(self, user: User) -> Self:
        """Visits on the cases that the user may see, and those that they make or plan."""
        seen = Q(case__in=Case.objects.visible_to(user))
        in_hand = visits_in_hand(user)
        if not in_hand:
            return self.filter(seen)
        granted = Q(case__portfolio__in=Portfolio.objects.visible_to(user))
        return self.filter(seen | (in_hand & granted))

    def pending(self) -> Self:
        """Those that somebody still has to plan or make."""
        return self.filter(state__in=PENDING)

    def made_by(self, user: User) -> Self:
        """Those whose first or second visitor the user is."""
        return self.filter(Q(agent=user) | Q(second_visitor=user))


class Visit(models.Model):
    """One visit to one person at one address, about one case.

    The day and window are the address's own clock; `opens_at` and `closes_at` are those instants.
    """

    id = uuid7_pk()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="visits")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="visits")
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="visits")
    purpose = models.ForeignKey(VisitPurpose, on_delete=models.PROTECT, related_name="visits")
    note = SealedField(_("note"), null=True, blank=True)
    state = models.CharField(max_length=9, choices=VisitState, default=VisitState.REQUESTED)
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="visits_requested"
    )
    requested_at = models.DateTimeField(_("asked for"))
    agent = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="visits"
    )
    second_visitor = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="visits_along"
    )
    is_recorded = models.BooleanField(_("recorded throughout"), default=True)
    visit_on = models.DateField(_("day there"), null=True)
    opens = models.TimeField(_("not before, time there"), null=True)
    closes = models.TimeField(_("not after, time there"), null=True)
    time_zone = models.CharField(_("time zone of the address"), max_length=64)
    opens_at = models.DateTimeField(_("not before"), null=True)
    closes_at = models.DateTimeField(_("not after"), null=True)
    place_in_day = models.PositiveSmallIntegerField(_("place in the day"), null=True)
    notice = models.ForeignKey(ServedNotice, on_delete=models.PROTECT, null=True, related_name="+")
    notice_message = models.ForeignKey(
        Message, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    attempt = models.OneToOneField(
        Attempt, on_delete=models.PROTECT, null=True, related_name="visit"
    )
    contact = models.OneToOneField(
        Contact, on_delete=models.PROTECT, null=True, related_name="visit"
    )
    arrived_at = models.DateTimeField(_("checked in"), null=True)
    left_at = models.DateTimeField(_("checked out"), null=True)
    refused_at = models.DateTimeField(_("refused by the gate"), null=True)
    alarmed_at = models.DateTimeField(_("lead told that no word came"), null=True)
    over_at = models.DateTimeField(_("over since"), null=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["visit_on", "place_in_day", "pk"]
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=VisitState.values), name="visit_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(*ON_A_ROUTE, VisitState.ARRIVED))
                | Q(
                    agent__isnull=False,
                    visit_on__isnull=False,
                    opens_at__isnull=False,
                    closes_at__isnull=False,
                    place_in_day__isnull=False,
                ),
                name="visit_on_a_route_is_planned",
            ),
            models.CheckConstraint(
                condition=~Q(state="booked") | Q(attempt__isnull=False),
                name="visit_booked_has_attempt",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True) | Q(closes_at__gt=F("opens_at")),
                name="visit_window_forward",
            ),
            models.CheckConstraint(
                condition=Q(second_visitor__isnull=True) | ~Q(second_visitor=F("agent")),
                name="visit_two_are_two",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=PENDING) & Q(over_at__isnull=True))
                | (~Q(state__in=PENDING) & Q(over_at__isnull=False)),
                name="visit_over_has_moment",
            ),
            # Asked for twice, it is one visit; the second one waits until the first is over.
            models.UniqueConstraint(
                fields=["case", "party"],
                condition=Q(state__in=PENDING),
                name="visit_one_pending",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agent", "visit_on"],
                condition=Q(agent__isnull=False),
                name="visit_agent_day",
            ),
            models.Index(
                fields=["second_visitor", "visit_on"],
                condition=Q(second_visitor__isnull=False),
                name="visit_second_day",
            ),
            models.Index(fields=["visit_on", "id"], name="visit_day"),
            models.Index(
                fields=["notice_message"],
                condition=Q(notice_message__isnull=False),
                name="visit_notice_sent",
            ),
            models.Index(
                fields=["opens_at"], condition=Q(state__in=ON_A_ROUTE), name="visit_to_book"
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="visit_life",
                field="state",
                transitions=sorted(
                    {(start, end) for (start, _event), end in TRANSITIONS.items() if start != end}
                ),
            ),
            pgtrigger.Protect(name="visit_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.visit_on or self.get_state_display()}"

    @property
    def is_pending(self) -> bool:
        return self.state in PENDING

    @property
    def zone(self) -> ZoneInfo:
        """The clock of the address."""
        return ZoneInfo(self.time_zone)

    @property
    def people_count(self) -> int:
        """How many go."""
        return 1 if self.second_visitor_id is None else 2

    @property
    def stay(self) -> timedelta:
        """How long the visit may take before word is missed."""
        return timedelta(minutes=self.purpose.minutes)

    def is_made_by(self, user: User) -> bool:
        """Says whether the user is one of those who go."""
        return user.pk in (self.agent_id, self.second_visitor_id)


class VisitEventKind(models.TextChoices):
    REQUESTED = "requested", _("asked for")
    PLANNED = "planned", _("planned")
    MOVED = "moved", pgettext_lazy("a visit", "moved")
    TAKEN_OFF = "taken_off", _("taken off the route")
    NOTICE_OWED = "notice_owed", _("notice on its way")
    NOTICE = "notice", _("announced")
    NOTICE_LOST = "notice_lost", _("notice did not arrive")
    BOOKED = "booked", _("let pass by the gate")
    REFUSED = "refused", _("refused by the gate")
    CHECKED_IN = "checked_in", _("checked in")
    PHOTO = "photo", _("photo taken")
    VEHICLE = "vehicle", _("vehicle looked for")
    CASH = "cash", _("cash taken")
    HANDED_IN = "handed_in", _("cash handed in")
    NO_WORD = "no_word", _("no word in time")
    HELP = "help", _("asked for help")
    CHECKED_OUT = "checked_out", _("checked out")
    CANCELLED = "cancelled", _("cancelled")
    TOLD_OFF = "told_off", _("person told that nobody comes")


class VisitEvent(FactModel):
    """What happened to a visit, in order. Never edited."""

    TOPIC = "collections.visit_changed"

    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=11, choices=VisitEventKind)
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=120)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta(FactModel.Meta):
        verbose_name = _("visit event")
        verbose_name_plural = _("visit events")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=VisitEventKind.values), name="visit_event_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["visit", "known_at"], name="visit_event_order")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.kind}"

    @property
    def local_at(self) -> datetime:
        """When, on the clock of the address."""
        return self.at.astimezone(self.visit.zone)
