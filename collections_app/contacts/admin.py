"""Contacts to look at; result codes, to configure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from collections_app.contacts.models import Contact, ResultCode
from core.audit.admin import AuditedConfigAdmin
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(ResultCode)
class ResultCodeAdmin(AuditedConfigAdmin):
    list_display = (
        "code",
        "name",
        "name_zh",
        "digit",
        "group",
        "outcome",
        "next_step",
        "is_active",
    )
    list_filter = ("group", "channel", "is_active")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A code that contacts point to is switched off, not deleted."""
        return False


@admin.register(Contact)
class ContactAdmin(LoanRecordAdmin):
    list_display = ("at", "case", "result", "next_step", "next_step_at", "logged_by")
    list_select_related = ("case__loan", "result", "logged_by")
    exclude = ("note",)
    loan_path = "case__loan"
    scoped_through = "case"
