"""Every package we rely on is pinned and says what earns it its place."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import PROJECT

LINES = [
    line
    for line in (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#")
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: re.split(r"[=\[]", line)[0])
def test_a_package_is_pinned_and_explained(line: str):
    requirement, _, reason = line.partition("#")

    assert re.match(r"^[\w.-]+(\[[\w,]+\])?==[\w.]+", requirement), "pin it: name==version"
    assert len(reason.strip()) > 10, "add a comment: what earns this package its place?"


def test_development_packages_are_pinned():
    text = (PROJECT / "requirements-dev.txt").read_text(encoding="utf-8")
    loose = [
        line
        for line in text.splitlines()
        if line.strip() and not line.startswith(("#", "-r ")) and "==" not in line
    ]

    assert not loose, f"pin {loose}"
