"""What a channel is and what its provider can be asked; closed lists."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class MessageChannel(models.TextChoices):
    """Ways a written message goes out; the same words as the gate's channels."""

    SMS = "sms", _("SMS")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("letter")


class Lookup(models.TextChoices):
    """By what a provider can be asked whether it took a message."""

    REFERENCE = "reference", _("our reference")
    RECIPIENT_DATE = "recipient_date", _("recipient and day")
    NONE = "none", _("cannot be asked")


#: Adapters whose provider keeps the wordings itself: it sends only what is registered there.
KEEPS_WORDINGS: Final = frozenset({"aliyun"})
