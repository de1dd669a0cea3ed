"""Speed as ratios of two costs in one run: they hold on any machine."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from proda_core.benchmarks import model
from proda_core.sources import own_profiles

pytestmark = pytest.mark.benchmark
HEADER = "site,lon [degrees],lat [degrees],top [cm],bottom [cm],soc [kgC m-3]"


@pytest.fixture(scope="module")
def costs() -> dict[str, float]:
    """What the soil model costs, by name."""
    return {row["name"]: row["value"] for row in model.measure(quick=True)}


@pytest.mark.parametrize("grid", ["clm5_20", "clm45_10"])
def test_the_structured_solve_is_a_hundred_times_cheaper_than_a_dense_one(costs: dict, grid: str) -> None:
    """Measured: about 1,000 times."""
    assert costs[f"dense per structured, {grid}"] > 100


@pytest.mark.parametrize("grid", ["clm5_20", "clm45_10"])
def test_a_gradient_costs_a_few_forward_solves(costs: dict, grid: str) -> None:
    """Measured: about 2; central differences by 21 parameters would be 42."""
    assert costs[f"steady state and gradient, {grid}"] < 10


def test_a_row_of_a_large_file_costs_no_more_than_one_of_a_small_file(tmp_path: Path) -> None:
    """Measured: about 1; what grows with the square of the rows would be at 8."""
    per_row = {count: _seconds_per_row(tmp_path / f"{count}.csv", count) for count in (2_500, 20_000)}
    assert per_row[20_000] < 3 * per_row[2_500]


def _seconds_per_row(path: Path, profiles: int) -> float:
    place = np.random.default_rng(0).uniform([-120, 30], [-70, 48], (profiles, 2)).round(4).tolist()
    rows = [
        f"P{i},{x},{y},{20 * k},{20 * k + 20},{30 / (k + 1):.3f}"
        for i, (x, y) in enumerate(place)
        for k in range(5)
    ]
    path.write_text("\n".join([HEADER, *rows]))
    began = time.process_time()
    found = own_profiles.read_csv(path)
    taken = time.process_time() - began
    assert found.ok and found.rows == 5 * profiles and len(found.profiles) == profiles
    return taken / found.rows
