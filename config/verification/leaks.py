"""Searches the log of a test run for every personal value that the tests used.

The tests write two kinds of files into one directory (`tests/planted_values.py`): `*.log`, what the
JSON handler of a server would have written, and `*.planted`, one value a line. `python -m
config.verification.leaks DIRECTORY` exits with 1 when one is in the other, and names place and
kind, never the value.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Environment variable that makes the tests keep both kinds of files, and where.
VARIABLE: Final = "TEST_LOG_DIRECTORY"

_IDEOGRAPH: Final = re.compile(r"[\u3400-\u9fff]")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(?:[ T].*)?")
_HEAD: Final = 6  # characters by which a value is looked up
_SHORTEST: Final = 6  # below, a word of letters stands in logs by chance
_SHORTEST_IDEOGRAPHS: Final = 2


@dataclass(frozen=True, slots=True)
class Leak:
    """Where a personal value stands in a log, and what kind of value it is."""

    log: str
    line: int
    event: str
    kind: str


def searchable(value: str) -> set[str]:
    """Returns the forms in which a value would give its person away; none for a mere day."""
    text = value.strip()
    if _DAY.fullmatch(text):
        return set()
    digits = re.sub(r"[\s().+-]", "", text)
    if digits.isdecimal():
        # With and without a country code of one or two digits.
        forms = {digits, digits[1:], digits[2:]} if text.startswith("+") else {digits}
        return {form for form in forms | {text} if len(form) >= 9}
    shortest = _SHORTEST_IDEOGRAPHS if _IDEOGRAPH.search(text) else _SHORTEST
    return {text} if len(text) >= shortest else set()


def find(text: str, values: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Yields (position, value) for every value that stands in the text as a word of its own."""
    by_head: defaultdict[str, list[str]] = defaultdict(list)
    for value in values:
        for form in searchable(value):
            by_head[form[:_HEAD]].append(form)
    if not by_head:
        return
    # Heads of all lengths at one place: few lengths, a set look-up each.
    lengths = sorted({len(head) for head in by_head})
    for position in range(len(text)):
        for length in lengths:
            for form in by_head.get(text[position : position + length], ()):
                if text.startswith(form, position) and _stands_alone(text, position, form):
                    yield position, form


def _stands_alone(text: str, position: int, form: str) -> bool:
    """A number inside a longer number or an id, a name inside a longer word, is something else."""
    if _IDEOGRAPH.search(form):
        return True
    around = text[position - 1 : position] + text[position + len(form) :][:1]
    return not re.search(r"[\w-]", around)


def search(directory: Path) -> list[Leak]:
    """Searches every log of a run for every value of the same run."""
    values = {
        line
        for path in directory.glob("*.planted")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    return [leak for path in sorted(directory.glob("*.log")) for leak in _search(path, values)]


def _search(path: Path, values: set[str]) -> Iterator[Leak]:
    text = path.read_text(encoding="utf-8")
    for position, form in find(text, values):
        start = text.rfind("\n", 0, position) + 1
        line = text[start : text.find("\n", position)]
        logger = re.search(r'"logger": "([^"]*)"', line)
        yield Leak(
            log=path.name,
            line=text.count("\n", 0, position) + 1,
            event=logger[1] if logger else "",
            kind="number" if form.isdecimal() else f"text of {len(form)} characters",
        )


def main(arguments: list[str]) -> int:
    """Prints what was found; 1 for a leak, and for a run that kept nothing to search."""
    directory = Path(arguments[0])
    logs, planted = list(directory.glob("*.log")), list(directory.glob("*.planted"))
    if not planted or not any(path.stat().st_size for path in logs):
        print(f"{directory} holds no logs and values of a test run; nothing was searched.")
        return 1
    leaks = search(directory)
    for leak in leaks[:50]:
        print(f"{leak.log}:{leak.line} ({leak.event}) holds a personal {leak.kind}.")
    lines = sum(path.read_bytes().count(b"\n") for path in logs)
    count = sum(path.read_bytes().count(b"\n") for path in planted)
    print(f"{len(leaks)} personal values found; {lines} lines searched for {count} values.")
    return 1 if leaks else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
