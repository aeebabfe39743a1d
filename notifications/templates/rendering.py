"""Filling the fields of a wording. There is no template language: a field is a word in braces."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from notifications.templates.fields import fields_in
from notifications.templates.models import TemplateVersion

_FIELD: Final = re.compile(r"\{([a-z_]+)\}")

#: May be missing: a wording reads well without them, and nobody's salutation is guessed.
_OPTIONAL: Final = frozenset({"salutation"})


class MissingField(Exception):
    """The wording names a field that has no value for this message."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.field = name


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is said, and the filled fields for a provider that keeps the wording itself."""

    subject: str
    body: str
    fields: Mapping[str, str] = field(default_factory=dict)


def render(version: TemplateVersion, values: Mapping[str, str]) -> Rendered:
    """Returns the wording with its fields filled, the signature in front where it has one.

    Raises MissingField for a field without a value. A value is never read as a wording again.
    """
    used = fields_in(version.subject + version.body)
    for name in used:
        if name not in values and name not in _OPTIONAL:
            raise MissingField(name)
    body = _filled(version.body, values)
    if version.signature:
        body = f"【{version.signature}】{body}"
    return Rendered(
        subject=_filled(version.subject, values),
        body=body,
        fields={name: values.get(name, "") for name in used},
    )


def _filled(text: str, values: Mapping[str, str]) -> str:
    filled = _FIELD.sub(lambda found: values.get(found.group(1), ""), text)
    # An optional field that is empty leaves no double space behind.
    return re.sub(r"[ \t]{2,}", " ", filled).strip()
