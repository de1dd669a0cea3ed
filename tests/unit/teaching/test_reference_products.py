"""The two synthetic reference maps err as their namesakes do, and say that they are synthetic."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.teaching.reference_products import NAMES, UNITS, products


@pytest.fixture(scope="module")
def maps(world):
    return products(world.study, seed=0)


def _steps(world, stock: np.ndarray) -> np.ndarray:
    """Absolute difference of ln stock between a cell and its neighbour to the east."""
    ds = world.study.cells_forcing.ds
    at = {(float(x), float(y)): i for i, (x, y) in enumerate(zip(ds["lon"].values, ds["lat"].values))}
    pairs = [(i, at[x + 0.5, y]) for (x, y), i in at.items() if (x + 0.5, y) in at]
    first, second = np.array(pairs).T
    return np.abs(np.log(stock[first]) - np.log(stock[second]))


def test_they_are_labelled_synthetic(maps):
    assert tuple(maps) == NAMES
    for product in maps.values():
        assert product.synthetic and "synthetic" in product.ds.attrs["title"]
        assert "nothing in it was measured" in product.ds.attrs["source"]


def test_a_map_unit_is_one_profile_with_a_step_at_its_border(world, maps):
    stock = maps["wise30sec-like"].ds["stock"].sel(interval="0-100").values
    assert len(np.unique(stock)) <= UNITS
    steps = _steps(world, stock)
    assert (steps == 0).mean() > 0.25  # inside a unit nothing changes
    assert steps[steps > 0].mean() > 0.4  # at its border a lot does


def test_the_learnt_map_is_smooth(world, maps):
    learnt = _steps(world, maps["soilgrids-like"].ds["stock"].sel(interval="0-100").values)
    units = _steps(world, maps["wise30sec-like"].ds["stock"].sel(interval="0-100").values)
    assert learnt.mean() < 0.75 * units.mean()
    assert np.percentile(learnt, 95) < 0.5 * np.percentile(units, 95)  # no sharp borders


def test_the_learnt_map_follows_the_truth_and_is_slightly_high(world, maps):
    there = world.truth["cell_stock_real"].sel(interval=["0-30", "0-100", "0-200"]).values
    stock = maps["soilgrids-like"].ds["stock"].values
    for interval in range(3):
        assert np.corrcoef(np.log(stock[interval]), np.log(there[interval]))[0, 1] > 0.85
    ds = world.study.cells_forcing.ds
    area = (ds["cell_area"] * ds["land_fraction"]).values
    ratio = (stock[2] @ area) / (there[2] @ area)
    assert 1.02 < ratio < 1.25


def test_totals_are_near_the_published_ones(maps):
    # PgC to 2 m: WISE30sec 243, SoilGrids250m 269 [ch37]
    totals = {name: float(product.totals().sel(interval="0-200")) for name, product in maps.items()}
    assert abs(totals["wise30sec-like"] / 243 - 1) < 0.2
    assert abs(totals["soilgrids-like"] / 269 - 1) < 0.2
