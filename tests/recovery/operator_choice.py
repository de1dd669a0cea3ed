"""Which operator observes horizons: ``PRODA_REAL_DATA=DIR python -m tests.recovery.operator_choice``.

Parameters are drawn from the prior at the real northeastern sites. Each horizon gets the mean above bedrock
of a smooth profile that has the carbon of every layer, with errors as ``modern`` assumes them; stocks of the
posteriors are compared with the planted ones.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.interpolate import PchipInterpolator

from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.bedrock import soil_bottom
from proda_core.records.forcing import Forcing
from proda_core.records.horizons import horizons
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.soil_model import steady_state
from proda_core.soil_model.layer_interpolation import on_layers
from proda_core.soil_model.observation import stock_weights
from proda_core.soil_model.settings import ModelSettings
from proda_core.sources import northeast
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.soil_layers import GRIDS, LayerGrid

MODERN, PRIOR = SCHEDULES["modern"], PRIORS["informed"]
LEAST_OBSERVATIONS = 4
TINY = 1e-9  # kgC m-2
INTERVALS = ("0-30", "0-100", "100-200")


def compare(study: Study, grid: str, sites: int, seed: int) -> Iterator[dict]:
    """Yield a row per operator and interval: error of the posterior's stock, and coverage."""
    random = np.random.default_rng(seed)
    enough = study.profiles.select(study.assimilable())
    known = enough.sites[enough.usable_count() >= LEAST_OBSERVATIONS]
    chosen = np.sort(random.choice(known, min(sites, len(known)), replace=False))
    profiles, forcing = study.profiles.select(chosen), on_layers(study.forcing.select(chosen), grid)
    profiles, truth = plant(profiles, forcing, GRIDS[grid], random)
    forcing = forcing.select(profiles.sites)
    for operator in ("linear", "horizon"):
        stocks, ds = _posterior_stocks(profiles, forcing, grid, operator, seed)
        holds = truth > 0  # nothing below bedrock
        error = np.log(np.maximum(stocks, TINY)).mean(axis=1) - np.log(np.maximum(truth, TINY))
        low, high = np.quantile(stocks, [0.05, 0.95], axis=1)
        for i, interval in enumerate(INTERVALS):
            yield {
                "layers": GRIDS[grid].size,
                "operator": operator,
                "interval": interval,
                "bias, %": 100 * (stocks.mean(axis=1)[:, i].sum() / truth[:, i].sum() - 1),
                "rms error of ln stock": np.sqrt(np.mean(error[holds[:, i], i] ** 2)),
                "coverage of 90 %": np.mean(((low <= truth) & (truth <= high))[holds[:, i], i]),
                "sites": len(profiles),
                "converged": float((ds["verdict"] == 0).mean()),
            }


def plant(
    profiles: Profiles, forcing: Forcing, grid: LayerGrid, random: np.random.Generator
) -> tuple[Profiles, np.ndarray]:
    """Return the profiles with planted carbon, and the true stocks (site, interval) [kgC m-2]."""
    columns = steady_state.prepare(forcing, ModelSettings(grid=grid.name))
    unit = PRIOR.unit_of_scores(random.standard_normal((len(profiles), len(PRIOR.names))))
    carbon = steady_state.soc(columns, PRIOR.full(PRIOR.to_physical(unit)), np.arange(len(profiles)))
    ends = np.concatenate([[0.0], grid.layer_bottom])
    mass = np.cumsum(np.pad(carbon * grid.thickness, ((0, 0), (1, 0))), axis=1)
    found, row = horizons(profiles), np.repeat(np.arange(len(profiles)), profiles.ds["row_size"].values)
    usable = profiles.ds["usable"].values == 0
    mean, soil = np.zeros(len(row)), np.minimum(soil_bottom(forcing), ends[-1])
    usable &= found.top < soil[row]
    for i in np.flatnonzero(usable):
        above = PchipInterpolator(ends, mass[row[i]])
        bottom = min(found.bottom[i], soil[row[i]])
        mean[i] = (above(bottom) - above(found.top[i])) / (bottom - found.top[i])
    seen = mean * np.exp(_errors(row, random))
    usable &= seen > 1.0  # below bedrock there is nothing to observe
    made = {
        "top": found.top,
        "bottom": found.bottom,
        "carbon": seen,
        "usable": np.where(usable, 0, 2).astype(np.int8),
    }
    planted = Profiles(profiles.ds.assign({name: ("observation", v) for name, v in made.items()}))
    enough = planted.usable_count() >= 2
    stocks = carbon @ stock_weights(grid, INTERVALS).T / 1000
    return planted.select(planted.sites[enough]), stocks[enough]


def _errors(row: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draw errors (observation,) of ln carbon as ``modern`` assumes them."""
    nu, rho, size = MODERN.error_scale_weight, MODERN.error_correlation, row.max() + 1
    scale = MODERN.error_scale * np.sqrt(nu / random.chisquare(nu, size))
    common, own = random.standard_normal(size), random.standard_normal(len(row))
    return scale[row] * (np.sqrt(1 - rho) * own + np.sqrt(rho) * common[row])


def _posterior_stocks(profiles: Profiles, forcing: Forcing, grid: str, operator: str, seed: int):
    settings = ModelSettings(grid=grid)
    schedule = MODERN.with_(operator=operator)
    ds = assimilate(profiles, forcing, schedule, seed=seed, prior=PRIOR.name, settings=settings).ds
    draws = ds["draws"].transpose("site", "chain", "draw", "parameter").values
    draws = draws.reshape(len(profiles), -1, draws.shape[-1])
    columns = steady_state.prepare(forcing, settings)
    site = np.repeat(np.arange(len(profiles)), draws.shape[1])
    carbon = steady_state.soc(columns, PRIOR.full(draws.reshape(-1, draws.shape[-1])), site)
    stocks = carbon @ stock_weights(GRIDS[grid], INTERVALS).T / 1000
    return stocks.reshape(len(profiles), -1, len(INTERVALS)), ds


if __name__ == "__main__":
    study = northeast.load(Path(os.environ["PRODA_REAL_DATA"]) / "northeast")
    rows = [row for grid in ("clm5_20", "clm45_10") for row in compare(study, grid, 1300, seed=2)]
    pd.DataFrame(rows).round(3).to_csv(sys.stdout, index=False)
