"""Keeps personal data and secrets out of logs, as a structlog processor."""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

REPLACEMENT: Final = "[removed]"
MAX_DEPTH: Final = 6

_SECRET_NAMES: Final = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|data_?key", re.IGNORECASE
)
# Numbers inside longer words (UUIDs, hashes, paths) are left alone by the outer boundaries.
_PERSONAL: Final = re.compile(
    r"""
      [\w.+-]+@[\w-]+(?:\.[\w-]+)+                        # e-mail
    | (?<![\w-])\+\d(?:[\s().-]?\d){7,14}(?![\w-])        # phone with country code
    | (?<![\w-])1[3-9]\d{9}(?![\w-])                      # mainland mobile number
    | (?<![\w-])\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}(?![\w-])  # North American phone
    | (?<![\w-])\d{17}[\dXx](?![\w-])                     # mainland identity number
    | (?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])                # US social security number
    | (?<![\w-])\d(?:[\s-]?\d){12,18}(?![\w-])            # card and account numbers
    """,
    re.VERBOSE,
)


def redact(
    logger: Any, method: str, event_dict: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Returns the log entry with personal data and secrets replaced by a fixed word."""
    return {name: _clean(name, value, depth=0) for name, value in event_dict.items()}


def redact_text(text: str) -> str:
    """Replaces e-mail addresses, phone, identity, card and account numbers in a text."""
    return _PERSONAL.sub(REPLACEMENT, text)


def _clean(name: str, value: Any, *, depth: int) -> Any:
    if _SECRET_NAMES.search(name):
        return REPLACEMENT
    if isinstance(value, str):
        # The entry's own clock is digits and dashes too, and never personal.
        return value if name == "timestamp" else redact_text(value)
    if depth >= MAX_DEPTH:
        return redact_text(repr(value))
    if isinstance(value, Mapping):
        return {key: _clean(str(key), item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(name, item, depth=depth + 1) for item in value]
    if isinstance(value, BaseException):
        return redact_text(repr(value))
    return value
