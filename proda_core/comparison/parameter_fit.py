"""Parameters predicted by a network against those retrieved by assimilation, site by site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.comparison.run_tables import HELD_OUT, with_units
from proda_core.comparison.scores import r2
from proda_core.network.ensemble import Ensemble
from proda_core.network.split import sites_in
from proda_core.network.targets import trainable
from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from proda_core.records.posterior import Posterior
from proda_core.records.study import Study

if TYPE_CHECKING:
    from proda_core.comparison.places import Places
    from proda_core.runs import Run

MOST_SHOWN = 4000  # sites in a scatter; more cannot be distinguished
TRAINING = "training"
_SEED = 0  # of that sample, so that the same network gives the same figure


def fit_of_parameters(
    network: Ensemble, covariates: Covariates, posterior: Posterior, split: xr.Dataset
) -> dict:
    """Retrieved and predicted parameters (site, parameter), spread of the ensemble, R2 by part.

    ``r2`` is of all sites with a kept posterior, by part ("test", "train") and parameter; the arrays are of
    at most MOST_SHOWN of these sites. ``retrieved`` is the mean of the posterior.
    """
    sites, _ = trainable(posterior, covariates.sites, network.settings.train_on)
    found = network.predict(covariates.select(sites))
    names = list(network.prior.names)
    retrieved = posterior.select(sites).ds["mean"].sel(parameter=names).values
    predicted, held_out = found["mean"].values, np.isin(sites, sites_in(split, "test"))
    skill = {
        part: np.array([r2(predicted[rows, j], retrieved[rows, j]) for j in range(len(names))])
        for part, rows in (("test", held_out), ("train", ~held_out))
    }
    shown = np.sort(np.random.default_rng(_SEED).permutation(len(sites))[:MOST_SHOWN])
    spread = found["sd"].values if "sd" in found else np.full(predicted.shape, np.nan)
    return {
        "parameters": tuple(names),
        "prior": network.prior.name,
        "sites": sites[shown],
        "held_out": held_out[shown],
        "retrieved": retrieved[shown].astype(np.float32),
        "predicted": predicted[shown].astype(np.float32),
        "spread": spread[shown].astype(np.float32),
        "r2": skill,
    }


def parameter_fit(run: Run, study: Places | None) -> pd.DataFrame:
    """One row per parameter and site: retrieved and predicted values, part, ``sd_ratio``, ``r2`` of its part.

    ``sd_ratio`` is the posterior over the prior standard deviation of the parameter at the site: near 1 the
    profile holds no information on it, and what is retrieved is the prior. Raises InputError without the
    covariates of the sites.
    """
    if not isinstance(study, Study):
        raise InputError(f"run {run.id}: expected the covariates of its sites, found a table of places")
    network, posterior, split = run["network"], run["posterior"], run["split"]
    covariates = study.covariates.select(posterior.sites)
    fit = fit_of_parameters(network, covariates, posterior, split)
    ratio = _spread_ratio(posterior.select(fit["sites"]), fit["parameters"])
    parts = []
    for j, name in enumerate(fit["parameters"]):
        score = np.where(fit["held_out"], fit["r2"]["test"][j], fit["r2"]["train"][j])
        columns = {"parameter": name, "unit": posterior.ds["parameter_unit"].sel(parameter=name).item()}
        columns |= {"site": fit["sites"], "part": np.where(fit["held_out"], HELD_OUT, TRAINING)}
        columns |= {"retrieved": fit["retrieved"][:, j], "predicted": fit["predicted"][:, j]}
        parts.append(pd.DataFrame(columns | {"sd_ratio": ratio[:, j], "r2": score}))
    frame = with_units(pd.concat(parts), sd_ratio="1", r2="1")
    frame.attrs["bounds"] = {
        name: tuple(map(float, network.prior.bounds[name])) for name in fit["parameters"]
    }
    return frame


def parameter_scores(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per parameter: R2 on held-out and training sites, median ``sd_ratio``; the best first.

    frame : of :func:`parameter_fit`
    """
    wide = frame.pivot_table(index="parameter", columns="part", values="r2", aggfunc="first", sort=False)
    wide = wide.reindex(columns=[HELD_OUT, TRAINING]).add_prefix("r2 ")
    wide["sd_ratio"] = frame.groupby("parameter")["sd_ratio"].median()
    found = wide.sort_values(f"r2 {HELD_OUT}", ascending=False, kind="stable").reset_index()
    found.columns.name = None
    return found


def _spread_ratio(posterior: Posterior, names: tuple[str, ...]) -> np.ndarray:
    """Posterior over prior standard deviation (site, parameter), NaN where it was not stored."""
    if "sd_ratio" not in posterior.ds:
        return np.full((len(posterior), len(names)), np.nan)
    return posterior.ds["sd_ratio"].sel(parameter=list(names)).values
