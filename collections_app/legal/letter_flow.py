"""The life of a demand letter, as a table; the services and the database check the same."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class LetterKind(models.TextChoices):
    """What is demanded: what is past due, or the whole loan, which is called due by it."""

    DEMAND = "demand", _("what is past due")
    ACCELERATION = "acceleration", _("the whole loan, called due by this letter")


class LetterState(models.TextChoices):
    """The life of a demand letter."""

    DRAWN = "drawn", _("drawn up")
    PROPOSED = "proposed", _("waits for a second person")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    POSTED = "posted", pgettext_lazy("a letter", "posted")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("came back")
    VOID = "void", _("not sent")


LETTER_TRANSITIONS: Final = (
    (LetterState.DRAWN, LetterState.PROPOSED),
    (LetterState.DRAWN, LetterState.VOID),
    (LetterState.PROPOSED, LetterState.APPROVED),
    (LetterState.PROPOSED, LetterState.REFUSED),
    (LetterState.PROPOSED, LetterState.VOID),
    (LetterState.APPROVED, LetterState.POSTED),
    (LetterState.APPROVED, LetterState.VOID),
    (LetterState.POSTED, LetterState.DELIVERED),
    (LetterState.POSTED, LetterState.RETURNED),
)
