"""Rule packs and their parameters, to look at: they are published as files."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from compliance.rulepacks.models import RulePack, RulePackVersion, RuleParameters


@admin.register(RulePack)
class RulePackAdmin(RecordAdmin):
    list_display = ("code", "name")


@admin.register(RulePackVersion)
class RulePackVersionAdmin(RecordAdmin):
    list_display = ("pack", "version", "effective_from", "published_by", "published_at")
    list_select_related = ("pack",)


@admin.register(RuleParameters)
class RuleParametersAdmin(RecordAdmin):
    list_display = ("code", "version", "rule", "binding", "citation")
    list_select_related = ("version__pack",)
