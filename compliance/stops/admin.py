"""Stops, to look at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from compliance.stops.models import Stop
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(Stop)
class StopAdmin(PartyRecordAdmin):
    list_display = ("starts_at", "kind", "channel", "about", "source", "set_by", "lifted_at")
    list_select_related = ("party", "loan", "portfolio")

    @admin.display(description=_("of"))
    def about(self, row: Stop) -> str:
        """The customer, contract or portfolio that the stop is of."""
        if row.party is not None:
            return str(row.party.customer_no)
        return str(row.loan if row.loan is not None else row.portfolio)
