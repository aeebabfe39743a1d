from __future__ import annotations

from django.contrib import admin

from compliance.rulepacks.models import RulePack, RulePackVersion, RuleParameters
from core.audit.admin import ViewOnlyModelAdmin


@admin.register(RulePack)
class RulePackAdmin(ViewOnlyModelAdmin):
    list_display = ("code", "name")


@admin.register(RulePackVersion)
class RulePackVersionAdmin(ViewOnlyModelAdmin):
    list_display = ("pack", "version", "effective_from", "published_by", "published_at")
    list_select_related = ("pack",)


@admin.register(RuleParameters)
class RuleParametersAdmin(ViewOnlyModelAdmin):
    list_display = ("code", "version", "rule", "binding", "citation")
    list_select_related = ("version__pack",)
