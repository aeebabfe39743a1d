"""When somebody works: a weekly pattern of shifts, and leave that interrupts it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ModelT, ScopedQuerySet
from accounts.users.models import check_time_zone
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from accounts.users.models import User


class Weekday(models.IntegerChoices):
    """Numbered as Python's `date.weekday()`."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class LeaveReason(models.TextChoices):
    ANNUAL = "annual", _("Annual leave")
    SICK = "sick", _("Sick leave")
    TRAINING = "training", _("Training")
    OTHER = "other", _("Other")


class RotaQuerySet(ScopedQuerySet[ModelT], Generic[ModelT]):
    """Rows of one person's working time: seen by them, by their lead and by who oversees all."""

    def scoped_to(self, user: User) -> Self:
        if has_right(user, "user.manage") or has_right(user, "case.view_all"):
            return self
        return self.filter(Q(user=user) | Q(user__team__lead=user))


class Shift(models.Model):
    """One weekly shift, in wall-clock time of its zone; it may run past midnight."""

    id = uuid7_pk()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="shifts",
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts_at = models.TimeField(_("from"))
    ends_at = models.TimeField(
        _("to"), help_text=_("Earlier than the start means the next morning.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[check_time_zone])

    objects = RotaQuerySet["Shift"].as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["user", "weekday", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__gte=0, weekday__lte=6), name="shift_weekday_known"
            ),
            models.CheckConstraint(
                condition=~Q(starts_at=F("ends_at")),
                name="shift_not_empty",
                violation_error_message=_("A shift ends at another time than it starts."),
            ),
            models.UniqueConstraint(
                fields=["user", "weekday", "starts_at"], name="shift_start_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}-{self.ends_at:%H:%M}"


class Leave(models.Model):
    """Days off, both ends included, counted in the zone of the shifts they interrupt."""

    id = uuid7_pk()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.CASCADE,
        related_name="leaves",
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    reason = models.CharField(
        _("reason"), max_length=10, choices=LeaveReason.choices, default=LeaveReason.ANNUAL
    )

    objects = RotaQuerySet["Leave"].as_manager()

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leave")
        ordering = ["-starts_on", "user"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="leave_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(reason__in=LeaveReason.values), name="leave_reason_known"
            ),
        ]
        indexes = [models.Index(fields=["user", "ends_on"], name="leave_by_user_end")]

    def __str__(self) -> str:
        return f"{self.starts_on} - {self.ends_on}"
