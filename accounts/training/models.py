"""Courses, and who has passed them until when. A skill lets someone do certain work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access.decorators import has_right
from accounts.access.scope import ScopedQuerySet
from core.ids import uuid7_pk

if TYPE_CHECKING:
    from datetime import date

    from accounts.users.models import User


class Course(models.Model):
    """What is taught; `skill` is the code that rules and assignment ask for."""

    id = uuid7_pk()
    skill = models.CharField(
        _("skill"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z][a-z0-9_.]*$", _("Lower case letters, digits, dots, underscores.")
            )
        ],
    )
    name = models.CharField(_("name"), max_length=120)
    valid_months = models.PositiveSmallIntegerField(
        _("valid for (months)"),
        null=True,
        blank=True,
        help_text=_("Empty means a certificate does not run out."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_months__isnull=True) | Q(valid_months__gt=0),
                name="course_valid_months_positive",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CertificateQuerySet(ScopedQuerySet["Certificate"]):
    def valid_on(self, day: date) -> CertificateQuerySet:
        """Issued by then, not run out, not revoked by then."""
        return self.filter(issued_on__lte=day).filter(
            Q(expires_on__isnull=True) | Q(expires_on__gte=day),
            Q(revoked_on__isnull=True) | Q(revoked_on__gt=day),
        )

    def scoped_to(self, user: User) -> CertificateQuerySet:
        """One's own, one's team's as its lead, all for who manages training or oversees."""
        if has_right(user, "training.manage") or has_right(user, "audit.view"):
            return self
        return self.filter(Q(user=user) | Q(user__team__lead=user))


class Certificate(models.Model):
    """One person passed one course. `expires_on` is the last day it holds."""

    id = uuid7_pk()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("user"),
        on_delete=models.PROTECT,
        related_name="certificates",
    )
    course = models.ForeignKey(
        Course, verbose_name=_("course"), on_delete=models.PROTECT, related_name="certificates"
    )
    issued_on = models.DateField(_("issued"))
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    revoked_on = models.DateField(_("revoked"), null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course", "issued_on"], name="certificate_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="certificate_expires_after_issue",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | Q(revoked_on__gte=F("issued_on")),
                name="certificate_revoked_after_issue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.issued_on}"
