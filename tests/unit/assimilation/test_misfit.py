"""The cost J. Expected values: the equation by hand, and plain NumPy beside the compiled target."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_t

from proda_core.assimilation.misfit import (
    cost,
    efficiency,
    horizon_bounds,
    observed,
    observed_at,
    soil_bottoms,
)
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.assimilation.soil_target import LANES, SoilTarget
from proda_core.benchmarks.columns import random_forcing
from proda_core.records.checks import InputError
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import interpolate
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.soil_layers import GRIDS

CHAPTER = SCHEDULES["chapter"]
DEPTH, CARBON = np.array([0.5, 0.1, 1.0]), np.array([1e4, 3e4, 2e3])


def test_top_and_bottom_weigh_ten_the_others_by_depth() -> None:
    np.testing.assert_allclose(observed(DEPTH, CARBON, CHAPTER).weight, [np.exp(-0.5), 10.0, 10.0])


def test_rank_weights_fall_from_the_top() -> None:
    weight = observed(DEPTH, CARBON, CHAPTER.with_(weights="rank")).weight
    np.testing.assert_allclose(weight, np.exp([-1.0, 0.0, -2.0]))


def test_zero_negative_and_missing_observations_leave_the_cost() -> None:
    seen = observed([0.1, 0.2, 0.3, 0.4, np.nan], [1e4, 0.0, -5.0, np.nan, 1e3], CHAPTER)
    assert seen.depth.tolist() == [0.1] and seen.carbon.tolist() == [1e4]


def test_a_factor_multiplies_the_weight_and_zero_leaves_out_without_touching_the_others() -> None:
    """Expected: the weights of the whole profile, exp(-0.5), 10, 10, times 2, 0, 0.25."""
    seen = observed(DEPTH, CARBON, CHAPTER, np.array([2.0, 0.0, 0.25]))
    assert seen.depth.tolist() == [0.5, 1.0] and seen.carbon.tolist() == [1e4, 2e3]
    np.testing.assert_allclose(seen.weight, [2.0 * np.exp(-0.5), 2.5])
    np.testing.assert_allclose(seen.sigma, [6e3, 1.2e3])


@pytest.mark.parametrize("factor", [[1.0, -0.1, 1.0], [1.0, np.nan, 1.0], [1.0, np.inf, 1.0], [1.0]])
def test_a_factor_that_is_none_is_refused(factor: list[float]) -> None:
    with pytest.raises(InputError, match="factor: expected"):
        observed(DEPTH, CARBON, CHAPTER, np.array(factor))


def test_a_cost_with_factors_is_the_sum_of_the_factored_terms() -> None:
    """J is linear in the weights: each observation's own J, times its factor, added up."""
    grid, factor = GRIDS["clm5_20"], np.array([0.0, 3.0, 0.5])
    profile = np.linspace(4e4, 1e3, grid.size)
    alone = [cost(profile, observed(DEPTH, CARBON, CHAPTER, row), grid, CHAPTER) for row in np.eye(3)]
    together = cost(profile, observed(DEPTH, CARBON, CHAPTER, factor), grid, CHAPTER)
    assert together == pytest.approx(float(factor @ alone), rel=1e-12)


def test_the_cost_is_the_chapters_equation() -> None:
    grid = GRIDS["clm5_20"]
    profile = np.linspace(4e4, 1e3, grid.size)
    seen = observed(DEPTH, CARBON, CHAPTER)
    modelled = np.interp(DEPTH, grid.layer_node, profile)
    expected = sum(
        w * (m - o) ** 2 / (2 * (0.6 * o) ** 2) for w, m, o in zip(seen.weight, modelled, CARBON, strict=True)
    )
    assert cost(profile, seen, grid, CHAPTER) == pytest.approx(expected, rel=1e-12)


def test_efficiency_is_one_for_a_perfect_and_zero_for_the_mean_model() -> None:
    assert efficiency(CARBON, CARBON) == 1.0
    assert efficiency(np.full(3, CARBON.mean()), CARBON) == 0.0
    assert np.isnan(efficiency(np.ones(2), np.ones(2)))


