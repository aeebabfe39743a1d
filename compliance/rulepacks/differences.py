"""What differs between two documents of a pack, rule by rule and value by value. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compliance.rulepacks.documents import PackDocument, RuleEntry


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One parameter before and after; None where it is not given."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule that both documents have and that says something else."""

    before: RuleEntry
    after: RuleEntry
    values: tuple[ValueChange, ...]

    @property
    def code(self) -> str:
        return self.after.code

    @property
    def is_other_text(self) -> bool:
        """Whether the citation changed."""
        return self.before.citation != self.after.citation

    @property
    def is_other_force(self) -> bool:
        """Whether it binds somebody otherwise, or may be overridden on other grounds."""
        return self._force(self.before) != self._force(self.after)

    @staticmethod
    def _force(rule: RuleEntry) -> tuple[str, str, frozenset[str]]:
        return rule.binding, rule.agency_binding, frozenset(rule.override)


@dataclass(frozen=True, slots=True)
class Difference:
    """Rules that the newer document adds, takes out and changes, each in the order it stands."""

    added: tuple[RuleEntry, ...]
    removed: tuple[RuleEntry, ...]
    changed: tuple[RuleChange, ...]

    @property
    def count(self) -> int:
        return len(self.added) + len(self.removed) + len(self.changed)


def difference(old: PackDocument | None, new: PackDocument) -> Difference:
    """Compares two documents by the codes of their rules; without an old one all is added."""
    before = {rule.code: rule for rule in old.rules} if old else {}
    after = {rule.code: rule for rule in new.rules}
    return Difference(
        added=tuple(rule for code, rule in after.items() if code not in before),
        removed=tuple(rule for code, rule in before.items() if code not in after),
        changed=tuple(
            RuleChange(before[code], rule, tuple(_values(before[code], rule)))
            for code, rule in after.items()
            if code in before and before[code] != rule
        ),
    )


def _values(old: RuleEntry, new: RuleEntry) -> Iterator[ValueChange]:
    """Values that differ; another rule under the same code is a difference called "rule"."""
    if old.rule != new.rule:
        yield ValueChange("rule", old.rule, new.rule)
    for name in dict.fromkeys((*old.values, *new.values)):
        before, after = old.values.get(name), new.values.get(name)
        if before != after:
            yield ValueChange(name, before, after)
