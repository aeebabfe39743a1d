"""Visits, to look at; their purposes, to configure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from collections_app.visits.findings import CashReceipt
from collections_app.visits.models import Visit, VisitPurpose
from core.audit.admin import AuditedConfigAdmin
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(VisitPurpose)
class VisitPurposeAdmin(AuditedConfigAdmin):
    list_display = ("code", "name", "name_zh", "minutes", "is_active")
    list_filter = ("is_active",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A purpose that visits point to is switched off, not deleted."""
        return False


@admin.register(Visit)
class VisitAdmin(LoanRecordAdmin):
    list_display = ("visit_on", "case", "agent", "purpose", "state", "arrived_at", "left_at")
    list_select_related = ("case__loan", "agent", "purpose")
    list_filter = ("state",)
    exclude = ("note",)
    loan_path = "case__loan"
    scoped_through = "case"


@admin.register(CashReceipt)
class CashReceiptAdmin(LoanRecordAdmin):
    list_display = ("at", "number", "amount", "by", "visit")
    list_select_related = ("visit__case__loan", "by")
    loan_path = "visit__case__loan"
    scoped_through = "visit"
