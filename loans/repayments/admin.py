"""Money facts and what was made of them, to look at."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from loans.contracts.partition_admin import PartitionedRowAdmin
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


class FactAdmin(RecordAdmin):
    """A fact of a loan: newest first, found by contract number."""

    list_select_related: ClassVar[tuple[str, ...]] = ("loan",)
    search_fields = ("=loan__contract_no", "=external_ref")
    ordering = ("-id",)


@admin.register(Repayment)
class RepaymentAdmin(FactAdmin):
    list_display = ("loan", "value_on", "amount", "kind", "state", "external_ref", "known_at")
    list_filter = ("kind", "state")


@admin.register(RepaymentStateChange)
class RepaymentStateChangeAdmin(FactAdmin):
    list_display = ("loan", "repayment", "state", "value_on", "entered_by")
    list_select_related = ("loan", "repayment")


@admin.register(Charge)
class ChargeAdmin(FactAdmin):
    list_display = ("loan", "kind", "amount", "due_on", "value_on", "known_at")
    list_filter = ("kind",)


@admin.register(Waiver)
class WaiverAdmin(FactAdmin):
    list_display = ("loan", "component", "amount", "value_on", "entered_by", "reason")
    list_filter = ("component",)


@admin.register(WriteOff)
class WriteOffAdmin(FactAdmin):
    list_display = ("loan", "kind", "value_on", "entered_by", "reason")
    list_filter = ("kind",)


@admin.register(Refund)
class RefundAdmin(FactAdmin):
    list_display = ("loan", "amount", "value_on", "entered_by")


@admin.register(Chargeback)
class ChargebackAdmin(FactAdmin):
    list_display = ("loan", "amount", "value_on", "entered_by")


@admin.register(Reversal)
class ReversalAdmin(FactAdmin):
    list_display = ("loan", "of_kind", "of_id", "value_on", "entered_by", "reason")
    list_filter = ("of_kind",)


@admin.register(SuspenseItem)
class SuspenseItemAdmin(RecordAdmin):
    list_display = ("external_ref", "portfolio", "amount", "value_on", "state", "reason")
    list_select_related = ("portfolio",)
    list_filter = ("state", "portfolio")
    search_fields = ("=external_ref",)
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
