"""The records of legal matters, to look at; they are made on the pages of the docket."""

from __future__ import annotations

from django.contrib import admin

from collections_app.legal.file_models import LegalCost, LegalDocument
from collections_app.legal.letter_models import DemandLetter
from collections_app.legal.models import LegalDeadline, Proceeding
from loans.contracts.record_admin import LoanRecordAdmin


@admin.register(Proceeding)
class ProceedingAdmin(LoanRecordAdmin):
    list_display = ("label", "case", "kind", "stage", "stage_since", "court", "owner")
    list_select_related = ("case__loan", "owner")
    loan_path = "case__loan"


@admin.register(DemandLetter)
class DemandLetterAdmin(LoanRecordAdmin):
    list_display = ("label", "case", "as_of", "state", "posted_on", "ended_on")
    list_select_related = ("case__loan",)
    loan_path = "case__loan"


@admin.register(LegalDeadline)
class LegalDeadlineAdmin(LoanRecordAdmin):
    list_display = ("due_on", "code", "case", "proceeding", "is_hard", "whose", "state")
    list_select_related = ("case__loan", "proceeding")
    loan_path = "case__loan"


@admin.register(LegalDocument)
class LegalDocumentAdmin(LoanRecordAdmin):
    list_display = ("kind", "version", "proceeding", "added_at", "added_by", "withdrawn_at")
    list_select_related = ("case__loan", "proceeding")
    loan_path = "case__loan"


@admin.register(LegalCost)
class LegalCostAdmin(LoanRecordAdmin):
    list_display = ("incurred_on", "kind", "amount", "proceeding", "charge", "reversed_at")
    list_select_related = ("case__loan", "proceeding", "charge")
    loan_path = "case__loan"
