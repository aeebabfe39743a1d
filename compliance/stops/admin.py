from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from compliance.stops.models import Stop
from core.audit.admin import ViewOnlyModelAdmin
from loans.borrowers.models import Party


@admin.register(Stop)
class StopAdmin(ViewOnlyModelAdmin):
    list_display = ("starts_at", "kind", "channel", "party_number", "source", "set_by", "lifted_at")
    list_filter = ("kind", "channel")
    list_select_related = ("party",)
    raw_id_fields = ("party", "loan")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stop]:
        rows = super().get_queryset(request)
        return rows.filter(party__in=Party.objects.visible_to(request.user))

    @admin.display(description="customer number")
    def party_number(self, stop: Stop) -> str:
        return stop.party.customer_no
