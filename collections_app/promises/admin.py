from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from collections_app.promises.models import Promise
from core.audit.admin import ViewOnlyModelAdmin
from loans.contracts.models import Loan


@admin.register(Promise)
class PromiseAdmin(ViewOnlyModelAdmin):
    list_display = ("loan", "amount", "due_on", "state", "taken_by", "made_at")
    list_filter = ("state",)
    list_select_related = ("loan",)
    raw_id_fields = ("party",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promise]:
        rows = super().get_queryset(request)
        return rows.filter(loan__in=Loan.objects.visible_to(request.user))
