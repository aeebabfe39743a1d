"""A folder of files: which file is of which kind, in the order they depend on each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from loans.imports.kinds import all_kinds
from loans.imports.problems import ImportRefused

_EXTENSIONS = {".csv", ".txt", ".tsv", ".xlsx"}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file and the kind its name says it is of."""

    path: Path
    kind: str


def files_in(folder: Path) -> list[FoundFile]:
    """Returns the importable files of a folder, loans before what refers to them.

    A file is named after its kind, with anything behind a separator: loans.csv,
    repayments_2026-11-22.csv, 03-parties.xlsx. Files of one kind follow each other by name, so
    dates in names bring older files first. Raises `ImportRefused` where there is none.
    """
    order = {code: position for position, code in enumerate(all_kinds())}
    found = [
        FoundFile(path, kind)
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in _EXTENSIONS and (kind := _kind_of(path.stem, list(order)))
    ]
    if not found:
        raise ImportRefused("nothing_to_import", name=folder.name, known=", ".join(order))
    return sorted(found, key=lambda file: (order[file.kind], file.path.name))


def _kind_of(stem: str, kinds: list[str]) -> str:
    name = re.sub(r"^\d+[-_. ]+", "", stem.casefold())
    # The longest name first: stated_positions is not "stated" of anything.
    for kind in sorted(kinds, key=len, reverse=True):
        if re.match(rf"{kind}(?:$|[-_. ])", name):
            return kind
    return ""
