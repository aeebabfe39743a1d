"""Founding, naming and closing teams."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from accounts.access.model_admin import ConfigurationAdmin
from accounts.teams import services
from accounts.teams.models import Team
from core.audit import Actor


@admin.register(Team)
class TeamAdmin(ConfigurationAdmin):
    change_right = "user.manage"
    list_display = ("name", "lead", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("lead",)
    search_fields = ("name",)
    fields = ("name", "lead", "is_active")

    def save_by_service(self, *, form: Any, instance: Team | None, by: Actor) -> Team:
        data = form.cleaned_data
        team = instance or services.create_team(name=data["name"], lead=data["lead"], by=by)
        if instance is None and data["is_active"]:
            return team
        return services.change_team(team=team, by=by, **data)
