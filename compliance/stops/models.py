"""Stops: why a person may not be contacted, from when, until when or until which event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet, sees_all_portfolios
from compliance.registers.triggers import tells_of_change
from core.encryption.fields import SealedField
from core.ids import uuid7_pk
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User


class StopKind(models.TextChoices):
    CEASE = "cease", _("asked us to stop")
    DISPUTE = "dispute", _("dispute open")
    COMPLAINT = "complaint", _("complaint open")
    ATTORNEY = "attorney", _("represented by a lawyer")
    BANKRUPTCY = "bankruptcy", _("bankruptcy")
    BREATHING_SPACE = "breathing_space", _("breathing space")
    DECEASED = "deceased", _("deceased")
    HARDSHIP = "hardship", _("hardship")
    VULNERABLE = "vulnerable", _("vulnerable")
    MILITARY = "military", _("military service")
    EMPLOYER_PROHIBITS = "employer_prohibits", _("employer forbids calls at work")
    THIRD_PARTY_REFUSED = "third_party_refused", _("not the debtor, asked not to be contacted")
    TIME_BARRED = "time_barred", _("time-barred")
    PROCEEDINGS = "proceedings", _("proceedings")
    HOLD = "hold", _("on hold")


class StopQuerySet(ScopedQuerySet["Stop"]):
    def scoped_to(self, user: User) -> Self:
        """Stops of people, loans and portfolios that the user may see."""
        if sees_all_portfolios(user):
            return self
        portfolios = Portfolio.objects.visible_to(user)
        return self.filter(
            Q(party__in=Party.objects.visible_to(user))
            | Q(party=None, loan__portfolio__in=portfolios)
            | Q(portfolio__in=portfolios)
        )

    def in_force(self, at: datetime) -> Self:
        """Stops that hold at an instant: begun, not ended and not lifted."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at, lifted_at=None)


class Stop(models.Model):
    """A stop of one person (for all loans or one), of one loan or of one portfolio.

    Of the loan alone it holds for everybody who stands in a role to it; of a portfolio, for
    everybody on its loans. What was said is never edited; a stop is lifted, and stays readable.
    """

    id = uuid7_pk()
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="stops"
    )
    loan = models.ForeignKey(
        Loan, on_delete=models.PROTECT, null=True, blank=True, related_name="stops"
    )
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, null=True, blank=True, related_name="stops"
    )
    complaint = models.OneToOneField(
        "compliance.Complaint",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="stop",
        help_text=_("The complaint that keeps the stop in force until it is closed."),
    )
    kind = models.CharField(max_length=20, choices=StopKind)
    channel = models.CharField(
        _("channel"), max_length=12, blank=True, help_text=_("Empty: every channel.")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(
        _("until"), null=True, blank=True, help_text=_("Empty: until it is lifted.")
    )
    details = models.JSONField(
        _("details"), default=dict, blank=True, help_text=_("What the rules of the kind ask for.")
    )
    note = SealedField(_("note"))
    source = models.CharField(_("source"), max_length=120)
    set_by = models.CharField(_("set by"), max_length=120)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    lifted_by = models.CharField(_("lifted by"), max_length=120, blank=True)
    lifted_reason = models.CharField(_("why lifted"), max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("stop")
        verbose_name_plural = _("stops")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=StopKind.values), name="stop_kind_known"),
            models.CheckConstraint(
                condition=Q(party__isnull=False, portfolio__isnull=True)
                | Q(party__isnull=True, loan__isnull=False, portfolio__isnull=True)
                | Q(party__isnull=True, loan__isnull=True, portfolio__isnull=False),
                name="stop_of_person_loan_or_portfolio",
            ),
            models.CheckConstraint(
                condition=Q(portfolio__isnull=True) | Q(kind="hold"), name="stop_portfolio_held"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=models.F("starts_at")),
                name="stop_forward",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | (~Q(lifted_by="") & ~Q(lifted_reason="")),
                name="stop_lifted_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["party", "loan", "portfolio", "kind", "channel", "starts_at", "source"],
                name="stop_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(
                fields=["party"], condition=Q(lifted_at__isnull=True), name="stop_in_force"
            ),
            models.Index(
                fields=["loan"],
                condition=Q(lifted_at__isnull=True, party__isnull=True, loan__isnull=False),
                name="stop_of_loan",
            ),
            models.Index(
                fields=["portfolio"],
                condition=Q(lifted_at__isnull=True, portfolio__isnull=False),
                name="stop_of_portfolio",
            ),
            models.Index(fields=["starts_at", "id"], name="stop_begun"),
            models.Index(
                fields=["lifted_at", "id"],
                condition=Q(lifted_at__isnull=False),
                name="stop_lifted_at",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="stop_said_fixed",
                fields=[
                    *("party", "loan", "portfolio", "complaint", "kind", "channel"),
                    *("starts_at", "ends_at", "details", "note", "source", "set_by"),
                ],
            ),
            pgtrigger.Protect(name="stop_kept", operation=pgtrigger.Delete),
            tells_of_change(),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def is_lifted(self) -> bool:
        return self.lifted_at is not None
