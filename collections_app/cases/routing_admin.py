"""Team queues, skill requirements and moves in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from accounts.access.model_admin import ConfigurationAdmin, RecordAdmin
from collections_app.cases import routing_rules
from collections_app.cases.moves import CaseMove
from collections_app.cases.routing import SkillRequirement, TeamQueue
from core.audit import Actor


@admin.register(TeamQueue)
class TeamQueueAdmin(ConfigurationAdmin):
    change_right = "strategy.change"
    can_remove = True
    list_display = ("portfolio", "team", "severity_from", "severity_to")
    list_filter = ("portfolio", "team")
    list_select_related = ("portfolio", "team")
    fields = ("portfolio", "team", "severity_from", "severity_to")

    def save_by_service(self, *, form: Any, instance: TeamQueue | None, by: Actor) -> TeamQueue:
        return routing_rules.save_team_queue(queue=instance, by=by, **form.cleaned_data)

    def remove_by_service(self, *, instance: TeamQueue, by: Actor) -> None:
        routing_rules.remove_team_queue(queue=instance, by=by)


@admin.register(SkillRequirement)
class SkillRequirementAdmin(ConfigurationAdmin):
    change_right = "strategy.change"
    can_remove = True
    list_display = ("portfolio", "product", "skill", "severity_from", "severity_to")
    list_filter = ("portfolio", "skill")
    list_select_related = ("portfolio", "product")
    fields = ("portfolio", "product", "skill", "severity_from", "severity_to")

    def save_by_service(
        self, *, form: Any, instance: SkillRequirement | None, by: Actor
    ) -> SkillRequirement:
        return routing_rules.save_skill_requirement(
            requirement=instance, by=by, **form.cleaned_data
        )

    def remove_by_service(self, *, instance: SkillRequirement, by: Actor) -> None:
        routing_rules.remove_skill_requirement(requirement=instance, by=by)


@admin.register(CaseMove)
class CaseMoveAdmin(RecordAdmin):
    list_display = ("made_at", "made_by", "from_user", "people_count", "case_count", "undone_at")
    list_select_related = ("made_by", "from_user")
    ordering = ("-made_at",)
