"""Storing files encrypted, reading them back, erasing them."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction

from core import clock
from core.encryption import (
    DataKey,
    DecryptionFailed,
    KeyDestroyed,
    destroy,
    new_data_key,
    seal,
    unseal,
)
from core.encryption.sealing import plain_key_of
from core.files.models import StoredFile
from core.files.sealed_stream import CHUNK, UnsealingReader, seal_chunks
from core.ids import uuid7

_TABLE, _NAME = "core_storedfile", "sealed_name"


class FileTooLarge(ValueError):
    """The content is longer than the caller allows; nothing was stored."""


class FileMissing(LookupError):
    """The row is there and the file is not; restore MEDIA_ROOT from the backup."""


def path_of(stored: StoredFile) -> Path:
    """Returns where a stored file lies on disk."""
    return Path(settings.MEDIA_ROOT) / stored.relative_path


def store(
    *,
    content: IO[bytes],
    name: str,
    content_type: str = "application/octet-stream",
    key: DataKey | None = None,
    max_size: int | None = None,
) -> StoredFile:
    """Stores a content encrypted and reads it back before it is believed.

    Arguments: content at its beginning; name as the person knows it; key of the person it
    belongs to, else the file gets one of its own; max_size in bytes. Raises `FileTooLarge`,
    OSError when the disk refuses; then nothing is left behind.
    """
    with transaction.atomic():
        data_key = key or new_data_key()
        stored = StoredFile(
            id=uuid7(), data_key=data_key, has_own_key=key is None, content_type=content_type
        )
        stored.sealed_name = seal(
            key=data_key, plaintext=name, table=_TABLE, column=_NAME, row_id=stored.pk
        )
        meter = _Meter(content, max_size)
        _write_whole(path_of(stored), meter, plain_key_of(data_key), stored)
        stored.size, stored.sha256 = meter.size, meter.digest.hexdigest()
        try:
            _read_back(stored)
            stored.save(force_insert=True)
        except BaseException:
            path_of(stored).unlink(missing_ok=True)
            raise
    return stored


class _Meter:
    """Hands a content on in chunks, measuring and hashing it on the way."""

    def __init__(self, content: IO[bytes], max_size: int | None) -> None:
        self.content, self.max_size = content, max_size
        self.size, self.digest = 0, hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._whole_chunk():
            self.size += len(piece)
            if self.max_size is not None and self.size > self.max_size:
                raise FileTooLarge(f"The file is larger than {self.max_size:,} bytes.")
            self.digest.update(piece)
            yield piece

    def _whole_chunk(self) -> bytes:
        # A socket gives what it has; every chunk but the last must be full.
        parts, missing = [], CHUNK
        while missing and (part := self.content.read(missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def _write_whole(path: Path, meter: _Meter, plain_key: bytes, stored: StoredFile) -> None:
    """Writes beside the final name, then renames: a reader sees all of it or none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(".part")
    try:
        with temporary.open("xb") as out:
            os.fchmod(out.fileno(), 0o600)
            for chunk in seal_chunks(content=iter(meter), key=plain_key, file_id=stored.pk):
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # the new name itself must survive a power cut
    finally:
        os.close(folder)


def _read_back(stored: StoredFile) -> None:
    with open_stored(stored) as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if digest != stored.sha256:
        raise DecryptionFailed("The disk gave back something else than was written; nothing kept.")


def open_stored(stored: StoredFile) -> io.BufferedReader:
    """Opens a stored file for reading, seekable; close it afterwards.

    Raises `KeyDestroyed` for an erased file, `FileMissing`, and while reading
    `DecryptionFailed` where the file was changed.
    """
    if stored.erased_at is not None:
        raise KeyDestroyed(f"Stored file {stored.pk} was erased.")
    plain_key = plain_key_of(stored.data_key)
    try:
        sealed = path_of(stored).open("rb")
    except FileNotFoundError:
        raise FileMissing(f"Stored file {stored.pk} is not in MEDIA_ROOT.") from None
    reader = UnsealingReader(sealed=sealed, key=plain_key, file_id=stored.pk)
    return io.BufferedReader(reader, CHUNK)


def name_of(stored: StoredFile) -> str:
    """Returns the name the file came with. Raises `KeyDestroyed` for an erased file."""
    return unseal(
        key=stored.data_key,
        sealed=stored.sealed_name or b"",
        table=_TABLE,
        column=_NAME,
        row_id=stored.pk,
    )


def erase(stored: StoredFile) -> None:
    """Erases a file: its own key and name at once, its bytes after the commit.

    The caller records why. The key of a person stays: it opens the person's other data.
    """
    with transaction.atomic():
        locked = StoredFile.objects.select_for_update().get(pk=stored.pk)
        if locked.has_own_key:
            destroy(locked.data_key)
        locked.erased_at = clock.now()
        locked.sealed_name = None
        locked.save(update_fields=["erased_at", "sealed_name"])
        path = path_of(locked)
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
