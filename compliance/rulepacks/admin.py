"""Rule packs, their parameters and proposals, to look at: they have their own pages."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from compliance.rulepacks.models import (
    RulePack,
    RulePackProposal,
    RulePackVersion,
    RuleParameters,
)


@admin.register(RulePack)
class RulePackAdmin(RecordAdmin):
    list_display = ("code", "name", "place")


@admin.register(RulePackVersion)
class RulePackVersionAdmin(RecordAdmin):
    list_display = ("pack", "version", "effective_from", "published_by", "published_at")
    list_select_related = ("pack",)


@admin.register(RuleParameters)
class RuleParametersAdmin(RecordAdmin):
    list_display = ("code", "version", "rule", "binding", "agency_binding", "citation")
    list_select_related = ("version__pack",)


@admin.register(RulePackProposal)
class RulePackProposalAdmin(RecordAdmin):
    list_display = ("code", "version", "reason", "approval")
    list_select_related = ("approval",)
