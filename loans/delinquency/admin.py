"""Positions, instalments, pauses, bucket history and differences, to look at."""

from __future__ import annotations

from django.contrib import admin

from loans.contracts.partition_admin import PartitionedRowAdmin
from loans.contracts.record_admin import LoanRecordAdmin
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


@admin.register(Position)
class PositionAdmin(LoanRecordAdmin):
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
class PauseAdmin(LoanRecordAdmin):
    list_display = ("loan", "value_on", "ends_on", "reason", "entered_by")


@admin.register(Resume)
class ResumeAdmin(LoanRecordAdmin):
    list_display = ("loan", "pause", "value_on", "entered_by")
    list_select_related = ("loan", "pause")


@admin.register(StatedPosition)
class StatedPositionAdmin(LoanRecordAdmin):
    list_display = ("loan", "kind", "value_on", "principal_outstanding", "oldest_unpaid_due_on")


@admin.register(BucketStay)
class BucketStayAdmin(LoanRecordAdmin):
    list_display = ("loan", "bucket", "entered_on", "left_on", "superseded_at")


@admin.register(PositionChange)
class PositionChangeAdmin(LoanRecordAdmin):
    list_display = ("loan", "on", "cause", "overdue_before", "overdue_after", "known_at")


@admin.register(ReplayDifference)
class ReplayDifferenceAdmin(LoanRecordAdmin):
    list_display = ("loan", "stated", "field", "computed_value", "stated_value", "found_at")
    list_select_related = ("loan", "stated")
