"""Sections of a document that is gathered from many places: a heading, its columns, its rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from core.exports.writers import Column, Row


class Said(str):
    """Words that somebody wrote freely; what they may hold of other people nobody knows."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One kind of record, oldest first.

    `key` names its file. `records` says which rows of which models ("<app>.<Model>") it was made
    from: what was done to them is found by it in the trail, and nobody else tells of them again.
    """

    key: str
    heading: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    records: Mapping[str, Collection[object]] = field(default_factory=dict)
    note: str = ""
