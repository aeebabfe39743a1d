"""What a backup consists of: its parts with their hashes, and what they must give when restored."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from config.backups.faults import BackupRefused

FORMAT: Final = 1
NAME: Final = "manifest.json"
DATABASE: Final = "database.dump"
FILES: Final = "files.tar"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a backup."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a restore checks. It holds no key: only what a key can be recognised by."""

    made_at: str
    server_major: int
    #: The transaction counter of the server: facts and trail remember numbers below it.
    next_transaction: int
    rows: dict[str, int]
    audit_head: str
    key_checks: dict[str, str]
    blind_index_check: str
    parts: dict[str, Part]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        text = json.dumps(asdict(self), indent=2, sort_keys=True)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")


def read(folder: Path) -> Manifest:
    """Reads the manifest of a backup. Raises BackupRefused where there is none of ours."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        parts = {name: Part(**part) for name, part in found.pop("parts").items()}
        manifest = Manifest(**found, parts=parts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupRefused(
            f"{folder} holds no readable {NAME}: it is no backup of ours, or is not whole."
        ) from error
    if manifest.format != FORMAT or set(manifest.parts) != {DATABASE, FILES}:
        raise BackupRefused(
            f"{folder} was made by another version (format {manifest.format}, here {FORMAT})."
        )
    return manifest


def measure(path: Path) -> Part:
    """Reads a part from the disk and returns its size and hash."""
    with path.open("rb") as content:
        return Part(size=path.stat().st_size, sha256=digest_of(content))


def digest_of(content: io.BufferedReader) -> str:
    """Returns the SHA-256 of what is still to be read."""
    return hashlib.file_digest(content, "sha256").hexdigest()


def check_parts(folder: Path, manifest: Manifest) -> None:
    """Raises BackupRefused naming the first part that is not as it was written."""
    for name, part in manifest.parts.items():
        path = folder / name
        if not path.is_file():
            raise BackupRefused(f"{path} is missing; this backup cannot be restored.")
        if measure(path) != part:
            raise BackupRefused(
                f"{path} is not what was written (its SHA-256 differs). Take another backup."
            )


def key_checks() -> dict[str, str]:
    """Returns, by version of DATA_KEYS, what each can be recognised by."""
    return {str(version): _check_of(key) for version, key in settings.DATA_KEYS.items()}


def blind_index_check() -> str:
    return _check_of(settings.BLIND_INDEX_KEY)


def check_keys(manifest: Manifest) -> None:
    """Raises BackupRefused where the keys of this installation do not open the backup."""
    here = key_checks()
    missing = _differing(manifest.key_checks, here)
    if missing:
        raise BackupRefused(
            f"DATA_KEYS does not hold version {', '.join(missing)} as it was when this backup was"
            " made; personal data could not be read. Set the keys kept with it."
        )
    if manifest.blind_index_check != blind_index_check():
        raise BackupRefused(
            "BLIND_INDEX_KEY is another one than when this backup was made; search by number"
            " would find nothing. Set the key kept with it."
        )


def _differing(wanted: Mapping[str, str], here: Mapping[str, str]) -> list[str]:
    return [version for version, check in wanted.items() if here.get(version) != check]


def _check_of(key: bytes) -> str:
    # A key of 256 random bits is not found from this.
    return hmac.new(key, b"makegood backup key check", hashlib.sha256).hexdigest()[:32]
