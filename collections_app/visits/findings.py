"""What was found at a door: positions, photos, the car, cash. Facts, sealed where they tell of
somebody."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from collections_app.visits.models import Visit
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.files.models import StoredFile
from core.ids import uuid7_pk
from core.money import MoneyField
from loans.borrowers.models import Address
from loans.vehicles.models import Vehicle


class AddressPosition(FactModel):
    """Where an address lies (WGS-84), sealed as the address itself is; the newest counts."""

    id = uuid7_pk()
    address = models.ForeignKey(Address, on_delete=models.PROTECT, related_name="positions")
    position = SealedField(pgettext_lazy("on a map", "position"))
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=120)

    class Meta(FactModel.Meta):
        verbose_name = _("position of an address")
        verbose_name_plural = _("positions of addresses")
        indexes = [models.Index(fields=["address", "at"], name="address_position_newest")]

    def __str__(self) -> str:
        return f"{self.address_id} {self.at:%Y-%m-%d}"


class CheckIn(FactModel):
    """Somebody came to the door: when by the phone's clock, and where as far as it could tell.

    The position says where a borrower lives, so it is sealed under the borrower's key; how far it
    was from the address is a number that names nobody.
    """

    id = uuid7_pk()
    visit = models.OneToOneField(Visit, on_delete=models.PROTECT, related_name="check_in")
    at = models.DateTimeField(_("at"))
    position = SealedField(pgettext_lazy("on a map", "position"), null=True)
    accuracy = models.PositiveIntegerField(_("accuracy, metres"), null=True)
    distance = models.PositiveIntegerField(_("from the address, metres"), null=True)
    is_recording = models.BooleanField(_("the recording runs"))
    is_at_address = models.BooleanField(_("said to be at the address"), default=False)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta(FactModel.Meta):
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.CheckConstraint(
                condition=Q(position__isnull=False)
                | Q(accuracy__isnull=True, distance__isnull=True),
                name="check_in_measured_from_position",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.at:%Y-%m-%d %H:%M}"


class PhotoOf(models.TextChoices):
    DOOR = "door", _("the door")
    VEHICLE = "vehicle", _("the vehicle")
    DOCUMENT = "document", _("a document")
    OTHER = "other", _("something else")


class VisitPhoto(FactModel):
    """One photo, encoded anew by the server; its bytes are sealed, their SHA-256 stands here."""

    id = uuid7_pk()
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    shows = models.CharField(_("shows"), max_length=8, choices=PhotoOf)
    taken_at = models.DateTimeField(pgettext_lazy("a photo", "taken"))
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta(FactModel.Meta):
        verbose_name = _("photo of a visit")
        verbose_name_plural = _("photos of visits")
        constraints = [
            models.CheckConstraint(condition=Q(shows__in=PhotoOf.values), name="photo_shows_known"),
            # The same picture sent twice is one photo.
            models.UniqueConstraint(fields=["visit", "sha256"], name="photo_once"),
        ]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.shows}"


class FoundCondition(models.TextChoices):
    UNKNOWN = "", _("not told")
    GOOD = "good", pgettext_lazy("a vehicle", "good")
    WORN = "worn", _("worn or dented")
    DAMAGED = "damaged", _("damaged")
    NOT_DRIVABLE = "not_drivable", _("cannot be driven")


class VehicleSighting(FactModel):
    """The car was looked for at a visit: seen or not, where, and in what state."""

    id = uuid7_pk()
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="sightings")
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, related_name="sightings")
    is_seen = models.BooleanField(_("seen"))
    condition = models.CharField(
        max_length=12, choices=FoundCondition, blank=True, default=FoundCondition.UNKNOWN
    )
    place = SealedField(_("place"), null=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta(FactModel.Meta):
        verbose_name = _("vehicle looked for")
        verbose_name_plural = _("vehicles looked for")
        constraints = [
            models.CheckConstraint(
                condition=Q(condition__in=FoundCondition.values), name="sighting_condition_known"
            ),
            models.CheckConstraint(
                condition=Q(is_seen=True) | Q(condition="", place__isnull=True),
                name="sighting_of_what_was_seen",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.is_seen}"


class CashReceipt(FactModel):
    """Money taken in the hand against a numbered receipt.

    It pays nothing by itself: it is handed in, and what reaches the books is a repayment.
    """

    id = uuid7_pk()
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(pgettext_lazy("cash", "receipt"), max_length=40, unique=True)
    amount = MoneyField(_("amount"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta(FactModel.Meta):
        verbose_name = _("cash receipt")
        verbose_name_plural = _("cash receipts")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0) & ~Q(number=""), name="cash_receipt_of_money"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CashHandIn(FactModel):
    """Cash of one receipt reached the office: who counted it, and how much there was."""

    receipt = models.OneToOneField(CashReceipt, on_delete=models.PROTECT, related_name="hand_in")
    amount = MoneyField(_("counted"))
    at = models.DateTimeField(_("at"))
    received_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")

    class Meta(FactModel.Meta):
        verbose_name = _("cash handed in")
        verbose_name_plural = _("cash handed in")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="cash_hand_in_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.receipt_id} {self.amount}"