def test_horizons_stay_with_their_observation() -> None:
    bounds = np.array([0.3, 0.0, np.nan]), np.array([0.7, 0.2, np.nan])
    seen = observed(DEPTH, CARBON, CHAPTER, np.array([1.0, 0.0, 1.0]), bounds)
    np.testing.assert_array_equal(seen.top, [0.3, np.nan])
    np.testing.assert_array_equal(seen.bottom, [0.7, np.nan])
    assert np.isnan(observed(DEPTH, CARBON, CHAPTER).top).all()


def test_horizons_are_looked_up_for_the_operator_that_needs_them(study) -> None:
    site = int(study.assimilable()[0])
    top, bottom = horizon_bounds(study.profiles, site)
    over = observed_at(study.profiles, site, CHAPTER.with_(operator="horizon"))
    np.testing.assert_array_equal([over.top, over.bottom], [top, bottom])
    assert np.isfinite(top).any() and np.isnan(top).any()
    assert np.isnan(observed_at(study.profiles, site, CHAPTER).top).all()


def test_without_horizons_an_observation_is_at_its_mid_depth(study) -> None:
    plain = Profiles(study.profiles.ds.drop_vars(["top", "bottom"]))
    grid, profile = GRIDS["clm5_20"], np.linspace(4e4, 1e3, 20)
    for site in study.assimilable()[:3]:
        of = [
            cost(profile, observed_at(plain, int(site), schedule), grid, schedule)
            for schedule in (CHAPTER, CHAPTER.with_(operator="horizon"))
        ]
        assert of[0] == of[1]


def test_horizons_end_at_the_bedrock_of_the_model(study) -> None:
    # the third of the layers of clm5_20 ends at 12 cm
    site = int(study.assimilable()[0])
    forcing = study.forcing.select([site])
    months = np.full((1, 12), 3.0)
    shallow = Forcing(forcing.ds.assign(nbedrock=(("site", "month"), months)))
    assert soil_bottoms(shallow, ModelSettings()).tolist() == pytest.approx([0.12])
    assert np.isinf(soil_bottoms(shallow, ModelSettings(bedrock="authors"))).all()
    assert np.isinf(
        soil_bottoms(Forcing(forcing.ds.assign(nbedrock=forcing.ds["nbedrock"] * 0 + 20)), ModelSettings())
    ).all()
    schedule, top = CHAPTER.with_(operator="horizon"), horizon_bounds(study.profiles, site)[0]
    seen = observed_at(study.profiles, site, schedule, 0.12)
    np.testing.assert_array_equal(seen.top, top[np.isnan(top) | (top < 0.12)])
    assert len(seen) < len(top) and np.nanmax(seen.bottom) == pytest.approx(0.12)


def test_a_horizon_is_compared_with_the_mean_of_the_layers() -> None:
    # 0-20 cm of clm5_20: layers of 2, 4, 6 and 8 cm
    grid, schedule = GRIDS["clm5_20"], CHAPTER.with_(operator="horizon")
    profile = np.linspace(4e4, 1e3, grid.size)
    seen = observed(DEPTH[1:2], CARBON[1:2], schedule, bounds=(np.array([0.0]), np.array([0.2])))
    mean = np.average(profile[:4], weights=[0.02, 0.04, 0.06, 0.08])
    expected = seen.weight[0] * (mean - 3e4) ** 2 / (2 * 1.8e4**2)
    assert cost(profile, seen, grid, schedule) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("operator", ["linear", "horizon", "pchip"])
