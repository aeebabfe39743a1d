"""Parties and how to reach them: to look at, sealed values masked or left out."""

from __future__ import annotations

from django.contrib import admin

from accounts.access.model_admin import RecordAdmin
from loans.borrowers.models import Address, ContactPoint, Party


@admin.register(Party)
class PartyAdmin(RecordAdmin):
    list_display = ("full_name", "customer_no", "namespace", "kind", "language")
    search_fields = ("=customer_no",)
    ordering = ("name_sort_key",)
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
class ContactPointAdmin(RecordAdmin):
    list_display = ("masked", "kind", "place", "party", "verified_on", "invalid_since")
    list_select_related = ("party",)
    list_filter = ("kind",)
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
class AddressAdmin(RecordAdmin):
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
