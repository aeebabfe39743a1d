"""Kinds of file, and the registry that finds one by its code."""

from loans.imports.kinds.kind import (
    Context,
    Counts,
    Group,
    Kind,
    Option,
    ReadRow,
    RowProblem,
    Values,
)
from loans.imports.kinds.registry import all_kinds, find_kind

__all__ = [
    "Context",
    "Counts",
    "Group",
    "Kind",
    "Option",
    "ReadRow",
    "RowProblem",
    "Values",
    "all_kinds",
    "find_kind",
]
