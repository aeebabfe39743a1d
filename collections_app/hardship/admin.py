"""Talks about hardship to look at; their figures stay sealed."""

from __future__ import annotations

from django.contrib import admin

from collections_app.hardship.models import HardshipTalk
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(HardshipTalk)
class HardshipTalkAdmin(LoanRecordAdmin):
    list_display = ("case", "reason", "said_at", "review_on", "made_by")
    list_filter = ("reason",)
    list_select_related = ("case__loan",)
    exclude = ("budget", "note")
    loan_path = "case__loan"
    scoped_through = "case"
