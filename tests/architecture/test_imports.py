"""The import contracts hold, and each is seen broken by a planted import."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import PACKAGES, PROJECT

LINTER = Path(sys.executable).parent / "lint-imports"

# contract -> a file that breaks it when added to the tree
PLANTED = {
    "Apps import down only": (
        "core/money/planted.py",
        "import loans.apps\n",
    ),
    "Inside a concept": (
        "loans/planted/services.py",
        "import loans.planted.views\n",
    ),
    "Inside collections_app": (
        "collections_app/cases/planted.py",
        "import collections_app.desk\n",
    ),
    "Only the channels of notifications": (
        "notifications/planted/services.py",
        "import anymail\n",
    ),
}
SURROUNDINGS = (
    "loans/planted/__init__.py",
    "loans/planted/views.py",
    "collections_app/cases/__init__.py",
    "collections_app/desk/__init__.py",
    "notifications/planted/__init__.py",
)


def test_the_contracts_hold():
    done = lint(PROJECT)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_import_breaks_its_contract(contract: str, skeleton: Path):
    name, text = PLANTED[contract]
    (skeleton / name).write_text(text, encoding="utf-8")

    done = lint(skeleton)

    assert done.returncode == 1, done.stdout
    broken = [line for line in done.stdout.splitlines() if line.startswith(contract)]
    assert broken, done.stdout
    assert "1 broken" in done.stdout, done.stdout


def test_the_empty_skeleton_breaks_nothing(skeleton: Path):
    assert lint(skeleton).returncode == 0


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """The packages of the project without their code, under the real contracts."""
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        for source in [*(PROJECT / package).rglob("__init__.py"), PROJECT / package / "apps.py"]:
            if source.exists():
                target = tmp_path / source.relative_to(PROJECT)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch()
    for name in SURROUNDINGS:
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    return tmp_path


def lint(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LINTER), "--no-cache"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", "NO_COLOR": "1"},
    )
