"""Callbacks and what happened to them, to look at."""

from __future__ import annotations

from django.contrib import admin

from collections_app.callbacks.models import Callback, CallbackEvent
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(Callback)
class CallbackAdmin(LoanRecordAdmin):
    list_display = ("due_at", "case", "local_on", "local_at", "time_zone", "owner", "state")
    list_select_related = ("case__loan", "owner")
    exclude = ("note",)
    loan_path = "case__loan"
    scoped_through = "case"


@admin.register(CallbackEvent)
class CallbackEventAdmin(LoanRecordAdmin):
    list_display = ("known_at", "callback", "kind", "due_at", "by", "to_user", "reason")
    list_select_related = ("callback__case__loan", "to_user")
    loan_path = "callback__case__loan"
    scoped_through = "callback__case"
