"""Typed readers of the environment that fail loudly and accept NAME_FILE for mounted secrets."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

MIN_SECRET_CHARACTERS = 50
KEY_BYTES = 32


class Environment:
    """Reads settings from `os.environ`; a NAME_FILE variable stands in for a missing NAME."""

    def is_set(self, name: str) -> bool:
        """Tells whether a variable has a value, directly or through its file."""
        return bool(_given(name))

    def text(self, name: str, *, default: str | None = None) -> str:
        """Reads a string; without a default the variable is required."""
        value = _given(name)
        if value is None:
            value = default
        if value is None:
            raise ImproperlyConfigured(f"{name} is not set. See .env.example for what it means.")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """Reads True or False; anything else is refused rather than guessed."""
        raw = self.text(name, default=str(default)).strip().lower()
        if raw not in {"true", "false", "1", "0"}:
            raise ImproperlyConfigured(f"{name} must be True or False, not {raw!r}.")
        return raw in {"true", "1"}

    def number(self, name: str, *, default: int) -> int:
        """Reads a whole number that is not negative."""
        raw = self.text(name, default=str(default)).strip()
        if not raw.isdecimal():
            raise ImproperlyConfigured(f"{name} must be a whole number, not {raw!r}.")
        return int(raw)

    def items(self, name: str, *, default: Sequence[str] = ()) -> list[str]:
        """Reads a comma-separated list; blanks around and between are dropped."""
        raw = self.text(name, default=",".join(default))
        return [part.strip() for part in raw.split(",") if part.strip()]

    def numbers(self, name: str, *, default: Sequence[int]) -> tuple[int, ...]:
        """Whole numbers above nothing, separated by commas; at least one."""
        given = self.items(name, default=[str(number) for number in default])
        if not given or not all(each.isdigit() and int(each) > 0 for each in given):
            raise ImproperlyConfigured(f"{name} must be whole numbers separated by commas.")
        return tuple(int(each) for each in given)

    def path(self, name: str, *, default: Path) -> Path:
        return Path(self.text(name, default=str(default)))

    def secret(self, name: str) -> str:
        """Reads a signing secret of at least 50 characters."""
        value = self.text(name)
        if len(value) < MIN_SECRET_CHARACTERS:
            raise ImproperlyConfigured(
                f"{name} must have at least {MIN_SECRET_CHARACTERS} characters; make a random one."
            )
        return value

    def key(self, name: str) -> bytes:
        """Reads one 32-byte key in base64."""
        return _decode_key(name, self.text(name))

    def versioned_keys(self, name: str) -> dict[int, bytes]:
        """Reads "1:base64,2:base64" into {version: 32 bytes}."""
        keys: dict[int, bytes] = {}
        for part in self.items(name):
            version, _, encoded = part.partition(":")
            if not version.isdecimal() or int(version) in keys:
                raise ImproperlyConfigured(f"{name} needs a new whole number before each key.")
            keys[int(version)] = _decode_key(name, encoded)
        if not keys:
            raise ImproperlyConfigured(
                f'{name} is empty; set it to "1:" and {KEY_BYTES} random bytes in base64.'
            )
        return keys

    def database(self, name: str) -> dict[str, Any]:
        """Reads a postgres:// address into Django's form; a socket directory goes in ?host=."""
        address = self.text(name)
        config: dict[str, Any] = dict(environ.Env.db_url_config(address))
        if config.get("ENGINE") != "django.db.backends.postgresql":
            raise ImproperlyConfigured(
                f"{name} must be a postgres:// address; PostgreSQL 15 to 18 is the only database."
            )
        options = config.setdefault("OPTIONS", {})
        if "host" in options:
            config["HOST"] = options.pop("host")
        return config


def _given(name: str) -> str | None:
    """Returns the value of NAME, else the content of the file NAME_FILE, else None."""
    path = os.environ.get(f"{name}_FILE")
    if name in os.environ or not path:
        return os.environ.get(name)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE={path} cannot be read: {error}") from error


def _decode_key(name: str, encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is not valid base64.") from error
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{name} must hold {KEY_BYTES} bytes, not {len(key)}.")
    return key
