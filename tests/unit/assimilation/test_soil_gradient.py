"""The gradient of the cost is that of numeric differences; the cost is that of the other samplers."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.assimilation.site_chunk import sort_sites
from proda_core.assimilation.soil_gradient import soil_cost_and_slope
from proda_core.assimilation.soil_target import SoilTarget, soil_cost
from proda_core.soil_model.columns import prepare
from proda_core.soil_model.lanes import LANES
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import PRIORS

LIKELIHOODS = {
    "published": SCHEDULES["chapter"],
    "lognormal": SCHEDULES["chapter"].with_(errors="lognormal"),
    "estimated scale": SCHEDULES["modern"],
    "estimated scale, independent errors": SCHEDULES["modern"].with_(error_correlation=0.0),
} | {
    f"{operator}, {errors}": SCHEDULES["modern"].with_(operator=operator, errors=errors)
    for operator in ("linear", "horizon")
    for errors in ("gaussian", "lognormal_estimated")
}
_STEP = 1e-6  # of the cube


@pytest.fixture(params=LIKELIHOODS)
def schedule(request) -> Schedule:
    return LIKELIHOODS[request.param]


@pytest.fixture
def block(study, schedule):
    """Work and index of eight sites in the lanes, and a point of the cube for each."""
    sites = study.assimilable()[:LANES]
    profiles, forcing = study.profiles.select(sites), study.forcing.select(sites)
    columns = prepare(forcing, ModelSettings(grid=forcing.grid.name))
    target = SoilTarget(columns, PRIORS["proda"], schedule)
    _, cases = sort_sites(profiles, forcing, schedule, columns.settings)
    work, index = target.buffers(max(len(case.observed) for case in cases))
    for lane, case in enumerate(cases):
        target.write_lane(work, index, lane, case.column, case.observed)
    return work, index, np.random.default_rng(4).uniform(0.2, 0.8, size=(target.size, LANES))


def cost_of(unit: np.ndarray, work: np.ndarray, index: np.ndarray) -> np.ndarray:
    cost = np.zeros(LANES)
    soil_cost(unit.ravel(), work, index, cost)
    return cost


def test_cost_and_gradient_are_those_of_the_cost_alone(block) -> None:
    work, index, unit = block
    cost, slope = np.zeros(LANES), np.zeros(unit.size)
    soil_cost_and_slope(unit.ravel(), work, index, cost, slope)
    np.testing.assert_array_equal(cost, cost_of(unit, work, index))
    numeric = np.empty(unit.shape)
    for p in range(len(unit)):
        change = np.zeros(unit.shape)
        change[p] = _STEP
        up, down = cost_of(unit + change, work, index), cost_of(unit - change, work, index)
        numeric[p] = (up - down) / (2 * _STEP)
    scale = np.abs(numeric).max(axis=0) + cost
    np.testing.assert_allclose(slope.reshape(unit.shape) / scale, numeric / scale, atol=1e-6)


def test_a_lane_does_not_depend_on_its_neighbours(block) -> None:
    work, index, unit = block
    cost, slope = np.zeros(LANES), np.zeros(unit.size)
    soil_cost_and_slope(unit.ravel(), work, index, cost, slope)
    others = unit.copy()
    others[:, 1:] = 0.5
    again_cost, again = np.zeros(LANES), np.zeros(unit.size)
    soil_cost_and_slope(others.ravel(), work, index, again_cost, again)
    assert again_cost[0] == cost[0]
    np.testing.assert_array_equal(again.reshape(unit.shape)[:, 0], slope.reshape(unit.shape)[:, 0])
