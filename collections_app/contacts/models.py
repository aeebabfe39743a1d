"""Contacts as collectors log them: result codes as data, and what was said and decided."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.utils.translation import gettext_lazy as _

from collections_app.cases.models import Case, NextStep
from collections_app.contacts.asks import AGREED, MESSAGE_LEFT, Ask, LeadsTo
from compliance.attempts.models import Attempt, AttemptChannel, Outcome
from compliance.stops.models import StopKind
from core.encryption.fields import SealedField
from core.facts.models import FactModel
from core.ids import uuid7_pk


class ResultGroup(models.TextChoices):
    """Coarse groups for counting: was anybody reached, and was it the right person?"""

    NO_CONTACT = "no_contact", _("nobody reached")
    WRONG_PARTY = "wrong_party", _("not the person")
    RIGHT_PARTY = "right_party", _("the person")


class ResultCode(models.Model):
    """One way a contact can end, in the words of the floor; maps onto compliance's outcomes."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_zh = models.CharField(_("name in Chinese"), max_length=80)
    channel = models.CharField(max_length=12, choices=AttemptChannel, default=AttemptChannel.CALL)
    digit = models.PositiveSmallIntegerField(
        _("digit"), null=True, blank=True, help_text=_("1 to 9: the key that picks it.")
    )
    group = models.CharField(max_length=11, choices=ResultGroup)
    outcome = models.CharField(_("counts as"), max_length=24, choices=Outcome)
    next_step = models.CharField(_("next step"), max_length=13, choices=NextStep)
    next_step_after_hours = models.PositiveSmallIntegerField(_("due after, hours"), default=24)
    asks = ArrayField(
        models.CharField(max_length=12, choices=Ask),
        verbose_name=_("asks for"),
        default=list,
        blank=True,
        help_text=_("What the collector must say with this result."),
    )
    marks_number_invalid = models.BooleanField(_("marks the number invalid"), default=False)
    stop_kind = models.CharField(
        _("puts a stop on the person"),
        max_length=20,
        blank=True,
        choices=StopKind,
        help_text=_("Nobody is contacted until the stop is lifted."),
    )
    leads_to = models.CharField(
        _("leads to"),
        max_length=8,
        blank=True,
        db_default="",
        choices=LeadsTo,
        help_text=_("The page that opens when it is saved, for who may agree to plans."),
    )
    is_abusive = models.BooleanField(
        _("the collector was abused"),
        default=False,
        db_default=False,
        help_text=_("Offers a pause, then an easier person, and tells the lead."),
    )
    position = models.PositiveSmallIntegerField(default=100)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ["position", "code"]
        verbose_name = _("result code")
        verbose_name_plural = _("result codes")
        constraints = [
            models.CheckConstraint(
                condition=Q(digit__isnull=True) | (Q(digit__gte=1) & Q(digit__lte=9)),
                name="result_digit_1_to_9",
            ),
            models.UniqueConstraint(
                fields=["channel", "digit"],
                condition=Q(digit__isnull=False, is_active=True),
                name="result_digit_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values)
                & Q(next_step__in=NextStep.values)
                & Q(group__in=ResultGroup.values),
                name="result_values_known",
            ),
            models.CheckConstraint(
                condition=Q(asks__contained_by=Ask.values), name="result_asks_known"
            ),
            models.CheckConstraint(
                condition=Q(group="right_party") | ~Q(asks__overlap=list(AGREED)),
                name="result_agreed_with_the_person",
                violation_error_message=_(
                    "Only the person themselves promises, says that it is paid or disputes it: "
                    "choose the group “the person”."
                ),
            ),
            models.CheckConstraint(
                condition=Q(leads_to="") | Q(group="right_party", leads_to__in=LeadsTo.values),
                name="result_leads_on_with_the_person",
                violation_error_message=_(
                    "Only the person themselves agrees to a plan: choose the group “the person”."
                ),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=list(MESSAGE_LEFT)) | ~Q(asks__contains=[Ask.MESSAGE]),
                name="result_message_on_voicemail",
                violation_error_message=_(
                    "Only a result that counts as a voicemail asks which message was left."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def asks_for(self, ask: str) -> bool:
        """Says whether the collector is asked for it with this result."""
        return ask in self.asks


class Contact(FactModel):
    """What a collector logged about one attempt: result, note, and what is to happen next.

    One that was taken back is logged anew under the next sequence; both stay readable.
    """

    id = uuid7_pk()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="contacts")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="contacts")
    sequence = models.PositiveSmallIntegerField(default=1, db_default=1)
    result = models.ForeignKey(ResultCode, on_delete=models.PROTECT, related_name="+")
    note = SealedField(_("note"), null=True, blank=True)
    next_step = models.CharField(max_length=13, choices=NextStep)
    next_step_at = models.DateTimeField(_("next step due"), null=True)
    answers = models.JSONField(
        _("answers"), default=dict, db_default=Value({}, models.JSONField()), blank=True
    )
    effects = models.JSONField(
        _("what saving it brought about"),
        default=dict,
        db_default=Value({}, models.JSONField()),
        blank=True,
        help_text=_("Ids of the promise, callback and stop made by it, and the step before."),
    )
    at = models.DateTimeField(_("at"))
    logged_at = models.DateTimeField(
        _("saved"), null=True, help_text=_("Empty on entries older than this column.")
    )
    logged_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="contacts_logged"
    )

    class Meta(FactModel.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "sequence"], name="contact_once"),
        ]
        indexes = [
            models.Index(fields=["case", "at"], name="contact_case_at"),
            models.Index(fields=["logged_by", "at"], name="contact_logger_at"),
            models.Index(fields=["logged_by", "result", "at"], name="contact_logger_result"),
        ]

    def __str__(self) -> str:
        return f"{self.result_id} {self.at:%Y-%m-%d %H:%M}"


class ContactWithdrawal(FactModel):
    """An entry was taken back within the seconds that undoing allows, with all it brought about."""

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="withdrawal")
    at = models.DateTimeField(_("taken back"))
    withdrawn_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, related_name="contacts_withdrawn"
    )

    class Meta(FactModel.Meta):
        verbose_name = _("contact taken back")
        verbose_name_plural = _("contacts taken back")

    def __str__(self) -> str:
        return f"{self.contact_id} {self.at:%Y-%m-%d %H:%M:%S}"


class Draft(models.Model):
    """What a collector typed about a case and has not saved yet; one for each of both, sealed."""

    id = uuid7_pk()
    agent = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="drafts")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="drafts")
    entry = SealedField(_("entry"))
    kept_at = models.DateTimeField(_("last kept"))

    class Meta:
        ordering = ["-kept_at"]
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(fields=["agent", "case"], name="draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.case_id}"
