"""Imports, their errors and mappings: to look at. Importing itself goes through its services."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from loans.imports.models import ImportBatch, ImportMapping, RowError, StagedRow


@admin.register(ImportBatch)
class ImportBatchAdmin(RecordAdmin):
    list_display = (
        "file_name",
        "kind",
        "portfolio",
        "state",
        "row_count",
        "bad_count",
        "done_count",
        "created_by",
        "created_at",
    )
    list_select_related = ("portfolio",)
    list_filter = ("state", "kind", "portfolio")
    found_by = ("sha256",)
    exclude = ("data_key", "stored_file")


@admin.register(ImportMapping)
class ImportMappingAdmin(RecordAdmin):
    list_display = ("name", "kind", "portfolio", "date_order", "has_decimal_comma", "encoding")
    list_select_related = ("portfolio",)
    list_filter = ("kind", "portfolio")


@admin.register(RowError)
class RowErrorAdmin(RecordAdmin):
    list_display = ("batch", "row_no", "column", "value", "code")
    list_select_related = ("batch",)
    fields = ("batch", "row_no", "column", "value", "code", "remedy")
    readonly_fields = ("remedy",)


@admin.register(StagedRow)
class StagedRowAdmin(RecordAdmin):
    list_display = ("batch", "row_no", "has_error")
    list_select_related = ("batch",)
    # What a row says is for the import alone.
    fields = ("batch", "row_no", "has_error")
