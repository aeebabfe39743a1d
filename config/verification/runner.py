"""Runs steps one after another, shows what fails, and keeps pytest's closing line."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass

from config.verification.steps import PROJECT, Step

_CLOSING_LINE = re.compile(
    rb"\b(passed|failed|errors?|skipped|deselected|no tests ran)\b.* in [\d.]+s"
)
_COLOUR = re.compile(rb"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Result:
    """How a step ended."""

    step: Step
    status: int
    seconds: float
    closing_line: str = ""

    @property
    def passed(self) -> bool:
        return self.status == 0


def run(step: Step, *, environment: Mapping[str, str]) -> Result:
    """Runs one check quietly and shows its output only when it fails."""
    begun = time.monotonic()
    done = subprocess.run(  # noqa: S603
        step.command,
        cwd=PROJECT,
        env={**environment, **step.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    result = Result(step=step, status=done.returncode, seconds=time.monotonic() - begun)
    if not result.passed:
        print(done.stdout.rstrip(), flush=True)
    _report(result)
    return result


def run_shown(step: Step, *, environment: Mapping[str, str]) -> Result:
    """Runs one check with its output passed through as it appears."""
    begun = time.monotonic()
    closing = b""
    with subprocess.Popen(  # noqa: S603
        step.command,
        cwd=PROJECT,
        env={**os.environ, **environment, **step.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            os.write(1, line)
            plain = _COLOUR.sub(b"", line).strip()
            if _CLOSING_LINE.search(plain):
                closing = plain
    result = Result(
        step=step,
        status=process.returncode,
        seconds=time.monotonic() - begun,
        closing_line=closing.decode(errors="replace"),
    )
    _report(result)
    return result


def _report(result: Result) -> None:
    word = "ok    " if result.passed else "FAILED"
    print(f"  {word} {result.step.name} ({result.seconds:.1f} s)", flush=True)
