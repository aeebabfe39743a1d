"""Preferences: when, where and how often a person asked to be contacted."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compliance.registers.triggers import tells_of_change
from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from loans.borrowers.models import ContactPlace, ContactPoint, Party, PartyRowQuerySet


class PreferenceKind(models.TextChoices):
    """The kinds that rules read; see `PreferenceFact`."""

    INCONVENIENT_TIME = "inconvenient_time", _("not at these hours")
    INCONVENIENT_PLACE = "inconvenient_place", _("not at this place or number")
    AGREED_HOURS = "agreed_hours", _("hours agreed for contact")
    AGREED_CAP = "agreed_cap", _("number of contacts agreed")


def every_day() -> list[int]:
    """Returns Monday (0) to Sunday (6)."""
    return list(range(7))


class Preference(models.Model):
    """One thing one person asked for, in force until its last day or until it is ended."""

    id = uuid7_pk()
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="preferences")
    kind = models.CharField(max_length=20, choices=PreferenceKind)
    days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days of the week"),
        default=every_day,
        help_text=_("Monday is 0."),
    )
    opens = models.TimeField(_("from"), null=True, blank=True)
    closes = models.TimeField(_("to"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=8, choices=ContactPlace, blank=True)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="preferences"
    )
    rule = models.CharField(_("rule"), max_length=40, blank=True)
    count = models.PositiveSmallIntegerField(_("number agreed"), null=True, blank=True)
    starts_at = models.DateTimeField(_("in force from"))
    until = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: until the person says otherwise.")
    )
    note = SealedField(_("note"))
    source = models.CharField(_("source"), max_length=120)
    set_by = models.CharField(_("set by"), max_length=120)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=120, blank=True)
    ended_reason = models.CharField(_("why ended"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PartyRowQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PreferenceKind.values), name="preference_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="inconvenient_place")
                | ~Q(place="")
                | Q(contact_point__isnull=False),
                name="preference_place_named",
            ),
            models.CheckConstraint(
                condition=~Q(kind="agreed_cap") | (~Q(rule="") & Q(count__isnull=False)),
                name="preference_cap_numbered",
            ),
            models.CheckConstraint(
                condition=Q(opens__isnull=True) | Q(closes__isnull=True) | ~Q(opens=F("closes")),
                name="preference_hours_not_empty",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | (~Q(ended_by="") & ~Q(ended_reason="")),
                name="preference_ended_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["party"], condition=Q(ended_at__isnull=True), name="preference_in_force"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="preference_said_fixed",
                fields=[
                    *("party", "kind", "days", "opens", "closes", "place", "contact_point"),
                    *("rule", "count", "starts_at", "until", "note", "source", "set_by"),
                ],
            ),
            pgtrigger.Protect(name="preference_kept", operation=pgtrigger.Delete),
            tells_of_change(),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
