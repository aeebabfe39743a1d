"""Loans, their parties and schedules, to look at; payment instructions, to configure."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.access.decorators import signed_in_user
from core.audit import Actor
from loans.contracts import services
from loans.contracts.models import Loan, LoanParty, PaymentInstruction, Schedule
from loans.contracts.queries import loans_to_page
from loans.contracts.record_admin import LoanRecordAdmin
from loans.portfolios.model_admin import LoansConfigurationAdmin


@admin.register(Loan)
class LoanAdmin(LoanRecordAdmin):
    list_display = ("contract_no", "portfolio", "product", "started_on", "principal_amount")
    list_select_related = ("portfolio", "product")
    list_filter = ("portfolio",)
    loan_path = "pk"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return loans_to_page(user=signed_in_user(request))


@admin.register(LoanParty)
class LoanPartyAdmin(LoanRecordAdmin):
    list_display = ("loan", "party", "role")
    list_select_related = ("loan", "party")


@admin.register(Schedule)
class ScheduleAdmin(LoanRecordAdmin):
    list_display = ("loan", "version", "origin", "value_on", "known_at", "entered_by")
    list_select_related = ("loan",)


@admin.register(PaymentInstruction)
class PaymentInstructionAdmin(LoansConfigurationAdmin):
    """An instruction is added or taken out of use; what was sent with it stays readable."""

    can_remove = True
    list_display = ("label", "kind", "portfolio", "loan", "is_active")
    list_select_related = ("portfolio", "loan")
    list_filter = ("kind", "is_active")
    raw_id_fields = ("loan",)
    fields = ("portfolio", "loan", "kind", "label", "text", "label_zh", "text_zh")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def save_by_service(
        self, *, form: Any, instance: PaymentInstruction | None, by: Actor
    ) -> PaymentInstruction:
        return services.set_payment_instruction(by=by, **form.cleaned_data)

    def remove_by_service(self, *, instance: PaymentInstruction, by: Actor) -> None:
        services.retire_payment_instruction(instruction=instance, by=by)
