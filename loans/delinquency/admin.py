"""Positions, instalments, pauses, bucket history and differences, to look at."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from loans.contracts.partition_admin import PartitionedRowAdmin
from loans.delinquency.models import (
    BucketStay,
    Instalment,
    Pause,
    Position,
    PositionChange,
    ReplayDifference,
    Resume,
    StatedPosition,
)


class LoanRowAdmin(RecordAdmin):
    """A row of a loan, found by contract number."""

    list_select_related: ClassVar[tuple[str, ...]] = ("loan",)
    search_fields = ("=loan__contract_no",)


@admin.register(Position)
class PositionAdmin(LoanRowAdmin):
    list_display = (
        "loan",
        "portfolio",
        "status",
        "bucket",
        "oldest_unsatisfied_due_on",
        "overdue_amount",
        "outstanding_amount",
        "is_set_aside",
    )
    list_select_related = ("loan", "portfolio")
    list_filter = ("portfolio", "status", "is_set_aside")


@admin.register(Instalment)
class InstalmentAdmin(PartitionedRowAdmin):
    list_display = (
        "row",
        "loan",
        "number",
        "due_on",
        "principal",
        "interest",
        "fee",
        "satisfied_on",
    )
    ordering = ("loan_id", "number")


@admin.register(Pause)
class PauseAdmin(LoanRowAdmin):
    list_display = ("loan", "value_on", "ends_on", "reason", "entered_by")


@admin.register(Resume)
class ResumeAdmin(LoanRowAdmin):
    list_display = ("loan", "pause", "value_on", "entered_by")
    list_select_related = ("loan", "pause")


@admin.register(StatedPosition)
class StatedPositionAdmin(LoanRowAdmin):
    list_display = ("loan", "kind", "value_on", "principal_outstanding", "oldest_unpaid_due_on")
    list_filter = ("kind",)


@admin.register(BucketStay)
class BucketStayAdmin(LoanRowAdmin):
    list_display = ("loan", "bucket", "entered_on", "left_on", "superseded_at")
    ordering = ("-id",)  # by contract number, millions of rows would be sorted
    list_filter = ("bucket",)


@admin.register(PositionChange)
class PositionChangeAdmin(LoanRowAdmin):
    list_display = ("loan", "on", "cause", "overdue_before", "overdue_after", "known_at")
    list_filter = ("cause",)
    ordering = ("-id",)


@admin.register(ReplayDifference)
class ReplayDifferenceAdmin(LoanRowAdmin):
    list_display = ("loan", "stated", "field", "computed_value", "stated_value", "found_at")
    list_select_related = ("loan", "stated")
    list_filter = ("field",)
