"""Notices served and orders of courts, to look at."""

from __future__ import annotations

from django.contrib import admin

from compliance.notices.models import CourtOrder, ServedNotice
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(ServedNotice)
class ServedNoticeAdmin(LoanRecordAdmin):
    list_display = ("served_on", "kind", "loan", "how", "document_ref", "withdrawn_at")


@admin.register(CourtOrder)
class CourtOrderAdmin(LoanRecordAdmin):
    list_display = ("made_on", "kind", "loan", "court", "number", "until", "discharged_at")
