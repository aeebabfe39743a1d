"""Admin of rows kept in partitions by loan: they are read one loan at a time, or not at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from loans.contracts.record_admin import LoanRecordAdmin, loans_numbered


class PartitionedRowAdmin(LoanRecordAdmin):
    """Lists the rows of the contract that is searched for; its links name the loan beside the row.

    Without the loan, PostgreSQL would have to look into every partition.
    """

    list_display_links = None
    search_help_text = _("Type a whole contract number; nothing is listed without one.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        number = search_term.strip()
        if not number:
            return queryset.none(), False
        return queryset.filter(loan__in=loans_numbered(request, number)), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any | None:
        loan_id, _separator, number = object_id.partition(".")
        try:
            loan, pk = UUID(loan_id), int(number)
        except ValueError:
            return None
        return self.get_queryset(request).select_related("loan").filter(loan=loan, pk=pk).first()

    @admin.display(description=_("row"))
    def row(self, row: Any) -> SafeString:
        """A link to one row by its loan and its number."""
        page = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        return format_html(
            '<a href="{}">{}</a>', reverse(page, args=[f"{row.loan_id}.{row.pk}"]), row.pk
        )
