"""A provider that is a folder, for demonstrations and drills: what would be sent lies there."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings as django_settings

from notifications.channels.adapters import (
    Absent,
    Accepted,
    Found,
    LookupResult,
    Outgoing,
    Refused,
    SendResult,
)
from notifications.channels.flow import Lookup


class FileDrop:
    """One file a message, named by its reference, so the same message is taken once only.

    Nothing leaves the machine. The file has the text and the masked recipient, no clear number.
    """

    code = "files"
    lookup = Lookup.REFERENCE
    deduplicates = True
    find_delay = 1.0

    def __init__(self, settings: Mapping[str, Any], secret: str, channel: str) -> None:
        self.channel = channel
        self._folder = Path(django_settings.MEDIA_ROOT) / "outbox" / channel

    def send(self, outgoing: Outgoing) -> SendResult:
        text = json.dumps(
            {
                "reference": outgoing.reference,
                "subject": outgoing.subject,
                "body": outgoing.body,
                "to": f"…{outgoing.recipient[-4:]}",
            },
            ensure_ascii=False,
        )
        target = self._file(outgoing)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            draft = target.with_suffix(f".{os.getpid()}.tmp")
            draft.write_text(text, encoding="utf-8")
            draft.replace(target)
        except OSError as error:
            return Refused(type(error).__name__, may_retry=True)
        return Accepted(outgoing.reference)

    def find(self, outgoing: Outgoing) -> LookupResult:
        return Found(outgoing.reference) if self._file(outgoing).exists() else Absent()

    def _file(self, outgoing: Outgoing) -> Path:
        return self._folder / outgoing.reference[:2] / f"{outgoing.reference}.json"
