"""The rules the gate runs, by name. A rule is a pure function over the gathered facts."""

from __future__ import annotations

from collections.abc import Callable

from compliance.gate.facts import AppliedRule, ContactFacts, Finding
from compliance.rules import consent, stops, unknown_data, window

#: Rules with parameters from a pack: run once for every pack that carries them.
RULES: dict[str, Callable[[ContactFacts, AppliedRule], list[Finding]]] = {
    "window": window.check,
}

#: Rules that hold whatever the packs say.
ALWAYS: tuple[Callable[[ContactFacts], list[Finding]], ...] = (
    stops.check,
    consent.check,
    unknown_data.check,
)
