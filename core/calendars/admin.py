"""Calendars and their days, changed through the services."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.forms import ModelForm

from core.audit import Actor
from core.audit.admin import AuditedConfigAdmin
from core.calendars.models import CalendarDay, HolidayCalendar
from core.calendars.services import mark_changed, remove_day, set_day


@admin.register(HolidayCalendar)
class HolidayCalendarAdmin(AuditedConfigAdmin):
    list_display = ("code", "name", "country", "subdivision")
    readonly_fields = ("filled_years",)

    def write(self, *, obj: Any, form: ModelForm[Any], by: Actor, change: bool) -> None:
        super().write(obj=obj, form=form, by=by, change=change)
        mark_changed(obj)


@admin.register(CalendarDay)
class CalendarDayAdmin(AuditedConfigAdmin):
    list_display = ("on", "name", "calendar", "kind", "origin", "source")
    list_filter = ("calendar", "kind", "origin")
    ordering = ("-on",)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        # Which day of which calendar it is does not change; another day is another row.
        return ("calendar", "on", "origin") if obj else ()

    def write(self, *, obj: Any, form: ModelForm[Any], by: Actor, change: bool) -> None:
        day = set_day(
            calendar=obj.calendar, on=obj.on, kind=obj.kind, name=obj.name, source=obj.source, by=by
        )
        obj.pk = day.pk

    def remove(self, *, obj: Any, by: Actor) -> None:
        remove_day(day=obj, by=by)
