"""Random secrets of a local installation, kept in one file only its owner can read."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class LocalSecrets:
    """Everything a local installation needs that must not be guessable."""

    SECRET_KEY: str
    DATA_KEYS: str
    BLIND_INDEX_KEY: str
    postgres_superuser: str
    postgres_owner: str
    postgres_application: str
    redis: str

    def for_settings(self) -> dict[str, str]:
        """Returns the part that the settings read from the environment."""
        return {name: value for name, value in asdict(self).items() if name.isupper()}


def load_or_make(path: Path) -> LocalSecrets:
    """Reads the secrets of `path`, or makes and stores new ones (mode 0600)."""
    if path.exists():
        return LocalSecrets(**json.loads(path.read_text(encoding="utf-8")))
    made = make()
    write_private(path, json.dumps(asdict(made), indent=2) + "\n")
    return made


def make() -> LocalSecrets:
    """Makes new random secrets."""
    return LocalSecrets(
        SECRET_KEY=secrets.token_urlsafe(64),
        DATA_KEYS=f"1:{_key()}",
        BLIND_INDEX_KEY=_key(),
        postgres_superuser=secrets.token_urlsafe(24),
        postgres_owner=secrets.token_urlsafe(24),
        postgres_application=secrets.token_urlsafe(24),
        redis=secrets.token_urlsafe(24),
    )


def write_private(path: Path, text: str) -> None:
    """Writes `path` whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())
    draft.replace(path)


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")