@pytest.mark.parametrize("errors", ["gaussian", "lognormal", "lognormal_estimated"])
@pytest.mark.parametrize(
    ("prior", "settings"),
    [
        ("proda", None),
        ("binn", ModelSettings(advection=1e-3)),
        ("binn", ModelSettings(bedrock="authors")),
    ],
)
def test_the_compiled_cost_is_that_of_the_equation(study, operator, errors, prior, settings) -> None:
    weights = "none" if errors == "lognormal_estimated" else "chapter"
    schedule = CHAPTER.with_(operator=operator, errors=errors, weights=weights)
    prior = PRIORS[prior]
    sites = study.assimilable()[:LANES]
    columns = steady_state.prepare(study.forcing.select(sites), settings)
    target = SoilTarget(columns, prior, schedule)
    random = np.random.default_rng(5)  # weights changed by hand, some observations left out
    seen = [
        observed(
            *(depth, carbon, schedule, random.choice([0.0, 0.3, 1.0, 4.0], len(depth))),
            bounds=horizon_bounds(study.profiles, site),
        )
        for site in sites
        for depth, carbon in [study.profiles.usable_observations(site)]
    ]
    work, index = target.buffers(max(map(len, seen)))
    for lane in range(LANES):
        target.write_lane(work, index, lane, lane, seen[lane])
    unit, found = np.random.default_rng(3).uniform(size=(LANES, target.size)), np.empty(LANES)
    target.function(np.ascontiguousarray(unit.T).ravel(), work, index, found)
    carbon = steady_state.soc(columns, prior.full(prior.to_physical(unit)), np.arange(LANES))
    expected = [cost(carbon[lane], seen[lane], columns.grid, schedule) for lane in range(LANES)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_the_potential_form_and_the_chapters_grid_work_too() -> None:
    forcing = random_forcing("clm45_10", LANES, seed=1)
    settings = ModelSettings(grid="clm45_10", water="potential")
    columns, prior = steady_state.prepare(forcing, settings), PRIORS["clm45_18"]
    target, seen = SoilTarget(columns, prior, CHAPTER), observed(DEPTH, CARBON, CHAPTER)
    work, index = target.buffers(len(seen))
    for lane in range(LANES):
        target.write_lane(work, index, lane, lane, seen)
    unit, found = np.random.default_rng(3).uniform(size=(LANES, target.size)), np.empty(LANES)
    target.function(np.ascontiguousarray(unit.T).ravel(), work, index, found)
    carbon = steady_state.soc(columns, prior.full(prior.to_physical(unit)), np.arange(LANES))
    np.testing.assert_allclose(found, cost(carbon, seen, columns.grid, CHAPTER), rtol=1e-12)


def test_the_estimated_scale_is_the_multivariate_t_of_the_residuals(study) -> None:
    scale = {"error_scale": 0.4, "error_scale_weight": 5.0, "error_correlation": 0.3}
    schedule = SCHEDULES["modern"].with_(operator="linear", **scale)
    grid = study.forcing.grid
    seen = observed(DEPTH, CARBON, schedule)
    profiles = np.exp(np.random.default_rng(1).normal(9.0, 1.0, (4, grid.size)))
    n = len(seen)
    shape = 0.4**2 * (0.7 * np.eye(n) + 0.3)
    residuals = np.log(interpolate(profiles, seen.depth, grid)) - np.log(seen.carbon)
    density = multivariate_t(np.zeros(n), shape, df=5.0)  # scipy's, an independent implementation
    expected = density.logpdf(np.zeros(n)) - density.logpdf(residuals)
    np.testing.assert_allclose(cost(profiles, seen, grid, schedule), expected, rtol=1e-12)


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"weights": "chapter"}, "weights: expected none with errors lognormal_estimated, found chapter"),
        ({"error_scale": 0.0}, "error_scale: expected more than 0, found 0.0"),
        ({"error_scale_weight": -1.0}, "error_scale_weight: expected more than 0, found -1.0"),
        ({"error_correlation": 1.0}, "error_correlation: expected from 0 to below 1, found 1.0"),
    ],
)
def test_choices_that_cannot_work_with_an_estimated_scale_are_refused(choices, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        SCHEDULES["modern"].with_(**choices)
