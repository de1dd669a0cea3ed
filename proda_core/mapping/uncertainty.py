"""Two uncertainties of a mapped stock, reported separately, because more data reduce only one of them.

- Of the network: the standard deviation of the stocks of the members of the ensemble, which are trained
  from different starts.
- Of the sites: the uncertainty of the parameters of a place given assimilation and covariates. At
  sites that did not fit the network, draws of the posterior are compared with the prediction of the network:
  the differences contain the width of the posterior and what no covariate explains. A sample of these
  difference vectors, with their correlations, is added to the prediction of every cell and propagated
  through the soil model. The spread is that of one profile in the cell, not of the mean of the cell. Its
  tails are long, so it is given as half the width of the central 68 %, which for a normal distribution is
  the standard deviation.

Differences are taken between normal scores of the prior, which are unbounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import xarray as xr
from scipy.special import ndtr, ndtri

from proda_core.mapping.carbon_maps import stocks
from proda_core.mapping.novelty import OUTSIDE, outside
from proda_core.mapping.soil_carbon import soil_carbon
from proda_core.network.ensemble import Ensemble
from proda_core.network.model import MARGIN
from proda_core.network.targets import trainable
from proda_core.records.checks import expect
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.maps import CarbonMap
from proda_core.records.posterior import Posterior
from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import GRAMS_PER_KILOGRAM, stock_weights
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.water_form import settings_of_prior
from proda_core.vocabulary.depth_intervals import INTERVALS

DRAWS = 256  # differences propagated through the model at every place
CENTRAL = (0.16, 0.84)  # quantiles one standard deviation either side, of a normal distribution
_AT_ONCE = 200_000  # model runs in memory at once


def site_differences(
    network: Ensemble, covariates: Covariates, posterior: Posterior, sites: np.ndarray, *, seed: int
) -> np.ndarray:
    """Differences (draw, parameter) between posteriors and the network, in normal scores.

    sites : best those that did not fit the network, where it errs as elsewhere; those without an accepted
        posterior are skipped
    """
    kept, _ = trainable(posterior, sites, network.settings.train_on)
    expect(len(kept) > 0, "uncertainty of the sites: expected a site with a kept posterior, found none")
    draws = posterior.select(kept).ds["draws"].transpose("site", "chain", "draw", "parameter").values
    draws = draws.reshape(len(kept), -1, draws.shape[-1])
    site, draw = np.nonzero(np.isfinite(draws).all(axis=-1))
    chosen = np.random.default_rng(seed).choice(len(site), DRAWS, replace=len(site) < DRAWS)
    site, draw = site[chosen], draw[chosen]
    found = network.prior.to_unit(draws[site, draw].astype(float))
    predicted = network.unit(covariates.select(kept))[site]
    return _scores(found) - _scores(predicted)


def drawn_carbon(
    network: Ensemble,
    covariates: Covariates,
    forcing: Forcing,
    differences: np.ndarray,
    settings: ModelSettings | None = None,
) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield slices of sites with their carbon (site, draw, layer) [gC m-3] for each added difference."""
    settings = settings or settings_of_prior(forcing, network.prior)
    columns = steady_state.prepare(forcing, replace(settings, texture=False))
    scores = _scores(network.unit(covariates))
    at_once = max(1, _AT_ONCE // len(differences))
    for first in range(0, len(columns), at_once):
        part = slice(first, min(first + at_once, len(columns)))
        unit = np.clip(ndtr(scores[part, None] + differences), MARGIN, 1 - MARGIN)
        parameters = network.prior.full(network.prior.to_physical(unit))
        index = np.repeat(np.arange(part.start, part.stop), len(differences))
        carbon = steady_state.soc(columns, parameters.reshape(len(index), -1), index)
        yield part, carbon.reshape(*parameters.shape[:2], -1)


def spread_of_sites(
    network: Ensemble,
    covariates: Covariates,
    forcing: Forcing,
    differences: np.ndarray,
    settings: ModelSettings | None = None,
) -> xr.DataArray:
    """Half the width of the central 68 % of the drawn stocks (interval, site) [kgC m-2]."""
    weights = stock_weights(forcing.grid).T / GRAMS_PER_KILOGRAM
    half = np.empty((len(INTERVALS), len(covariates)))
    for part, carbon in drawn_carbon(network, covariates, forcing, differences, settings):
        low, high = np.quantile(carbon @ weights, CENTRAL, axis=1)
        half[:, part] = (0.5 * (high - low)).T
    return _labelled(half, covariates)


def spread_of_parameters(network: Ensemble, covariates: Covariates, differences: np.ndarray) -> np.ndarray:
    """Half the width of the central 68 % of each parameter (site, parameter), physical units."""
    scores, prior = _scores(network.unit(covariates)), network.prior
    half = np.empty(scores.shape)
    at_once = max(1, _AT_ONCE // len(differences))
    for first in range(0, len(scores), at_once):
        unit = ndtr(scores[first : first + at_once, None] + differences)
        low, high = np.quantile(unit, CENTRAL, axis=1)
        half[first : first + at_once] = 0.5 * (high - low) * (prior.upper - prior.lower)
    return half


def spread_of_network(
    network: Ensemble, covariates: Covariates, forcing: Forcing, settings: ModelSettings | None = None
) -> xr.DataArray:
    """Standard deviation of the members' stocks (interval, site) [kgC m-2]; NaN for a single member."""
    if len(network.members) < 2:
        return _labelled(np.full((len(INTERVALS), len(covariates)), np.nan), covariates)
    every = network.each(covariates)
    found = [stocks(soil_carbon(one, forcing, settings), forcing.grid).values for one in every]
    return _labelled(np.std(found, axis=0, ddof=1), covariates)


def carbon_intervals(
    network: Ensemble,
    covariates: Covariates,
    forcing: Forcing,
    differences: np.ndarray,
    settings: ModelSettings | None = None,
) -> xr.Dataset:
    """``carbon_q05`` and ``carbon_q95`` (site, layer) [gC m-3]: interval of the true carbon of a profile."""
    found = np.empty((2, len(covariates), forcing.grid.size))
    for part, carbon in drawn_carbon(network, covariates, forcing, differences, settings):
        found[:, part] = np.quantile(carbon, (0.05, 0.95), axis=1)
    coords = {"site": covariates.sites, "layer": np.arange(1, forcing.grid.size + 1)}
    names = ("carbon_q05", "carbon_q95")
    return xr.Dataset({name: (("site", "layer"), q) for name, q in zip(names, found)}, coords=coords)


def with_uncertainty(
    found: CarbonMap,
    networks: Mapping[str, Ensemble],
    covariates: Covariates,
    forcing: Forcing,
    *,
    differences: Mapping[str, np.ndarray],
    training: Covariates,
    settings: ModelSettings | None = None,
) -> CarbonMap:
    """The map with ``stock_sd_network``, ``stock_sd_site`` and the flag ``outside``; NaN where there is none.

    networks, differences : by product; ``covariates`` and ``forcing`` of the cells of the map
    training : covariates of the sites that trained the networks
    settings : of the soil model; by default the layers of the forcing and the form of water limitation of the
        networks' parameters
    """
    none = xr.full_like(found.ds["stock"], np.nan)
    members, sites = none.copy(), none.copy()
    for name, network in networks.items():
        members.loc[{"product": name}] = spread_of_network(network, covariates, forcing, settings).values
    for name, apart in differences.items():
        spread = spread_of_sites(networks[name], covariates, forcing, apart, settings)
        sites.loc[{"product": name}] = spread.values
    encoder = next(iter(networks.values())).members[0].encoder
    flags = {"flag_values": list(OUTSIDE), "flag_meanings": " ".join(OUTSIDE.values())}
    ds = found.ds.assign(
        stock_sd_network=members.assign_attrs(
            long_name="spread of the stock between members of the ensemble"
        ),
        stock_sd_site=sites.assign_attrs(
            long_name="spread of the stock that sites and covariates leave open"
        ),
        outside=("cell", outside(encoder, training, covariates), flags),
    )
    return CarbonMap(ds)


def _scores(unit: np.ndarray) -> np.ndarray:
    """Normal scores of points of the unit cube."""
    return ndtri(np.clip(unit, MARGIN, 1 - MARGIN))


def _labelled(values: np.ndarray, covariates: Covariates) -> xr.DataArray:
    coords = {"interval": list(INTERVALS), "site": covariates.sites}
    return xr.DataArray(values, dims=("interval", "site"), coords=coords, attrs={"units": "kgC m-2"})
