"""Shifts and leave of everyone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access.model_admin import ConfigurationAdmin
from accounts.shifts import services
from accounts.shifts.models import Leave, Shift
from accounts.users.forms import time_zone_choices
from core.audit import Actor


class ShiftForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(label=_("time zone"), choices=time_zone_choices)

    class Meta:
        model = Shift
        fields = ("user", "weekday", "starts_at", "ends_at", "time_zone")


@admin.register(Shift)
class ShiftAdmin(ConfigurationAdmin):
    change_right = "shift.manage"
    can_remove = True
    form = ShiftForm
    list_display = ("user", "weekday", "starts_at", "ends_at", "time_zone")
    list_filter = ("weekday", "user__team")
    list_select_related = ("user",)
    search_fields = ("user__full_name",)

    def save_by_service(self, *, form: Any, instance: Shift | None, by: Actor) -> Shift:
        return services.save_shift(shift=instance, by=by, **form.cleaned_data)

    def remove_by_service(self, *, instance: Shift, by: Actor) -> None:
        services.remove_shift(shift=instance, by=by)


@admin.register(Leave)
class LeaveAdmin(ConfigurationAdmin):
    change_right = "shift.manage"
    can_remove = True
    list_display = ("user", "starts_on", "ends_on", "reason")
    list_filter = ("user__team",)
    list_select_related = ("user",)
    search_fields = ("user__full_name",)
    fields = ("user", "starts_on", "ends_on", "reason")

    def save_by_service(self, *, form: Any, instance: Leave | None, by: Actor) -> Leave:
        return services.save_leave(leave=instance, by=by, **form.cleaned_data)

    def remove_by_service(self, *, instance: Leave, by: Actor) -> None:
        services.remove_leave(leave=instance, by=by)
