"""Keeps personal data and secrets out of logs, as structlog processors.

What cannot be told by its form, a name for one, must never be given to a logger. That this holds
is shown by searching the log of a whole test run (`config.verification.leaks`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

REPLACEMENT: Final = "[removed]"
MAX_DEPTH: Final = 6

_SECRET_NAMES: Final = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|data_?key", re.IGNORECASE
)
# Fields whose value is about a person whatever it looks like.
_PERSONAL_NAMES: Final = re.compile(
    r"^(?:full_?name|name_zh|salutation|phones?|mobile|e?mails?|address(?:es)?|street|id_?number"
    r"|born_?on|birth.*|vin|plate|notes?|body|payer.*|query|search|params|sql)$",
    re.IGNORECASE,
)
_PLAIN: Final = (int, float, Decimal, bool, date, time, timedelta, UUID, type(None))

# PostgreSQL repeats the row or the key that broke a rule, and the statement that was wrong.
_DATABASE_DETAIL: Final = re.compile(
    r"(?P<word>\b(?:DETAIL|CONTEXT|HINT|QUERY|STATEMENT|LINE \d+):)[^\n]*(?:\n[ \t]+\^)?"
)
# The query of an address holds what somebody typed.
_QUERY: Final = re.compile(r"(?<=[\w/])\?[\w.\[\]-]+=[^\s\"'<>]*")
# Numbers inside longer words (UUIDs, hashes, paths) are left alone by the outer boundaries.
_PERSONAL: Final = re.compile(
    r"""
      [\w.+-]+@[\w-]+(?:\.[\w-]+)+                        # e-mail
    | (?<![\w-])\+\d(?:[\s().-]?\d){7,14}(?![\w-])        # phone with country code
    | (?<![\w-])1[3-9]\d(?:[\s-]?\d{4}){2}(?![\w-])       # mainland mobile number
    | (?<![\w-])\(?\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}(?![\w-])  # North American phone
    | (?<![\w-])\d{17}[\dXx](?![\w-])                     # mainland identity number
    | (?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])                # US social security number
    | (?<![\w-])\d(?:[\s-]?\d){12,18}(?![\w-])            # card and account numbers
    | (?<![\w-])(?=[A-Z\d]*\d)(?=[A-Z\d]*[A-Z])[A-HJ-NPR-Z\d]{17}(?![\w-])  # VIN
    # and a plate:
    | [京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·•]?[A-Z\d]{5,6}
    """,
    re.VERBOSE,
)


def without_luggage(
    logger: Any, method: str, event_dict: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Takes off what libraries hang on an entry: Django its request, Celery a task's arguments.

    Written out, the one shows an address with its query, the other whatever was passed. What may be
    known of them stands in the lines of `config.request_log` and `config.task_log`.
    """
    for name in ("request", "data", "args", "kwargs"):
        event_dict.pop(name, None)
    return event_dict


def redact(
    logger: Any, method: str, event_dict: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Returns the log entry with personal data and secrets replaced by a fixed word."""
    return {name: _clean(name, value, depth=0) for name, value in event_dict.items()}


def redact_text(text: str) -> str:
    """Replaces what has the form of personal data, addresses' queries and PostgreSQL's details."""
    text = _DATABASE_DETAIL.sub(rf"\g<word> {REPLACEMENT}", text)
    text = _QUERY.sub(f"?{REPLACEMENT}", text)
    return _PERSONAL.sub(REPLACEMENT, text)


def _clean(name: str, value: Any, *, depth: int) -> Any:
    if _SECRET_NAMES.search(name) or (_PERSONAL_NAMES.match(name) and value not in (None, "")):
        return REPLACEMENT
    if isinstance(value, str):
        # The entry's own clock is digits and dashes too, and never personal.
        return value if name == "timestamp" else redact_text(value)
    if isinstance(value, _PLAIN):
        return value
    if depth >= MAX_DEPTH:
        return redact_text(repr(value))
    if isinstance(value, Mapping):
        return {key: _clean(str(key), item, depth=depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(name, item, depth=depth + 1) for item in value]
    # The renderer would write anything else out as it likes: a model shows its name.
    if isinstance(value, BaseException):
        return redact_text(repr(value))
    return f"<{type(value).__name__}>"
