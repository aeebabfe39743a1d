"""The unprivileged account PostgreSQL runs under when the caller is root (it refuses root)."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.embedded.faults import ServiceError

ACCOUNT_NAME = "pgserver"
_ENTER = stat.S_IXOTH
_READ_AND_ENTER = stat.S_IROTH | stat.S_IXOTH


@dataclass(frozen=True)
class SystemUser:
    """Numeric identity of an operating-system account."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def unprivileged_user() -> SystemUser | None:
    """Returns the account to run PostgreSQL under, made when missing; None when not root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        entry = _make_account()
    return SystemUser(uid=entry.pw_uid, gid=entry.pw_gid)


def _make_account() -> pwd.struct_passwd:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    if useradd is None:
        return pwd.getpwnam("nobody")
    made = subprocess.run(  # noqa: S603
        [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ACCOUNT_NAME],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return pwd.getpwnam(ACCOUNT_NAME)
    except KeyError as error:
        raise ServiceError(
            f"PostgreSQL refuses to run as root and the account {ACCOUNT_NAME!r} could not be made"
            f" ({made.stderr.strip()}). Run this command as an ordinary user instead."
        ) from error


def open_way_to(path: Path) -> list[Path]:
    """Lets other accounts pass through the closed directories above `path`.

    Only the right to pass (o+x) is added, not to list. Returns the directories changed.
    """
    changed = []
    for directory in reversed(path.resolve().parents):
        mode = directory.stat().st_mode
        if not mode & _ENTER:
            directory.chmod(stat.S_IMODE(mode) | _ENTER)
            changed.append(directory)
    return changed


def open_tree(root: Path) -> None:
    """Lets other accounts read and run everything under `root` (programs of a wheel)."""
    if root.stat().st_mode & _READ_AND_ENTER == _READ_AND_ENTER and _first_program_is_open(root):
        return
    for path in [root, *root.rglob("*")]:
        if path.is_symlink():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        runnable = path.is_dir() or mode & stat.S_IXUSR
        path.chmod(mode | (_READ_AND_ENTER if runnable else stat.S_IROTH))


def _first_program_is_open(root: Path) -> bool:
    program = root / "bin" / "postgres"
    mode = program.stat().st_mode
    return mode & _READ_AND_ENTER == _READ_AND_ENTER
