"""The bytes of an import: in clear on disk only while they are being read."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.files import open_stored
from loans.imports.models import ImportBatch
from loans.imports.problems import ImportRefused

_MEGABYTE = 1024 * 1024


@contextmanager
def content_as_path(content: IO[bytes], *, name: str) -> Iterator[Path]:
    """Gives an open content a path for the readers, in a folder of this process alone."""
    with tempfile.TemporaryDirectory(prefix="import-") as folder:
        path = Path(folder) / f"file{Path(name).suffix.lower()[:8]}"
        with path.open("xb") as out:
            shutil.copyfileobj(content, out, _MEGABYTE)
        yield path


@contextmanager
def opened_file(batch: ImportBatch) -> Iterator[Path]:
    """Opens the kept file of an import for as long as the block lasts.

    Raises `ImportRefused` for an import whose file is not kept: one that came by a command and
    was refused.
    """
    if batch.stored_file is None:
        raise ImportRefused("no_file", name=batch.file_name)
    with (
        open_stored(batch.stored_file) as content,
        content_as_path(content, name=batch.file_name) as path,
    ):
        yield path
