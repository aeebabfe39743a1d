"""Consents: yes, no or unknown to a channel or a number, with source and day; the newest counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.facts.models import FactModel
from loans.borrowers.models import ContactPoint, Party, PartyRowQuerySet
from loans.contracts.models import Loan


class ConsentAnswer(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")


class ConsentKind(models.TextChoices):
    """What the person was asked about; see `PermissionFact`."""

    CHANNEL = "channel", _("a way of contact")
    AUTOMATED_CALLS = "automated_calls", _("automated calls and texts")
    CALL_BACK = "call_back", _("a further call")
    HOURS = "hours", _("hours outside the usual ones")
    THIRD_PARTY = "third_party", _("telling somebody else")
    WORK_EMAIL = "work_email", _("e-mail at work")
    WORK_CALLS = "work_calls", _("calls at work")
    VISIT = "visit", _("visits at home")


class Consent(FactModel):
    """One answer of one person; silence is unknown and has no row. Taking it back is a further no.

    `until` is the instant from which the answer no longer counts, `only_on` the one day it is for.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=16, choices=ConsentKind, default=ConsentKind.CHANNEL)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="consents"
    )
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="consents"
    )
    channel = models.CharField(_("channel"), max_length=12, blank=True)
    answer = models.CharField(max_length=3, choices=ConsentAnswer)
    given_at = models.DateTimeField(_("given"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    only_on = models.DateField(_("only on"), null=True, blank=True)
    opens = models.TimeField(_("from"), null=True, blank=True)
    closes = models.TimeField(_("to"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120)
    recorded_by = models.CharField(_("recorded by"), max_length=120)

    objects = PartyRowQuerySet.as_manager()

    class Meta(FactModel.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=ConsentAnswer.values), name="consent_answer_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ConsentKind.values), name="consent_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="channel") | ~Q(channel=""), name="consent_channel_named"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=models.F("given_at")),
                name="consent_forward",
            ),
            models.UniqueConstraint(
                fields=["party", "kind", "loan", "contact_point", "channel", "given_at", "source"],
                name="consent_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(fields=["party", "channel", "given_at"], name="consent_newest"),
            models.Index(
                fields=["given_at", "id"], condition=Q(answer="no"), name="consent_refused_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel or self.kind}: {self.answer}"
