"""How long a moratorium lasts."""

from __future__ import annotations

import pytest

from tests.compliance.gate_facts import answer, facts, standard, stop

BREATHING = standard("UK-BREATHING")
LONDON = ("Europe/London",)


@pytest.mark.parametrize(
    ("at", "space", "opens"),
    [
        # From 11 May, its first day among the sixty: 9 July is the last.
        ("2026-07-09T23:59:59+01:00", {"details": {"type": "standard"}}, "2026-07-10 00:00:00"),
        ("2026-07-10T00:00:00+01:00", {"details": {"type": "standard"}}, ""),
        ("2026-07-10T00:00:00+01:00", {}, ""),
        # An end on record counts instead, also an earlier one.
        ("2026-06-01T12:00:00+01:00", {"ends_at": "2026-06-02T00:00:00+01:00"},
         "2026-06-02 00:00:00"),
        ("2026-08-01T12:00:00+01:00", {"ends_at": "2026-08-02T00:00:00+01:00"},
         "2026-08-02 00:00:00"),
        # In a mental health crisis nobody knows the end before it is notified.
        ("2026-12-01T12:00:00+00:00", {"details": {"type": "mental_health"}}, "moratorium_ended"),
        ("2026-06-01T12:00:00+01:00",
         {"details": {"type": "mental_health"}, "ends_at": "2026-06-02T00:00:00+01:00"},
         "2026-06-02 00:00:00"),
    ],
)  # fmt: skip
def test_sixty_days_or_until_it_is_notified(at, space, opens):
    asked = facts(
        at, zones=LONDON, stops=(stop("breathing_space", "2026-05-11T00:00:00+01:00", **space),)
    )

    assert answer(asked, BREATHING) == opens
