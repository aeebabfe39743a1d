"""Templates of messages: what is said, per channel, language and version."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Approval
from core.ids import uuid7_pk
from notifications.channels.flow import MessageChannel
from notifications.templates.flow import TRANSITIONS, TemplateStatus


class MessagePurpose(models.TextChoices):
    """Why a message goes out; what is checked again at the second of sending follows from it."""

    BEFORE_DUE = "before_due", _("before the due date")
    DUE_TODAY = "due_today", _("due today")
    OVERDUE = "overdue", _("past due")
    PROMISE_TOMORROW = "promise_tomorrow", _("promise due tomorrow")
    PLAN_AGREED = "plan_agreed", _("plan agreed, in writing")
    PLAN_INSTALMENT = "plan_instalment", _("instalment of a plan")
    PLAN_BROKEN = "plan_broken", _("broken plan")
    PROMISE_BROKEN = "promise_broken", _("broken promise")
    THANKS = "thanks", _("thanks for a payment")
    PAYMENT_DETAILS = "payment_details", _("how to pay")
    NOTICE = "notice", _("notice the law requires")
    VISIT_NOTICE = "visit_notice", _("notice of a visit")
    VISIT_CALLED_OFF = "visit_called_off", _("visit called off")
    DEMAND = "demand", _("demand before proceedings")
    OPT_OUT_CONFIRMED = "opt_out_confirmed", _("opt-out confirmed")
    SERVICE = "service", _("service")


class MessageTemplate(models.Model):
    """One thing that is said, over one channel; its versions say it in each language."""

    id = uuid7_pk()
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    channel = models.CharField(_("channel"), max_length=6, choices=MessageChannel)
    purpose = models.CharField(_("purpose"), max_length=20, choices=MessagePurpose)
    rule_packs = models.JSONField(
        _("rule packs"),
        default=list,
        blank=True,
        help_text=_("Packs whose mandatory parts every version must have."),
    )

    class Meta:
        ordering = ["purpose", "channel", "code"]
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=MessageChannel.values)
                & Q(purpose__in=MessagePurpose.values),
                name="message_template_kinds_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(models.Model):
    """The wording in one language; approved by a second person, never edited after."""

    id = uuid7_pk()
    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="versions")
    language = models.CharField(_("language"), max_length=10)
    version = models.PositiveSmallIntegerField(_("version"))
    status = models.CharField(
        _("status"), max_length=8, choices=TemplateStatus, default=TemplateStatus.DRAFT
    )
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    body = models.TextField(_("text"), max_length=4000)
    signature = models.CharField(
        _("signature"),
        max_length=20,
        blank=True,
        help_text=_("Name of the sender as registered with the provider; shown as 【…】."),
    )
    provider_code = models.CharField(
        _("provider's template code"),
        max_length=40,
        blank=True,
        help_text=_("Where the provider keeps the text itself, e.g. SMS_71390007."),
    )
    written_by = models.CharField(_("written by"), max_length=120)
    written_at = models.DateTimeField(_("written"))
    approval = models.OneToOneField(
        Approval,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="template_version",
    )
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.CharField(_("approved by"), max_length=120, blank=True)

    class Meta:
        ordering = ["template", "language", "-version"]
        verbose_name = _("template version")
        verbose_name_plural = _("template versions")
        constraints = [
            models.UniqueConstraint(
                fields=["template", "language", "version"], name="template_version_once"
            ),
            models.UniqueConstraint(
                fields=["template", "language"],
                condition=Q(status="approved"),
                name="template_one_approved_each",
            ),
            models.CheckConstraint(
                condition=Q(status__in=TemplateStatus.values), name="template_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "proposed"], approved_at__isnull=True)
                | Q(status__in=["approved", "retired"], approved_at__isnull=False),
                name="template_approved_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(body=""), name="template_says_something"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="template_version_flow", field="status", transitions=list(TRANSITIONS)
            ),
            pgtrigger.ReadOnly(
                name="template_version_said_fixed",
                fields=[
                    *("template", "language", "version", "subject", "body", "signature"),
                    *("provider_code", "written_by", "written_at"),
                ],
                condition=pgtrigger.Q(old__status__in=["approved", "retired"]),
            ),
            pgtrigger.Protect(
                name="template_version_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__status__in=["approved", "retired"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template_id} {self.language} v{self.version}"
