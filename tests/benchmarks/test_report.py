"""The table says which targets were met, and the registry leads to every benchmark."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.figures import Figure
from benchmarks.registry import BENCHMARKS, measure_of


def test_a_figure_is_held_against_its_floor_and_its_target():
    slow = Figure(name="close", measured=3.0, floor=1.0, unit="s", most_ratio=2)
    quick = Figure(name="page", measured=90.0, floor=30.0, unit="ms", most=150)
    told = Figure(name="replay", measured=5.0, floor=4.0, unit="ms")
    unknown = Figure(name="import", measured=5.0, unit="s", most_ratio=2)

    assert [f.is_met for f in (slow, quick, told, unknown)] == [False, True, None, None]
    lines = report.table([slow, quick, told]).splitlines()
    assert "MISSED" in lines[2]
    assert "3.00" in lines[2]
    assert "met" in lines[3]
    assert "met" not in lines[4]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_can_be_asked_for(name: str):
    assert callable(measure_of(name))


@pytest.mark.parametrize("module", sorted(set(BENCHMARKS.values()) - {"benchmarks.building"}))
def test_every_floor_stands_beside_its_benchmark(module: str):
    path = Path(__file__).resolve().parents[2].joinpath(*module.split("."))

    assert list(path.parent.glob(f"{path.name}_floor.*"))
