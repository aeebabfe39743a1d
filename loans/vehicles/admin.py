"""Vehicles, to look at."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from core.encryption import mask_plate, mask_vin
from loans.contracts.record_admin import LoanRecordAdmin
from loans.vehicles.models import Vehicle


@admin.register(Vehicle)
class VehicleAdmin(LoanRecordAdmin):
    scoped_through = "loan"
    list_display = ("__str__", "loan", "masked_vin", "masked_plate", "value_amount")
    list_select_related = ("loan",)
    fields = (
        "loan",
        "masked_vin",
        "masked_plate",
        "make",
        "model",
        "model_year",
        "condition",
        "value_amount",
        "valued_on",
        "insurer",
        "insured_until",
    )
    readonly_fields = ("masked_vin", "masked_plate")

    @admin.display(description=_("VIN"))
    def masked_vin(self, vehicle: Vehicle) -> str:
        return mask_vin(vehicle.vin)

    @admin.display(description=_("plate"))
    def masked_plate(self, vehicle: Vehicle) -> str:
        return mask_plate(vehicle.plate)
