"""Cases and what happened to them, to look at."""

from __future__ import annotations

from django.contrib import admin

from collections_app.cases.models import Case, CaseEvent
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(Case)
class CaseAdmin(LoanRecordAdmin):
    list_display = ("loan", "portfolio", "state", "opened_on", "assignee", "next_step_at")
    list_filter = ("portfolio",)
    list_select_related = ("loan", "portfolio", "assignee")


@admin.register(CaseEvent)
class CaseEventAdmin(LoanRecordAdmin):
    list_display = ("known_at", "case", "kind", "by", "from_user", "to_user", "reason")
    loan_path = "case__loan"
    scoped_through = "case"
    list_select_related = ("case__loan", "from_user", "to_user")
