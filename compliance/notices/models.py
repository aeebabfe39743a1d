"""Notices served about a loan and the orders of courts: what later steps stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.scope import ModelT, ScopedQuerySet
from compliance.registers.triggers import tells_of_change
from core.ids import uuid7_pk
from loans.borrowers.models import Party
from loans.contracts.models import Loan
from loans.portfolios.models import Portfolio

if TYPE_CHECKING:
    from accounts.models import User


class LoanRowQuerySet(ScopedQuerySet[ModelT]):
    """Rows that belong to a loan."""

    def scoped_to(self, user: User) -> Self:
        return self.filter(loan__portfolio__in=Portfolio.objects.visible_to(user))


class NoticeKind(models.TextChoices):
    """Notices that a rule asks for; see `NoticeFact`."""

    DEFAULT_NOTICE_UK = "default_notice_uk", _("default notice (Consumer Credit Act)")
    RIGHT_TO_CURE = "right_to_cure", _("right to cure")
    VISIT_NOTICE = "visit_notice", _("notice of a visit")
    VALIDATION = "validation", _("validation notice")
    DEMAND = "demand", _("demand for payment")
    ACCELERATION = "acceleration", _("the whole loan called due")
    TAKING_NOTICE = "taking_notice", _("notice that the car will be taken")
    SALE_NOTICE = "sale_notice", _("notice of sale")


#: What asks the debtor to pay: each interrupts the limitation and puts the debtor in delay.
DEMANDS: Final = (NoticeKind.DEMAND, NoticeKind.ACCELERATION)


class ServedBy(models.TextChoices):
    POST = "post", _("post")
    REGISTERED_POST = "registered_post", _("registered post")
    HAND = "hand", _("by hand")
    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS")
    COURT = "court", _("through the court")


class ServedNotice(models.Model):
    """One notice served on one person about one loan. Served by mistake: withdrawn, not edited."""

    id = uuid7_pk()
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="served_notices")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="served_notices")
    kind = models.CharField(max_length=20, choices=NoticeKind)
    served_on = models.DateField(_("served"))
    how = models.CharField(_("how"), max_length=16, choices=ServedBy)
    days = models.PositiveSmallIntegerField(
        _("days it runs"), null=True, blank=True, help_text=_("Empty: as the rule says.")
    )
    document_ref = models.CharField(_("document"), max_length=120)
    recorded_by = models.CharField(_("recorded by"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=120, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=200, blank=True)

    objects = LoanRowQuerySet.as_manager()

    class Meta:
        ordering = ["-served_on"]
        verbose_name = _("notice served")
        verbose_name_plural = _("notices served")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values) & Q(how__in=ServedBy.values),
                name="notice_kinds_known",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | (~Q(withdrawn_by="") & ~Q(withdrawn_reason="")),
                name="notice_withdrawn_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["loan", "party", "kind", "served_on", "document_ref"], name="notice_once"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="notice_said_fixed",
                fields=[
                    *("loan", "party", "kind", "served_on", "how", "days"),
                    *("document_ref", "recorded_by"),
                ],
            ),
            pgtrigger.Protect(name="notice_kept", operation=pgtrigger.Delete),
            tells_of_change(),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.served_on}"


class OrderKind(models.TextChoices):
    """Orders that a rule asks for; see `OrderFact`."""

    POSSESSION = "possession", _("order to return the car")
    PRESERVATION = "preservation", _("preservation of property")
    STAY = "stay", _("stay of proceedings")
    DEBTOR_CONSENT = "debtor_consent_at_the_time", _("the debtor agreed on the spot")


class CourtOrder(models.Model):
    """One order of a court about one loan, from its day until its end or its discharge."""

    id = uuid7_pk()
    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="court_orders")
    kind = models.CharField(max_length=30, choices=OrderKind)
    court = models.CharField(_("court"), max_length=160, blank=True)
    number = models.CharField(_("case number"), max_length=80, blank=True)
    made_on = models.DateField(_("made"))
    until = models.DateField(_("last day"), null=True, blank=True)
    recorded_by = models.CharField(_("recorded by"), max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    discharged_at = models.DateTimeField(_("discharged"), null=True, blank=True)
    discharged_by = models.CharField(_("discharge recorded by"), max_length=120, blank=True)
    discharged_reason = models.CharField(_("why discharged"), max_length=200, blank=True)

    objects = LoanRowQuerySet.as_manager()

    class Meta:
        ordering = ["-made_on"]
        verbose_name = _("court order")
        verbose_name_plural = _("court orders")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrderKind.values), name="order_kind_known"),
            models.CheckConstraint(
                condition=Q(kind="debtor_consent_at_the_time") | (~Q(court="") & ~Q(number="")),
                name="order_of_a_court_is_numbered",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("made_on")), name="order_forward"
            ),
            models.CheckConstraint(
                condition=Q(discharged_at__isnull=True)
                | (~Q(discharged_by="") & ~Q(discharged_reason="")),
                name="order_discharged_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["loan", "kind", "made_on", "court", "number"], name="order_once"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="order_said_fixed",
                fields=[
                    *("loan", "kind", "court", "number", "made_on", "until"),
                    "recorded_by",
                ],
            ),
            pgtrigger.Protect(name="order_kept", operation=pgtrigger.Delete),
            tells_of_change(),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
