"""Vehicles: the cars that were financed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7_pk
from core.money import MoneyField


class VehicleCondition(models.TextChoices):
    UNKNOWN = "", _("not recorded")
    NEW = "new", _("new")
    USED = "used", _("used")


class Vehicle(models.Model):
    """One car with what identifies, values, insures and locates it."""

    id = uuid7_pk()
    loan = models.ForeignKey("loans.Loan", on_delete=models.PROTECT, related_name="vehicles")
    vin = models.CharField(_("VIN"), max_length=17, blank=True, db_index=True)
    plate = models.CharField(_("plate"), max_length=16, blank=True, db_index=True)
    make = models.CharField(_("make"), max_length=60, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    model_year = models.PositiveSmallIntegerField(_("model year"), null=True, blank=True)
    condition = models.CharField(
        max_length=4, choices=VehicleCondition, blank=True, default=VehicleCondition.UNKNOWN
    )
    value_amount = MoneyField(_("value"), null=True, blank=True)
    valued_on = models.DateField(_("valued on"), null=True, blank=True)
    insurer = models.CharField(_("insurer"), max_length=120, blank=True)
    insured_until = models.DateField(_("insured until"), null=True, blank=True)
    gps_device = models.CharField(_("GPS device"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("vehicle")
        verbose_name_plural = _("vehicles")
        constraints = [
            models.CheckConstraint(
                condition=Q(value_amount__isnull=True) | Q(value_amount__gte=0),
                name="vehicle_value_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(vin="") | Q(vin__regex=r"^[A-HJ-NPR-Z0-9]{17}$"),
                name="vehicle_vin_shape",
            ),
            models.UniqueConstraint(
                fields=["loan", "vin"], condition=~Q(vin=""), name="vehicle_vin_once_per_loan"
            ),
        ]
        indexes = [
            # People read the last six out; the whole number is rarely at hand.
            models.Index(Right("vin", 6), condition=~Q(vin=""), name="vehicle_vin_end"),
        ]

    def __str__(self) -> str:
        return " ".join(filter(None, [self.make, self.model, str(self.model_year or "")]))
