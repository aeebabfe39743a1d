"""Promises to look at; the limits of roles, to configure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from accounts.access.model_admin import ConfigurationAdmin
from collections_app.promises import limit_services
from collections_app.promises.models import Promise, PromiseLimit
from core.audit import Actor
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(Promise)
class PromiseAdmin(LoanRecordAdmin):
    list_display = ("loan", "amount", "due_on", "state", "taken_by", "made_at")
    scoped_through = "loan"
    list_select_related = ("loan",)


@admin.register(PromiseLimit)
class PromiseLimitAdmin(ConfigurationAdmin):
    change_right = "strategy.change"
    can_remove = True
    list_display = ("role", "max_days_out", "min_share", "max_parts")
    fields = ("role", "max_days_out", "min_share", "max_parts")

    def save_by_service(self, *, form: Any, instance: Any, by: Actor) -> PromiseLimit:
        return limit_services.save_limit(limit=instance, by=by, **form.cleaned_data)

    def remove_by_service(self, *, instance: PromiseLimit, by: Actor) -> None:
        limit_services.remove_limit(limit=instance, by=by)
