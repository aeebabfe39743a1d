"""Holiday calendars: which days are off, which weekends are worked, and who says so."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7, uuid7_pk


def saturday_and_sunday() -> list[int]:
    """Returns the weekend of most countries, Monday being 0."""
    return [5, 6]


class HolidayCalendar(models.Model):
    """The days off of one place; a portfolio names the one it goes by."""

    id = uuid7_pk()
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=100)
    country = models.CharField(
        max_length=2, help_text=_("ISO 3166 code of the country, such as CN or US.")
    )
    subdivision = models.CharField(
        max_length=10, blank=True, help_text=_("ISO 3166-2 part of the country, such as ENG.")
    )
    weekend_days = ArrayField(
        models.SmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(6)]),
        default=saturday_and_sunday,
        help_text=_("Weekdays off: Monday is 0, Sunday is 6."),
    )
    # Years whose holidays were filled in; in others only the weekend is known.
    filled_years = ArrayField(models.SmallIntegerField(), default=list, blank=True, editable=False)
    # New with every change, so that what processes remember of a calendar goes stale. Not a
    # counter: one that a rollback takes back would name two contents.
    revision = models.UUIDField(default=uuid7, editable=False)

    class Meta:
        verbose_name = _("holiday calendar")
        verbose_name_plural = _("holiday calendars")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """One day that is not what its weekday says: a holiday, or a weekend worked (调休)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("holiday")
        WORKDAY = "workday", _("working weekend")

    class Origin(models.TextChoices):
        LIBRARY = "library", _("holiday library")
        NOTICE = "notice", _("official notice")
        MANUAL = "manual", _("entered by hand")

    calendar = models.ForeignKey(HolidayCalendar, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=200)
    origin = models.CharField(
        max_length=8, choices=Origin.choices, default=Origin.MANUAL, editable=False
    )
    source = models.CharField(
        max_length=200, help_text=_("Where it is written: the notice, law or decision.")
    )

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("calendar days")
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "on"], name="core_calendarday_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["holiday", "workday"]), name="core_calendarday_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"
