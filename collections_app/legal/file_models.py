"""What belongs to proceedings: papers, kept encrypted and hashed, and what they cost."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from collections_app.cases.models import Case
from collections_app.legal.flow import DocumentKind
from collections_app.legal.models import CaseRowQuerySet, Proceeding
from core.files import StoredFile
from core.ids import uuid7_pk
from core.money import MoneyField
from loans.repayments.models import Charge


class LegalDocument(models.Model):
    """One paper of proceedings, in one version. A newer one stands beside it; none is replaced."""

    id = uuid7_pk()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="legal_documents")
    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(_("kind"), max_length=18, choices=DocumentKind)
    version = models.PositiveSmallIntegerField(_("version"))
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))
    added_by = models.CharField(_("added by"), max_length=120)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=120, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=200, blank=True)

    objects = CaseRowQuerySet["LegalDocument"].as_manager()

    class Meta:
        ordering = ["kind", "-version"]
        verbose_name = _("legal document")
        verbose_name_plural = _("legal documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="legal_document_kind_known"
            ),
            models.UniqueConstraint(
                fields=["proceeding", "kind", "version"], name="legal_document_version_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True)
                | (~Q(withdrawn_by="") & ~Q(withdrawn_reason="")),
                name="legal_document_withdrawn_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="legal_document_fixed",
                fields=[
                    *("case", "proceeding", "kind", "version", "file"),
                    *("added_at", "added_by"),
                ],
            ),
            pgtrigger.Protect(name="legal_document_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"


class CostKind(models.TextChoices):
    COURT_FEE = "court_fee", _("court's fee")
    PRESERVATION_FEE = "preservation_fee", _("fee of the preservation")
    SECURITY = "security", _("cost of the security")
    COUNSEL = "counsel", _("fee of counsel")
    SERVICE = "service", _("service and courier")
    APPRAISAL = "appraisal", _("appraisal or auction")
    OTHER = "other", _("other cost")


class LegalCost(models.Model):
    """What proceedings cost the lender, and the charge it became on the loan, where it did."""

    id = uuid7_pk()
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="legal_costs")
    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="costs")
    kind = models.CharField(_("kind"), max_length=16, choices=CostKind)
    amount = MoneyField(_("amount"))
    incurred_on = models.DateField(_("paid on"))
    charge = models.OneToOneField(
        Charge,
        on_delete=models.PROTECT,
        null=True,
        related_name="legal_cost",
        help_text=_("Empty: the lender bears it."),
    )
    entered_at = models.DateTimeField(_("entered"))
    entered_by = models.CharField(_("entered by"), max_length=120)
    reversed_at = models.DateTimeField(_("taken back"), null=True)
    reversed_by = models.CharField(_("taken back by"), max_length=120, blank=True)
    reversed_reason = models.CharField(_("why taken back"), max_length=200, blank=True)

    objects = CaseRowQuerySet["LegalCost"].as_manager()

    class Meta:
        ordering = ["incurred_on", "pk"]
        verbose_name = _("legal cost")
        verbose_name_plural = _("legal costs")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="legal_cost_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=CostKind.values), name="legal_cost_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True)
                | (~Q(reversed_by="") & ~Q(reversed_reason="")),
                name="legal_cost_reversed_by_somebody",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="legal_cost_fixed",
                fields=[
                    *("case", "proceeding", "kind", "amount", "incurred_on", "charge"),
                    *("entered_at", "entered_by"),
                ],
            ),
            pgtrigger.Protect(name="legal_cost_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
