"""Keeps what the tests plant and what the application logs, for config.verification.leaks.

Only where TEST_LOG_DIRECTORY says so, as bin/test does. Values are what was sealed in the process
and the names, VINs and plates that stand in the database when a test ends.
"""

from __future__ import annotations

import json
import logging
import logging.config
import os
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import Error as AnyDatabaseError
from django.db import connection

from config.logs import logging_config
from config.verification.leaks import VARIABLE

_IN_CLEAR = (
    "SELECT full_name FROM loans_party UNION SELECT vin FROM loans_vehicle"
    " UNION SELECT plate FROM loans_vehicle LIMIT 5000"
)
_PERSONAL_KEY = re.compile(r"name|phone|mobile|mail|address|street|id_number|vin|plate|note|payer")
_MOST_KEPT = 200_000

_planted: set[str] = set()
_handlers: list[logging.Handler] = []


def directory() -> Path | None:
    """Where to keep both, or None."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


class _Remembering:
    """The cipher of sealed values, which remembers what it was given."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self.decrypt = self._cipher.decrypt

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        remember_sealed(bytes(data))
        return self._cipher.encrypt(nonce, data, associated_data)


def remember_sealed(data: bytes) -> None:
    """Takes a sealed text; of a row as JSON only its personal columns; of bytes nothing."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if isinstance(found, dict):
        for name, value in found.items():
            if isinstance(value, str) and _PERSONAL_KEY.search(name):
                remember(value)
    elif not isinstance(found, list):
        remember(text)


def remember(value: str) -> None:
    """Keeps one value, on one line."""
    if len(_planted) < _MOST_KEPT and value and "\n" not in value:
        _planted.add(value)


def begin(folder: Path) -> None:
    """Starts to keep: the log of this process as a server writes it, and what is sealed."""
    from core.encryption import sealing  # needs Django, which stands only when tests begin

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = logging_config(level="INFO", readable=False)
    formatter = logging.config.DictConfigurator(config).configure_formatter(
        config["formatters"]["structured"]
    )
    handler = logging.FileHandler(folder / f"{os.getpid()}.log", encoding="utf-8")
    handler.setFormatter(formatter)
    handler.setLevel(logging.INFO)
    _handlers.append(handler)
    listen()
    sealing.AESGCM = _Remembering  # type: ignore[misc]


def listen() -> None:
    """Has the log kept; before every test, for whoever sets Django up anew takes handlers away."""
    for logger in (logging.getLogger(), logging.getLogger("django.server")):
        for handler in _handlers:
            logger.addHandler(handler)  # one that is there already stays once


def note_what_stands_in_clear(item: pytest.Item) -> None:
    """Before a test's rows are rolled back: the names and cars in the database."""
    fixtures: Any = getattr(item, "fixturenames", ())
    if not {"db", "transactional_db"} & set(fixtures) and not item.get_closest_marker("django_db"):
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute(_IN_CLEAR)
            for (value,) in cursor.fetchall():
                remember(value or "")
    except (AnyDatabaseError, RuntimeError):
        return  # the test broke its transaction or closed its connection on purpose


def end(folder: Path) -> None:
    """Writes the values down for the search; bin/test removes the directory after it."""
    path = folder / f"{os.getpid()}.planted"
    path.touch(mode=0o600)
    path.write_text("".join(f"{value}\n" for value in sorted(_planted)), encoding="utf-8")
