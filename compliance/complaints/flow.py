"""The life of a complaint, as a table. The service and the database trigger both read it."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class ComplaintStatus(models.TextChoices):
    OPEN = "open", _("open")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


class ComplaintClock(models.TextChoices):
    """How much time the answer has; each step further is taken once, in this order."""

    SIMPLE = "simple", _("simple")
    COMPLEX = "complex", _("complex")
    EXCEPTIONAL = "exceptional", _("exceptional")


class ComplaintOutcome(models.TextChoices):
    """What the complaint came to; given when it is closed."""

    UPHELD = "upheld", _("right in full")
    PARTLY = "partly", _("right in part")
    REJECTED = "rejected", _("not right")
    WITHDRAWN = "withdrawn", _("taken back by the person")


#: An answered complaint that the person does not accept is open again.
TRANSITIONS: Final[tuple[tuple[ComplaintStatus, ComplaintStatus], ...]] = (
    (ComplaintStatus.OPEN, ComplaintStatus.ANSWERED),
    (ComplaintStatus.ANSWERED, ComplaintStatus.OPEN),
    (ComplaintStatus.ANSWERED, ComplaintStatus.CLOSED),
)

#: What an extension leads to; from the last step there is none. A rule may name fewer terms.
EXTENSIONS: Final[dict[ComplaintClock, ComplaintClock]] = {
    ComplaintClock.SIMPLE: ComplaintClock.COMPLEX,
    ComplaintClock.COMPLEX: ComplaintClock.EXCEPTIONAL,
}
