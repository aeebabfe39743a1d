"""Parties: the people (and firms) of a loan, how to reach them and where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Self

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Collate
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ModelT, ScopedQuerySet, sees_all_portfolios
from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User


def spoken_key() -> Collate:
    """The letters of the sort key alone, in byte order: zhangwei for "zhang1 wei3 张伟".

    Beginnings of it are ranges of the index `party_name_spoken`, in any collation.
    """
    letters = Func(
        F("name_sort_key"), Value("[^a-z]"), Value(""), Value("g"), function="regexp_replace"
    )
    return Collate(letters, "C")


class PartyKind(models.TextChoices):
    PERSON = "person", _("person")
    ORGANISATION = "organisation", _("organisation")


class Salutation(models.TextChoices):
    """How the person asked to be addressed; never guessed from a name."""

    UNKNOWN = "", _("not recorded")
    MR = "mr", _("Mr")
    MS = "ms", _("Ms")


class PartyQuerySet(ScopedQuerySet["Party"]):
    def scoped_to(self, user: User) -> Self:
        """Parties of loans in the portfolios that the user may see."""
        if sees_all_portfolios(user):
            return self
        signatures = apps.get_model("loans", "LoanParty")._default_manager.filter(
            loan__portfolio__in=Portfolio.objects.visible_to(user)
        )
        return self.filter(pk__in=signatures.values("party_id"))


class PartyRowQuerySet(ScopedQuerySet[ModelT], Generic[ModelT]):
    """Rows that belong to a party."""

    def scoped_to(self, user: User) -> Self:
        return self.filter(party__in=Party.objects.visible_to(user))


class Party(models.Model):
    """A borrower, co-borrower, guarantor or reference. Names are in clear, the rest is sealed."""

    id = uuid7_pk()
    namespace = models.CharField(_("customer number space"), max_length=40)
    customer_no = models.CharField(_("customer number"), max_length=60)
    kind = models.CharField(max_length=12, choices=PartyKind, default=PartyKind.PERSON)
    full_name = models.CharField(_("name"), max_length=200)
    name_bigrams = ArrayField(models.CharField(max_length=4), default=list, editable=False)
    name_sort_key = models.CharField(max_length=300, editable=False)
    salutation = models.CharField(
        _("addressed as"), max_length=4, choices=Salutation, blank=True, default=Salutation.UNKNOWN
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    data_key = models.OneToOneField("core.DataKey", on_delete=models.PROTECT, related_name="+")
    id_number = SealedField(_("id number"), null=True, blank=True)
    id_number_index = models.BinaryField(max_length=32, null=True, editable=False)
    id_number_last4_index = models.BinaryField(max_length=32, null=True, editable=False)
    born_on = SealedField(_("date of birth"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=["namespace", "customer_no"], name="party_number_once"),
            models.CheckConstraint(condition=~Q(full_name=""), name="party_named"),
            models.CheckConstraint(condition=Q(kind__in=PartyKind.values), name="party_kind_known"),
        ]
        indexes = [
            GinIndex(fields=["name_bigrams"], name="party_name_bigrams"),
            models.Index(fields=["id_number_index"], name="party_id_number"),
            models.Index(fields=["id_number_last4_index"], name="party_id_last4"),
            models.Index(fields=["name_sort_key"], name="party_name_sort"),
            models.Index(spoken_key(), name="party_name_spoken"),
        ]

    def __str__(self) -> str:
        return self.full_name


class ContactKind(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")


class ContactPlace(models.TextChoices):
    """Where the contact point rings, as far as the lender knows."""

    UNKNOWN = "", _("not recorded")
    MOBILE = "mobile", _("mobile")
    HOME = "home", _("home")
    WORK = "work", _("work")


class ContactPoint(models.Model):
    """A phone number (E.164) or an e-mail address of a party."""

    id = uuid7_pk()
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="contact_points", db_index=False
    )
    kind = models.CharField(max_length=5, choices=ContactKind)
    place = models.CharField(
        max_length=8, choices=ContactPlace, blank=True, default=ContactPlace.UNKNOWN
    )
    value = SealedField(_("value"))
    value_index = models.BinaryField(max_length=32, editable=False)
    last4_index = models.BinaryField(max_length=32, null=True, editable=False)
    masked = models.CharField(_("masked"), max_length=120, editable=False)
    time_zones = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text=_("Zones the number may be in; empty: not known."),
    )
    verified_on = models.DateField(_("verified"), null=True, blank=True)
    invalid_since = models.DateField(_("invalid since"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PartyRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        constraints = [
            models.UniqueConstraint(
                fields=["party", "kind", "value_index"], name="contact_point_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ContactKind.values), name="contact_kind_known"
            ),
        ]
        indexes = [
            models.Index(fields=["value_index"], name="contact_value"),
            models.Index(fields=["last4_index"], name="contact_last4"),
        ]

    def __str__(self) -> str:
        return self.masked


class AddressKind(models.TextChoices):
    HOME = "home", _("home")
    WORK = "work", _("work")
    MAIL = "mail", _("mail")


class Address(models.Model):
    """Where a party lives, works or gets letters; region and zones are in clear for the rules."""

    id = uuid7_pk()
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, related_name="addresses", db_index=False
    )
    kind = models.CharField(max_length=4, choices=AddressKind, default=AddressKind.HOME)
    text = SealedField(_("address"))
    text_index = models.BinaryField(max_length=32, editable=False)
    masked = models.CharField(_("masked"), max_length=200, editable=False)
    country = models.CharField(_("country"), max_length=2)
    region = models.CharField(
        _("region"), max_length=40, blank=True, help_text=_("Province or state, e.g. 广东 or MA")
    )
    city = models.CharField(_("city"), max_length=80, blank=True)
    time_zones = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text=_("Zones the place may be in; empty: not known."),
    )
    is_current = models.BooleanField(_("current"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PartyRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(fields=["party", "kind", "text_index"], name="address_once"),
            models.CheckConstraint(
                condition=Q(kind__in=AddressKind.values), name="address_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.masked
