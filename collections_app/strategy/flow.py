"""The life of a strategy's version, as a table. The services and the database trigger read it."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class StrategyStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    PROPOSED = "proposed", _("waits for a second person")
    ACTIVE = "active", _("active")
    RETIRED = "retired", _("retired")


TRANSITIONS: Final[tuple[tuple[StrategyStatus, StrategyStatus], ...]] = (
    (StrategyStatus.DRAFT, StrategyStatus.PROPOSED),
    (StrategyStatus.PROPOSED, StrategyStatus.DRAFT),
    (StrategyStatus.PROPOSED, StrategyStatus.ACTIVE),
    (StrategyStatus.ACTIVE, StrategyStatus.RETIRED),
)
