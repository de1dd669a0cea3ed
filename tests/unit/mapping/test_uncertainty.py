"""Claims about the two spreads of a mapped stock and about cells unlike any training site."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.mapping import uncertainty
from proda_core.mapping.novelty import outside
from proda_core.mapping.soil_carbon import distinct
from proda_core.mapping.uncertainty import drawn_carbon, site_differences, spread_of_network, spread_of_sites
from proda_core.network.encoding import fit
from proda_core.network.settings import PRESETS
from proda_core.records.covariates import Covariates
from proda_core.records.posterior import Posterior
from proda_core.soil_model import steady_state
from proda_core.vocabulary.parameters import PRIORS

PRIOR = PRIORS["proda"]


class Middle:
    """An ensemble that says a point near the middle of the prior everywhere, or as its members say."""

    prior, settings = PRIOR, PRESETS["modern"]

    def __init__(self, shifts=(0.0,)) -> None:
        self.members = shifts

    def unit(self, covariates: Covariates) -> np.ndarray:
        return np.full((len(covariates), 21), 0.5 + np.mean(self.members))

    def each(self, covariates: Covariates) -> xr.DataArray:
        every = [PRIOR.to_physical(np.full((len(covariates), 21), 0.5 + s)) for s in self.members]
        coords = {"site": covariates.sites, "parameter": list(PRIOR.names)}
        return xr.DataArray(np.stack(every), dims=("member", "site", "parameter"), coords=coords)


def posterior(width: float, sites: np.ndarray) -> Posterior:
    draws = np.random.default_rng(3).normal(0.5, width, (len(sites), 2, 40, 21)).clip(0.01, 0.99)
    physical = PRIOR.to_physical(draws)
    data = {
        "draws": (("site", "chain", "draw", "parameter"), physical),
        "mean": (("site", "parameter"), physical.mean(axis=(1, 2))),
        "sd": (("site", "parameter"), physical.std(axis=(1, 2))),
        "verdict": ("site", np.zeros(len(sites), dtype=int)),
    }
    coords = {"site": sites, "parameter": list(PRIOR.names)}
    return Posterior(xr.Dataset(data, coords=coords, attrs={"prior": "proda"}))


def test_members_that_agree_leave_no_spread_and_one_member_has_none(covariates, forcing):
    assert np.allclose(spread_of_network(Middle((0.1, 0.1)), covariates, forcing), 0)
    assert (spread_of_network(Middle((0.0, 0.1)), covariates, forcing) > 0).all()
    assert spread_of_network(Middle(), covariates, forcing).isnull().all()


def test_wider_posteriors_of_the_sites_make_a_wider_spread_of_the_map(covariates, forcing):
    spreads = []
    for width in (0.02, 0.1):
        apart = site_differences(Middle(), covariates, posterior(width, covariates.sites), covariates.sites,
                                 seed=1)  # fmt: skip
        spreads.append(spread_of_sites(Middle(), covariates, forcing, apart))
    assert (spreads[1] > 3 * spreads[0]).all() and (spreads[0] > 0).all()


def test_no_difference_is_the_prediction_itself_and_chunks_do_not_matter(covariates, forcing, monkeypatch):
    apart = np.zeros((3, 21))
    whole = np.concatenate([c for _, c in drawn_carbon(Middle(), covariates, forcing, apart)])
    monkeypatch.setattr(uncertainty, "_AT_ONCE", 3)
    parts = list(drawn_carbon(Middle(), covariates, forcing, apart))
    assert len(parts) == len(covariates)
    np.testing.assert_array_equal(np.concatenate([c for _, c in parts]), whole)
    parameters = PRIOR.full(PRIOR.to_physical(np.full((len(covariates), 21), 0.5)))
    plain = steady_state.soc(steady_state.prepare(forcing), parameters, np.arange(len(covariates)))
    np.testing.assert_allclose(whole[:, 0], plain, rtol=1e-9)


def test_columns_that_are_alike_are_solved_once(forcing):
    double = forcing.select(forcing.sites[[0, 1]])
    ds = xr.concat([double.ds, double.ds.assign_coords(site=[50, 51])], dim="site", data_vars="minimal")
    different, same_as = distinct(steady_state.prepare(type(forcing)(ds)))
    assert different.tolist() == [0, 1] and same_as.tolist() == [0, 1, 0, 1]


@pytest.fixture
def training() -> Covariates:
    rng = np.random.default_rng(0)
    a = rng.normal(size=300)
    return _covariates(a, a + 0.01 * rng.normal(size=300), rng.integers(0, 3, 300))


def _covariates(a, b, kind) -> Covariates:
    ds = xr.Dataset(coords={"site": np.arange(len(a))})
    ds["a"], ds["b"] = ("site", a, {"units": "1"}), ("site", b, {"units": "1"})
    legend = {"flag_values": [0, 1, 2, 3], "flag_meanings": "w x y z"}
    ds["kind"] = ("site", np.asarray(kind), legend)
    return Covariates(ds)


def test_each_way_of_being_unlike_the_training_sites_has_its_number(training):
    encoder = fit(training, PRESETS["modern"])
    cells = _covariates(np.array([0.0, 50.0, 0.0, 1.5]), np.array([0.0, 50.0, 0.0, -1.5]), [1, 1, 3, 1])
    assert outside(encoder, training, cells).tolist() == [0, 1, 2, 3]


def test_hardly_any_training_site_is_unlike_the_training_sites(training):
    encoder = fit(training, PRESETS["modern"])
    assert not outside(encoder, training, training).any()
