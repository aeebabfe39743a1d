"""Parties and how to reach them: to look at, sealed values masked or left out."""

from __future__ import annotations

from django.contrib import admin

from loans.borrowers.models import Address, ContactPoint, Party
from loans.borrowers.record_admin import PartyRecordAdmin


@admin.register(Party)
class PartyAdmin(PartyRecordAdmin):
    party_path = "pk"
    list_display = ("full_name", "customer_no", "namespace", "kind", "language")
    fields = (
        "full_name",
        "namespace",
        "customer_no",
        "kind",
        "salutation",
        "language",
        "created_at",
    )


@admin.register(ContactPoint)
class ContactPointAdmin(PartyRecordAdmin):
    list_display = ("masked", "kind", "place", "party", "verified_on", "invalid_since")
    list_select_related = ("party",)
    fields = (
        "party",
        "kind",
        "place",
        "masked",
        "time_zones",
        "verified_on",
        "invalid_since",
        "created_at",
    )


@admin.register(Address)
class AddressAdmin(PartyRecordAdmin):
    list_display = ("masked", "kind", "region", "country", "party", "is_current")
    list_select_related = ("party",)
    fields = (
        "party",
        "kind",
        "masked",
        "country",
        "region",
        "city",
        "time_zones",
        "is_current",
        "created_at",
    )
