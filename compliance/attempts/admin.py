from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from compliance.attempts.models import Attempt, AttemptLoan, Incident, Settlement, Verdict
from core.audit.admin import ViewOnlyModelAdmin


@admin.register(Attempt)
class AttemptAdmin(ViewOnlyModelAdmin):
    list_display = ("at", "channel", "direction", "party_number", "is_unsanctioned", "made_by")
    list_filter = ("channel", "direction", "is_unsanctioned", "is_history")
    list_select_related = ("party",)
    raw_id_fields = ("party", "contact_point", "verdict", "portfolio")
    ordering = ("-at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        return Attempt.objects.visible_to(request.user)

    @admin.display(description="customer number")
    def party_number(self, attempt: Attempt) -> str:
        return attempt.party.customer_no


class _OfVisibleAttempts(ViewOnlyModelAdmin):
    """Rows that hang on an attempt, for people who may see the attempt."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.filter(attempt__in=Attempt.objects.visible_to(request.user))


@admin.register(Settlement)
class SettlementAdmin(_OfVisibleAttempts):
    list_display = ("at", "attempt", "outcome", "sequence", "settled_by")
    list_select_related = ("attempt",)


@admin.register(AttemptLoan)
class AttemptLoanAdmin(_OfVisibleAttempts):
    list_display = ("attempt", "loan")
    list_select_related = ("attempt", "loan")


@admin.register(Incident)
class IncidentAdmin(_OfVisibleAttempts):
    list_display = ("opened_at", "attempt", "owner", "closed_at")
    list_select_related = ("attempt", "owner")


@admin.register(Verdict)
class VerdictAdmin(ViewOnlyModelAdmin):
    list_display = ("at", "channel", "is_allowed", "asked_by", "next_allowed_at")
    list_filter = ("is_allowed", "channel")
    raw_id_fields = ("party",)
    ordering = ("-at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Verdict]:
        return Verdict.objects.visible_to(request.user)
