"""Callbacks, to look at; what happened to one stands in the timeline of its case."""

from __future__ import annotations

from django.contrib import admin

from collections_app.callbacks.models import Callback
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(Callback)
class CallbackAdmin(LoanRecordAdmin):
    list_display = ("due_at", "case", "local_on", "local_at", "time_zone", "owner", "state")
    list_select_related = ("case__loan", "owner")
    exclude = ("note",)
    loan_path = "case__loan"
    scoped_through = "case"
