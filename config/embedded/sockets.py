"""Where a Unix socket can live: its whole path must fit into 107 bytes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from config.embedded.faults import ServiceError
from config.embedded.system_user import SystemUser

MAX_SOCKET_PATH_BYTES = 103  # 107 on Linux, 103 on macOS
SOCKET_NAME = ".s.PGSQL.5432.lock"  # the longest file PostgreSQL puts there


def socket_directory(*, home: Path, owner: SystemUser | None) -> Path:
    """Returns a private directory for PostgreSQL's socket, `home/socket` when the path is short.

    A longer path gets a directory under the system's temporary one; its name is kept in
    `home/socket_directory`, so that the next start uses it again.
    """
    wanted = home / "socket"
    if len(os.fsencode(wanted / SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES:
        return _make_private(wanted, owner=owner)
    record = home / "socket_directory"
    if record.exists():
        kept = Path(record.read_text(encoding="utf-8").strip())
        if kept.is_dir() and not kept.is_symlink() and kept.stat().st_uid == _uid(owner):
            return kept
    made = Path(tempfile.mkdtemp(prefix="makegood-"))
    if len(os.fsencode(made / SOCKET_NAME)) > MAX_SOCKET_PATH_BYTES:
        raise ServiceError(f"{made} is too long for a socket; set TMPDIR to a short path.")
    record.write_text(f"{made}\n", encoding="utf-8")
    return _make_private(made, owner=owner)


def _make_private(directory: Path, *, owner: SystemUser | None) -> Path:
    directory.mkdir(exist_ok=True)
    directory.chmod(0o700)
    if owner is not None:
        owner.own(directory)
    return directory


def _uid(owner: SystemUser | None) -> int:
    return os.geteuid() if owner is None else owner.uid
