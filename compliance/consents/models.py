"""Consents: yes, no or unknown to a channel or a number, with source and day; the newest counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.facts.models import FactModel
from loans.borrowers.models import ContactPoint, Party


class ConsentAnswer(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")


class Consent(FactModel):
    """One answer of one person; silence is unknown and has no row."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="consents")
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, blank=True, related_name="consents"
    )
    channel = models.CharField(_("channel"), max_length=6)
    answer = models.CharField(max_length=3, choices=ConsentAnswer)
    given_at = models.DateTimeField(_("given"))
    source = models.CharField(_("source"), max_length=120)
    recorded_by = models.CharField(_("recorded by"), max_length=120)

    class Meta(FactModel.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=ConsentAnswer.values), name="consent_answer_known"
            ),
            models.UniqueConstraint(
                fields=["party", "contact_point", "channel", "given_at", "source"],
                name="consent_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [models.Index(fields=["party", "channel", "given_at"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.channel}: {self.answer}"
