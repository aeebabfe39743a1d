"""A stream of sealed chunks: written once, read from anywhere, refused when cut or reordered.

Each chunk is 64 KiB of content (the last one what is left): nonce, ciphertext, tag. A chunk is
bound to its file, its place and whether it is the last, so chunks cannot be swapped between
files or places, and a file cut at a chunk's end does not read as whole.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import IO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.encryption.keyring import NONCE_LENGTH, DecryptionFailed

CHUNK: Final = 64 * 1024
_SEALED_CHUNK: Final = NONCE_LENGTH + CHUNK + 16


def _place(file_id: object, index: int, last: bool) -> bytes:
    return f"core_storedfile|content|{file_id}|{index}|{'last' if last else 'more'}".encode()


def seal_chunks(*, content: Iterator[bytes], key: bytes, file_id: object) -> Iterator[bytes]:
    """Yields the sealed chunks of a content that comes in pieces of `CHUNK` bytes."""
    cipher = AESGCM(key)
    index, piece = 0, next(content, b"")
    while True:
        following = next(content, None)
        nonce = os.urandom(NONCE_LENGTH)
        yield nonce + cipher.encrypt(nonce, piece, _place(file_id, index, following is None))
        if following is None:
            return
        index, piece = index + 1, following


class UnsealingReader(io.RawIOBase):
    """Reads a sealed file as its content; can seek, as readers of workbooks must."""

    def __init__(self, *, sealed: IO[bytes], key: bytes, file_id: object) -> None:
        self._sealed, self._cipher, self._file_id = sealed, AESGCM(key), file_id
        length = os.fstat(sealed.fileno()).st_size
        self._chunk_count = max(1, -(-length // _SEALED_CHUNK))
        self._size = length - self._chunk_count * (NONCE_LENGTH + 16)
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        if self._position >= max(self._size, 1) or not len(view):
            return 0
        index, start = divmod(self._position, CHUNK)
        piece = self._chunk(index)[start : start + len(view)]
        view[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _chunk(self, index: int) -> bytes:
        self._sealed.seek(index * _SEALED_CHUNK)
        raw = self._sealed.read(_SEALED_CHUNK)
        last = index == self._chunk_count - 1
        try:
            place = _place(self._file_id, index, last)
            return self._cipher.decrypt(raw[:NONCE_LENGTH], raw[NONCE_LENGTH:], place)
        except (InvalidTag, ValueError):
            raise DecryptionFailed(
                f"Stored file {self._file_id} was changed or cut; restore it from the backup."
            ) from None

    def close(self) -> None:
        self._sealed.close()
        super().close()
