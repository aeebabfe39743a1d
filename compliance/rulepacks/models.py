"""Rule packs: the limits of a place or an association as versioned data, with their citations."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class RulePack(models.Model):
    """A named source of contact rules, e.g. CN or US-REGF."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)

    class Meta:
        ordering = ["code"]
        verbose_name = _("rule pack")
        verbose_name_plural = _("rule packs")

    def __str__(self) -> str:
        return self.name


class RulePackVersion(models.Model):
    """One edition of a pack, in force from a day. Published once and never edited after."""

    pack = models.ForeignKey(RulePack, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    effective_from = models.DateField(_("in force from"))
    published_at = models.DateTimeField(_("published"))
    published_by = models.CharField(_("published by"), max_length=120)

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
    """Whether a rule binds the lender's own collectors by law or is followed as policy."""

    LAW = "law", _("binding")
    POLICY = "policy", _("policy")


class RuleParameters(models.Model):
    """What one rule needs to know under one version of a pack, and where that is written."""

    version = models.ForeignKey(RulePackVersion, on_delete=models.PROTECT, related_name="rules")
    rule = models.CharField(_("rule"), max_length=40)
    code = models.CharField(_("code"), max_length=40, help_text=_("As reasons quote it."))
    values = models.JSONField(_("values"), default=dict)
    citation = models.CharField(_("citation"), max_length=300)
    binding = models.CharField(max_length=6, choices=Binding)

    class Meta:
        ordering = ["version", "rule"]
        verbose_name = _("rule parameters")
        verbose_name_plural = _("rule parameters")
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="rule_code_once"),
            models.CheckConstraint(
                condition=Q(binding__in=Binding.values), name="rule_binding_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="published", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.code
