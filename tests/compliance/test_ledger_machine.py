"""No contact the gate permits breaks a limit when it is counted again from the ledger."""

from __future__ import annotations

import os
import sys
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from compliance.rulepacks.services import install_standard_packs
from compliance.rules import caps, gap, pause, standing, window
from tests.compliance.ledger_machine import LedgerMachine, people_the_world, worlds
from tests.loans.builders import CLERK

STEPS = 50
pytestmark = pytest.mark.django_db


def run_machine(*, examples: int, number: int, casts: int = 1, only: str = "", tell=None):
    """Runs the machine from a seed, fifty steps each time, and returns what it counted."""
    install_standard_packs(by=CLERK)
    chosen = [world for world in worlds() if only in ("", world.name)]
    for world in chosen:
        people_the_world(world, casts)

    class Machine(LedgerMachine):
        worlds = chosen
        counted = Counter()

    if tell is not None:
        Machine.tell = staticmethod(tell)
    run_state_machine_as_test(
        seed(number)(Machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            # A break is told by the steps that led to it; making them fewer takes hours here.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
    return Machine.counted


def test_a_few_thousand_steps():
    counted = run_machine(examples=30, number=20261130)

    assert counted["steps"] >= 1_000
    assert counted["denied"] >= 100
    assert counted["permitted"] >= 50


def told(capsys, *lines):
    """Says something past the capturing of output: which seed, and what was counted."""
    with capsys.disabled():
        sys.stdout.write("\n".join(lines) + "\n")


@pytest.mark.chaos
def test_a_hundred_thousand_steps(capsys):
    number = int(os.environ.get("MAKEGOOD_SEED", "0")) or int.from_bytes(os.urandom(4))
    wanted = int(os.environ.get("MAKEGOOD_MACHINE_STEPS", "100000"))
    told(capsys, f"\nseed {number} (MAKEGOOD_SEED={number} plays it again)")

    def tell(counted):
        if counted["runs"] % 200 == 0:
            told(capsys, f"{counted['steps']} steps, {counted['denied']} denied")

    counted = run_machine(examples=wanted // 40, number=number, casts=10, tell=tell)

    told(capsys, *(f"{count:>8} {name}" for name, count in sorted(counted.items())))
    assert counted["steps"] >= wanted
    assert counted["denied"] >= wanted // 100


def one_too_many(monkeypatch):
    """A limit that lets one contact more through."""
    limit = caps._limit
    monkeypatch.setattr(caps, "_limit", lambda facts, rule: limit(facts, rule) + 1)


def one_minute_late(monkeypatch):
    """A window that closes a minute late."""
    hours = window._hours

    def later(rule):
        opens, closes = hours(rule)
        return opens, closes.replace(minute=closes.minute + 1)

    monkeypatch.setattr(window, "_hours", later)


def one_day_short(monkeypatch):
    """A pause that is over a day early, and says so."""

    def short(judge):
        return lambda facts, rule: judge(
            facts, replace(rule, values={**rule.values, "days": rule.values["days"] - 1})
        )

    for name in ("_objects", "changes"):
        monkeypatch.setattr(pause, name, short(getattr(pause, name)))


def deaf_to_holds(monkeypatch):
    """Holds that hold nothing."""
    about = standing.is_about
    monkeypatch.setattr(
        standing,
        "is_about",
        lambda facts, stop, **more: stop.kind != "hold" and about(facts, stop, **more),
    )


def no_gap(monkeypatch):
    """Two calls in a row."""
    monkeypatch.setattr(gap, "_objects", lambda facts, rule: False)


PLANTS = [
    ("CN", one_too_many, "before"),
    ("US-REGF", one_minute_late, "closed in"),
    ("US-REGF", one_day_short, "pause after a talk"),
    ("CN", deaf_to_holds, "stop hold"),
    ("US-REGF", no_gap, "too soon"),
]


@pytest.mark.parametrize(("world", "plant", "told"), PLANTS)
def test_a_broken_rule_is_found(monkeypatch, world, plant, told):
    plant(monkeypatch)

    with pytest.raises(AssertionError, match=told):
        run_machine(examples=100, number=77, only=world)
