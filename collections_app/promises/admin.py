"""Promises to look at."""

from __future__ import annotations

from django.contrib import admin

from collections_app.promises.models import Promise
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(Promise)
class PromiseAdmin(LoanRecordAdmin):
    list_display = ("loan", "amount", "due_on", "state", "taken_by", "made_at")
    scoped_through = "loan"
    list_select_related = ("loan",)
