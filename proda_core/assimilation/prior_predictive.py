"""Carbon before any observation: profiles and stocks of draws of a prior at every site."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.prior_attributes import named_prior
from proda_core.soil_model import steady_state
from proda_core.soil_model.observation import stock
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.water_form import settings_of_prior
from proda_core.vocabulary.parameters import Prior

STOCKS = ("0-30", "0-100", "100-200")  # cm
QUANTILES = (0.05, 0.5, 0.95)
_NAMES = ("q05", "q50", "q95")
_AT_ONCE = 200_000  # model runs in memory at once


def prior_predictive(
    forcing: Forcing,
    prior: str | Prior,
    *,
    seed: int,
    draws: int = 200,
    settings: ModelSettings | None = None,
    intervals: Sequence[str] = STOCKS,
) -> xr.Dataset:
    """Return quantiles 5, 50 and 95 % of modelled carbon under a prior, the same draws at every site.

    ``carbon_q05``, ``carbon_q50`` and ``carbon_q95`` (site, layer) [gC m-3], and ``stock``
    (draw, site, interval) [kgC m-2]; NaN where forcing is missing. No mean, which of a wide prior is that
    of its largest draw.
    """
    prior = named_prior(prior)
    expect(draws >= 1, f"draws: expected at least 1, found {draws}")
    settings = settings or settings_of_prior(forcing, prior)
    columns = steady_state.prepare(forcing, settings)
    random = np.random.default_rng(seed)
    unit = prior.unit_of_scores(random.standard_normal((draws, len(prior.names))))
    parameters = prior.full(prior.to_physical(unit))
    quantiles = np.empty((len(QUANTILES), len(columns), columns.grid.size))
    stocks = np.empty((draws, len(columns), len(intervals)))
    at_once = max(1, _AT_ONCE // draws)
    for first in range(0, len(columns), at_once):
        part = np.arange(first, min(first + at_once, len(columns)))
        carbon = steady_state.soc(
            columns, np.repeat(parameters, len(part), axis=0), np.tile(part, draws)
        ).reshape(draws, len(part), -1)
        quantiles[:, part] = np.quantile(carbon, QUANTILES, axis=0)
        stocks[:, part] = np.stack([stock(carbon, columns.grid, name) for name in intervals], axis=-1)
    return _labelled(quantiles, stocks, columns, intervals).assign_attrs(prior=prior.name, seed=seed)


def _labelled(
    quantiles: np.ndarray, stocks: np.ndarray, columns: steady_state.Columns, intervals: Sequence[str]
) -> xr.Dataset:
    carbon = {
        f"carbon_{name}": (("site", "layer"), part, {"units": "gC m-3"})
        for name, part in zip(_NAMES, quantiles, strict=True)
    }
    return xr.Dataset(
        carbon | {"stock": (("draw", "site", "interval"), stocks, {"units": "kgC m-2"})},
        coords={
            "site": columns.sites,
            "layer": np.arange(1, columns.grid.size + 1),
            "interval": list(intervals),
        },
    )
