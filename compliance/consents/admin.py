from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from compliance.consents.models import Consent
from core.audit.admin import ViewOnlyModelAdmin
from loans.borrowers.models import Party


@admin.register(Consent)
class ConsentAdmin(ViewOnlyModelAdmin):
    list_display = ("given_at", "channel", "answer", "party_number", "source", "recorded_by")
    list_filter = ("channel", "answer")
    list_select_related = ("party",)
    raw_id_fields = ("party", "contact_point")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Consent]:
        rows = super().get_queryset(request)
        return rows.filter(party__in=Party.objects.visible_to(request.user))

    @admin.display(description="customer number")
    def party_number(self, consent: Consent) -> str:
        return consent.party.customer_no
