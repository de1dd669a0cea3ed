"""The truth behind the continent: the model's own, in the prior box, known down to each error."""

from __future__ import annotations

import numpy as np
import xarray as xr

from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import interpolate
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.pools import SOIL_POOLS

PRIOR = PRIORS["proda"]


def test_planted_parameters_lie_inside_the_prior_box(world):
    for name in ("parameters", "expected_parameters", "cell_parameters"):
        values = world.truth[name].values
        assert (values > PRIOR.lower).all() and (values < PRIOR.upper).all()
    assert tuple(world.truth["parameter"].values) == PRIOR.names


def test_its_carbon_is_the_models_at_the_planted_parameters(world):
    sites = world.study.sites[::200]
    planted = world.truth["parameters"].sel(site=sites)
    found = steady_state.simulate(planted, world.study.forcing.select(sites), water="scalar")["carbon"]
    soil = found.sel(pool=list(SOIL_POOLS)).sum("pool")
    xr.testing.assert_allclose(soil.drop_vars("thickness"), world.truth["carbon"].sel(site=sites), rtol=1e-10)


def test_observations_are_the_models_carbon_times_two_errors(world):
    truth, profiles = world.truth, world.study.profiles
    for site in (0, 100, 999):
        here = truth["site_of_observation"].values == site
        depth, carbon, _ = profiles.observations(site)
        assert np.array_equal(depth, truth["depth"].values[here])
        assert np.array_equal(carbon, truth["measured_carbon"].values[here])
        modelled = interpolate(truth["carbon"].values[site], depth, profiles_grid(world))
        assert np.allclose(modelled, truth["modelled_carbon"].values[here], rtol=1e-10)
    measurement = np.log(truth["measured_carbon"] / truth["real_carbon"])
    assert abs(float(measurement.mean())) < 0.005 and abs(float(measurement.std()) - 0.10) < 0.01


def profiles_grid(world):
    return world.study.forcing.grid


def test_the_structural_error_is_one_the_model_cannot_make(world):
    """The model's carbon never rises downward between two horizons; what is there does, now and then."""
    truth = world.truth
    rising = {}
    for name in ("modelled_carbon", "real_carbon"):
        step = np.diff(np.log(truth[name].values))
        same = np.diff(truth["site_of_observation"].values) == 0
        rising[name] = (step[same] > 0.02).mean()
    assert rising["modelled_carbon"] < 0.001 and rising["real_carbon"] > 0.008


def test_expected_parameters_are_what_surroundings_say_of_the_planted_ones(world):
    planted, expected = world.truth["parameters"], world.truth["expected_parameters"]
    width = PRIOR.upper - PRIOR.lower
    assert np.abs((planted - expected).mean("site") / width).max() < 0.01
    # what no covariate explains: a good part of every parameter's variance, never all of it
    share = ((planted - expected).var("site") / planted.var("site")).values
    assert (share > 0.1).all()
    known = dict(zip(PRIOR.names, share, strict=True))
    assert all(known[name] < 0.75 for name in ("w_scaling", "tau4s2", "beta", "diffus"))


def test_profiles_of_one_place_are_more_alike_than_strangers(world):
    place = world.study.profiles.ds["place"].values
    local = (world.truth["parameters"] - world.truth["expected_parameters"]).sel(parameter="w_scaling").values
    order = np.argsort(place, kind="stable")
    pairs = np.flatnonzero(np.diff(place[order]) == 0)
    first, second = local[order[pairs]], local[order[pairs + 1]]
    assert 0.5 < np.corrcoef(first, second)[0, 1] < 0.95


def test_a_real_cell_holds_more_than_the_model_where_humus_lies_on_top(world):
    truth = world.truth
    more = (truth["cell_stock_real"] / truth["cell_stock"]).mean("cell")
    assert 1.1 < float(more.sel(interval="0-30")) < 1.4
    assert 0.95 < float(more.sel(interval="100-200")) < 1.15
