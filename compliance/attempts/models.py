"""The ledger of contacts: verdicts, attempts, how each ended, and incidents. Append-only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ScopedQuerySet
from core.facts.models import FactModel
from core.ids import uuid7_pk
from loans.borrowers.models import ContactPoint, Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User
    from compliance.gate.facts import Decision


class AttemptChannel(models.TextChoices):
    CALL = "call", _("call")
    SMS = "sms", _("SMS")
    EMAIL = "email", _("e-mail")
    VISIT = "visit", _("visit")
    LETTER = "letter", _("letter")
    REPOSSESSION = "repossession", _("taking the car")


class AttemptMode(models.TextChoices):
    """Who or what speaks."""

    LIVE = "live", _("a person")
    AUTOMATED = "automated", _("a machine")
    NOTICE = "notice", _("a recorded notice")


class AttemptPurpose(models.TextChoices):
    PAYMENT = "payment", _("payment")
    NOTICE_REQUIRED = "notice_required", _("a notice the law requires")
    LOCATION = "location", _("finding the borrower")
    SERVICE = "service", _("service")


class Direction(models.TextChoices):
    OUTBOUND = "outbound", _("to the person")
    INBOUND = "inbound", _("from the person")


class Outcome(models.TextChoices):
    """The closed set of ways a contact can end; editable result codes map onto it."""

    NO_ANSWER = "no_answer", _("rang, no answer")
    NO_VOICEMAIL = "no_voicemail", _("rang, no answer, no message possible")
    BUSY = "busy", _("busy")
    NOT_IN_SERVICE = "not_in_service", _("not in service")
    VOICEMAIL = "voicemail", _("voicemail reached")
    VOICEMAIL_NO_MESSAGE = "voicemail_no_message", _("voicemail reached, no message left")
    LIMITED_MESSAGE = "limited_message", _("limited-content message left")
    DROPPED = "dropped", _("answered, then dropped")
    WRONG_NUMBER = "wrong_number", _("wrong number")
    THIRD_PARTY = "third_party", _("somebody else answered")
    CONVERSATION = "conversation", _("talk with the person")
    CONNECTED = "connected", _("recorded notice answered")
    SENT = "sent", _("sent")
    RECEIVED = "received", _("message received from the person")
    FAILED = "failed", _("failed")
    MET = "met", _("met in person")
    NOT_MET = "not_met", _("nobody met")
    NOT_MADE = "not_made", _("not made after all")


class VerdictQuerySet(ScopedQuerySet["Verdict"]):
    def scoped_to(self, user: User) -> Self:
        """Verdicts about loans of the portfolios that the user may see."""
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))

    def blocked(self) -> Self:
        """Refusals that stopped a contact: no override let it pass."""
        return self.filter(is_allowed=False, attempt__isnull=True)


class Verdict(FactModel):
    """What the gate answered, with what it saw, when a contact was reserved or refused."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=12, choices=AttemptChannel)
    at = models.DateTimeField(_("asked for"))
    is_allowed = models.BooleanField(_("allowed"))
    findings = models.JSONField(_("reasons"), default=list)
    facts_seen = models.JSONField(_("facts seen"), default=dict)
    rule_packs = models.JSONField(_("rule packs"), default=list)
    used = models.JSONField(_("limits and how much of them was used"), default=list)
    next_allowed_at = models.DateTimeField(_("next allowed"), null=True)
    asked_by = models.CharField(_("asked by"), max_length=120)

    objects = VerdictQuerySet.as_manager()

    class Meta(FactModel.Meta):
        verbose_name = _("verdict")
        verbose_name_plural = _("verdicts")
        indexes = [
            models.Index(fields=["party", "at"], name="verdict_party_at"),
            models.Index(
                fields=["portfolio", "at", "id"],
                condition=Q(is_allowed=False),
                name="verdict_refused_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d %H:%M}: {self.is_allowed}"


class AttemptQuerySet(ScopedQuerySet["Attempt"]):
    def scoped_to(self, user: User) -> Self:
        """Attempts about loans of the portfolios that the user may see."""
        return self.filter(portfolio__in=Portfolio.objects.visible_to(user))

    def unsettled(self) -> Self:
        """Attempts whose outcome nobody has recorded yet, or was taken back and not said again."""
        taken_back = Settlement.objects.filter(
            attempt=models.OuterRef("attempt"), sequence__gt=models.OuterRef("sequence"), outcome=""
        )
        standing = Settlement.objects.filter(
            ~models.Exists(taken_back), ~Q(outcome=""), attempt=models.OuterRef("pk")
        )
        return self.filter(~models.Exists(standing))


class Attempt(FactModel):
    """One contact, made or about to be made. An outbound one has its verdict or is unsanctioned."""

    id = uuid7_pk()
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="attempts")
    loans = models.ManyToManyField(Loan, related_name="attempts", through="AttemptLoan")
    channel = models.CharField(max_length=12, choices=AttemptChannel)
    direction = models.CharField(max_length=8, choices=Direction)
    contact_point = models.ForeignKey(
        ContactPoint, on_delete=models.PROTECT, null=True, related_name="attempts"
    )
    at = models.DateTimeField(_("at"))
    verdict = models.OneToOneField(
        Verdict, on_delete=models.PROTECT, null=True, related_name="attempt"
    )
    override = models.OneToOneField(
        "compliance.Override", on_delete=models.PROTECT, null=True, related_name="attempt"
    )
    mode = models.CharField(
        max_length=9, choices=AttemptMode, default=AttemptMode.LIVE, db_default=AttemptMode.LIVE
    )
    purpose = models.CharField(
        max_length=15,
        choices=AttemptPurpose,
        default=AttemptPurpose.PAYMENT,
        db_default=AttemptPurpose.PAYMENT,
    )
    content = ArrayField(
        models.CharField(max_length=40), verbose_name=_("says"), default=list, blank=True
    )
    organisation = models.CharField(
        _("agency"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("Empty: the lender itself."),
    )
    recipient = models.CharField(
        _("reached instead"), max_length=40, blank=True, default="", db_default=""
    )
    device = models.CharField(_("device"), max_length=20, blank=True, default="", db_default="")
    people_count = models.PositiveSmallIntegerField(_("people on the visit"), null=True)
    is_recorded = models.BooleanField(_("recorded throughout"), null=True)
    is_unsanctioned = models.BooleanField(_("unsanctioned"), default=False)
    is_history = models.BooleanField(
        _("brought in at go-live"), default=False, help_text=_("Made before this system was used.")
    )
    made_by = models.CharField(_("made by"), max_length=120)
    made_by_id = models.CharField(max_length=40, blank=True)

    #: What the gate just answered, set by `reserve`; the verdict is what is stored of it.
    decision: Decision

    objects = AttemptQuerySet.as_manager()

    class Meta(FactModel.Meta):
        verbose_name = _("contact attempt")
        verbose_name_plural = _("contact attempts")
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=AttemptChannel.values) & Q(direction__in=Direction.values),
                name="attempt_kinds_known",
            ),
            models.CheckConstraint(
                condition=Q(direction="inbound")
                | Q(is_unsanctioned=True)
                | Q(is_history=True)
                | Q(verdict__isnull=False),
                name="attempt_sanctioned_or_said_so",
            ),
            models.CheckConstraint(
                condition=Q(is_unsanctioned=False) | Q(verdict__isnull=True),
                name="attempt_unsanctioned_has_no_verdict",
            ),
            models.CheckConstraint(
                condition=Q(override__isnull=True) | Q(verdict__isnull=False),
                name="attempt_overridden_has_its_verdict",
            ),
            models.CheckConstraint(
                condition=Q(mode__in=AttemptMode.values) & Q(purpose__in=AttemptPurpose.values),
                name="attempt_manner_known",
            ),
        ]
        indexes = [
            models.Index(fields=["party", "at"], name="attempt_party_at"),
            models.Index(fields=["made_by_id", "at"], name="attempt_maker_at"),
            models.Index(fields=["portfolio", "at", "id"], name="attempt_portfolio_at"),
            models.Index(
                fields=["portfolio", "at", "id"],
                condition=Q(is_unsanctioned=True),
                name="attempt_unsanctioned_at",
            ),
            models.Index(
                fields=["portfolio", "at", "id"],
                condition=Q(override__isnull=False),
                name="attempt_overridden_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%Y-%m-%d %H:%M}"


class AttemptLoan(models.Model):
    """Which loans a contact is about, so that each debt's count is its own."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="about")
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("loan of an attempt")
        verbose_name_plural = _("loans of attempts")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "loan"], name="attempt_loan_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.loan_id}"


class Settlement(FactModel):
    """How an attempt ended. A correction is a further row; the highest sequence counts.

    A correction without an outcome takes back what was said: the attempt counts as reserved again.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="settlements")
    sequence = models.PositiveSmallIntegerField(default=1)
    outcome = models.CharField(max_length=24, choices=Outcome, blank=True)
    at = models.DateTimeField(_("ended"))
    settled_by = models.CharField(_("by"), max_length=120)

    class Meta(FactModel.Meta):
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "sequence"], name="settlement_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values) | Q(outcome="", sequence__gt=1),
                name="settlement_outcome_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["attempt", "sequence"],
                condition=Q(outcome=""),
                name="settlement_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display() or str(_("taken back"))


class IncidentQuerySet(ScopedQuerySet["Incident"]):
    def scoped_to(self, user: User) -> Self:
        """Incidents of attempts in the portfolios that the user may see."""
        return self.filter(attempt__portfolio__in=Portfolio.objects.visible_to(user))

    def still_open(self) -> Self:
        """Incidents that nobody has concluded."""
        return self.filter(closed_at__isnull=True)


class Incident(models.Model):
    """A contact that happened without the gate's yes; somebody looks into each."""

    id = uuid7_pk()
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, related_name="incident")
    reason = models.CharField(_("what the person who recorded it said"), max_length=200)
    opened_at = models.DateTimeField(_("opened"))
    owner = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.CharField(_("closed by"), max_length=120, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=500, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(conclusion=""),
                name="incident_closed_with_conclusion",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opened_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="incident_open_since",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="incident_said_fixed", fields=["attempt", "reason", "opened_at"]
            ),
            pgtrigger.Protect(
                name="incident_concluded",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
            pgtrigger.Protect(name="incident_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d}"
