"""Money facts and what was made of them, to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from loans.contracts.partition_admin import PartitionedRowAdmin
from loans.contracts.record_admin import LoanRecordAdmin
from loans.repayments.models import (
    Allocation,
    Charge,
    Chargeback,
    Refund,
    Repayment,
    RepaymentStateChange,
    Reversal,
    SuspenseItem,
    Waiver,
    WriteOff,
)


@admin.register(Repayment)
class RepaymentAdmin(LoanRecordAdmin):
    list_display = ("loan", "value_on", "amount", "kind", "state", "external_ref", "known_at")


@admin.register(RepaymentStateChange)
class RepaymentStateChangeAdmin(LoanRecordAdmin):
    list_display = ("loan", "repayment", "state", "value_on", "entered_by")
    list_select_related = ("loan", "repayment")


@admin.register(Charge)
class ChargeAdmin(LoanRecordAdmin):
    list_display = ("loan", "kind", "amount", "due_on", "value_on", "known_at")


@admin.register(Waiver)
class WaiverAdmin(LoanRecordAdmin):
    list_display = ("loan", "component", "amount", "value_on", "entered_by", "reason")


@admin.register(WriteOff)
class WriteOffAdmin(LoanRecordAdmin):
    list_display = ("loan", "kind", "value_on", "entered_by", "reason")


@admin.register(Refund)
class RefundAdmin(LoanRecordAdmin):
    list_display = ("loan", "amount", "value_on", "entered_by")


@admin.register(Chargeback)
class ChargebackAdmin(LoanRecordAdmin):
    list_display = ("loan", "amount", "value_on", "entered_by")


@admin.register(Reversal)
class ReversalAdmin(LoanRecordAdmin):
    list_display = ("loan", "of_kind", "of_id", "value_on", "entered_by", "reason")


@admin.register(SuspenseItem)
class SuspenseItemAdmin(RecordAdmin):
    list_display = ("external_ref", "portfolio", "amount", "value_on", "state", "reason")
    list_select_related = ("portfolio",)
    list_filter = ("portfolio",)
    found_by = ("external_ref",)
    exclude = ("data_key", "payer_text")


@admin.register(Allocation)
class AllocationAdmin(PartitionedRowAdmin):
    list_display = (
        "row",
        "loan",
        "repayment_id",
        "instalment_number",
        "principal",
        "interest",
        "fee",
        "penalty",
    )
    ordering = ("loan_id", "repayment_id", "instalment_number")
