"""Rule packs: the limits of a place or an association as versioned data, with their citations."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Approval
from core.ids import uuid7_pk


class RulePack(models.Model):
    """A named source of contact rules, e.g. CN or US-REGF.

    A pack with a place joins in by itself for a person who lives or is reached there, on top of
    the packs that the portfolio names.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    place = models.CharField(
        _("place"),
        max_length=20,
        blank=True,
        db_default="",
        default="",
        help_text=_("Country, region, city, e.g. US-MA or US-NY-NYC. Empty: portfolios name it."),
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("rule pack")
        verbose_name_plural = _("rule packs")

    def __str__(self) -> str:
        return self.name


class RulePackProposal(models.Model):
    """The document of a version that one person proposes and a second one publishes or refuses.

    Who proposed it, when, and what became of it stand in its approval; the row never changes.
    """

    id = uuid7_pk()
    approval = models.OneToOneField(
        Approval, on_delete=models.PROTECT, related_name="rule_pack_proposal"
    )
    #: The code, because the pack itself may be new.
    code = models.SlugField(_("code"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    document = models.JSONField(_("document"))
    reason = models.CharField(_("reason"), max_length=400)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("proposed rule pack version")
        verbose_name_plural = _("proposed rule pack versions")
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="rule_pack_proposal_says_why"),
        ]
        triggers = [
            pgtrigger.Protect(name="proposed", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class RulePackVersion(models.Model):
    """One edition of a pack, in force from a day. Published once and never edited after."""

    pack = models.ForeignKey(RulePack, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    effective_from = models.DateField(_("in force from"))
    published_at = models.DateTimeField(_("published"))
    published_by = models.CharField(_("published by"), max_length=120)
    proposal = models.OneToOneField(
        RulePackProposal,
        verbose_name=_("proposal"),
        on_delete=models.PROTECT,
        null=True,
        related_name="published",
        help_text=_("Empty for a version that came with the product."),
    )

    class Meta:
        ordering = ["pack", "version"]
        verbose_name = _("rule pack version")
        verbose_name_plural = _("rule pack versions")
        constraints = [
            models.UniqueConstraint(fields=["pack", "version"], name="rule_pack_version_once"),
        ]
        triggers = [
            pgtrigger.Protect(name="published", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.pack.code} v{self.version}"


class Binding(models.TextChoices):
    """Whether a rule binds an actor by law or is followed as policy. Both are applied."""

    LAW = "law", _("binding")
    POLICY = "policy", _("policy")


class RuleParameters(models.Model):
    """What one rule needs to know under one version of a pack, and where that is written."""

    version = models.ForeignKey(RulePackVersion, on_delete=models.PROTECT, related_name="rules")
    rule = models.CharField(_("rule"), max_length=40)
    code = models.CharField(_("code"), max_length=40, help_text=_("As reasons quote it."))
    values = models.JSONField(_("values"), default=dict)
    citation = models.CharField(_("citation"), max_length=300)
    binding = models.CharField(_("for the lender"), max_length=6, choices=Binding)
    # Versions from before this column said nothing of agencies, which the law binds where any does.
    agency_binding = models.CharField(
        _("for an agency"), max_length=6, choices=Binding, db_default=Binding.LAW
    )
    override = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("grounds for an override"),
        default=list,
        blank=True,
        help_text=_("For which a second person may let one contact pass; none: never."),
    )

    class Meta:
        ordering = ["version", "rule"]
        verbose_name = _("rule parameters")
        verbose_name_plural = _("rule parameters")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="rule_code_once"),
            models.CheckConstraint(
                condition=Q(binding__in=Binding.values) & Q(agency_binding__in=Binding.values),
                name="rule_binding_known",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="published", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.code
