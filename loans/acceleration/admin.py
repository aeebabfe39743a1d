"""Accelerations, to look at; they follow from declarations that arrived."""

from __future__ import annotations

from django.contrib import admin

from loans.acceleration.models import Acceleration, AccelerationWithdrawal
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(Acceleration)
class AccelerationAdmin(LoanRecordAdmin):
    list_display = ("loan", "value_on", "called_amount", "document_ref", "approved_by", "known_at")


@admin.register(AccelerationWithdrawal)
class AccelerationWithdrawalAdmin(LoanRecordAdmin):
    list_display = ("loan", "acceleration", "value_on", "reason", "entered_by")
    list_select_related = ("loan", "acceleration")
