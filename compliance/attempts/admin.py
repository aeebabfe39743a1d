"""The contact ledger, to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from compliance.attempts.models import Attempt, AttemptLoan, Incident, Settlement, Verdict
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(Attempt)
class AttemptAdmin(PartyRecordAdmin):
    list_display = ("at", "channel", "direction", "party_number", "is_unsanctioned", "made_by")
    list_select_related = ("party",)


class _OfVisibleAttempts(RecordAdmin):
    """Rows that hang on an attempt, for people who may see the attempt."""

    scoped_through = "attempt"


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
class VerdictAdmin(PartyRecordAdmin):
    list_display = ("at", "channel", "is_allowed", "asked_by", "next_allowed_at")
