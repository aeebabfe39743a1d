"""Plans to look at; what each role may agree to, to configure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from accounts.access.model_admin import ConfigurationAdmin
from collections_app.plans import policy_services
from collections_app.plans.models import Plan, PlanPolicy
from core.audit import Actor
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(Plan)
class PlanAdmin(LoanRecordAdmin):
    list_display = ("loan", "kind", "state", "total_amount", "proposed_by", "proposed_at")
    list_filter = ("kind", "state")
    scoped_through = "loan"
    list_select_related = ("loan",)


@admin.register(PlanPolicy)
class PlanPolicyAdmin(ConfigurationAdmin):
    change_right = "strategy.change"
    can_remove = True
    list_display = ("role", "kind", "is_offered", "most_months", "least_share", "most_in_year")
    fields = (
        *("role", "kind", "is_offered", "most_months"),
        *("most_parts", "least_share", "most_in_year"),
    )

    def save_by_service(self, *, form: Any, instance: Any, by: Actor) -> PlanPolicy:
        return policy_services.save_policy(policy=instance, by=by, **form.cleaned_data)

    def remove_by_service(self, *, instance: PlanPolicy, by: Actor) -> None:
        policy_services.remove_policy(policy=instance, by=by)
