"""The life of a template's version, as a table. The service and the database trigger read it."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class TemplateStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for a second person")
    APPROVED = "approved", _("approved")
    RETIRED = "retired", _("retired")


TRANSITIONS: Final[tuple[tuple[TemplateStatus, TemplateStatus], ...]] = (
    (TemplateStatus.DRAFT, TemplateStatus.PROPOSED),
    (TemplateStatus.PROPOSED, TemplateStatus.DRAFT),
    (TemplateStatus.PROPOSED, TemplateStatus.APPROVED),
    (TemplateStatus.APPROVED, TemplateStatus.RETIRED),
)
