"""The life of an approval, as a table. The service and the database trigger both read it."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class ApprovalStatus(models.TextChoices):
    PENDING = "pending", _("Waiting for a second person")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn by who asked")
    EXPIRED = "expired", _("Not decided in time")


# A second person said yes or no.
DECIDED_STATUSES: Final = frozenset({ApprovalStatus.APPROVED, ApprovalStatus.REFUSED})

TRANSITIONS: Final[tuple[tuple[ApprovalStatus, ApprovalStatus], ...]] = (
    (ApprovalStatus.PENDING, ApprovalStatus.APPROVED),
    (ApprovalStatus.PENDING, ApprovalStatus.REFUSED),
    (ApprovalStatus.PENDING, ApprovalStatus.WITHDRAWN),
    (ApprovalStatus.PENDING, ApprovalStatus.EXPIRED),
)
