"""Examination of a trained network: fit, scores, covariate importance and dependence, part by part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr

from dashboard.jobs.tasks.figures_json import figures_json
from proda_core import figures
from proda_core.comparison.pairs import densities
from proda_core.comparison.parameter_fit import fit_of_parameters
from proda_core.comparison.scores import score
from proda_core.mapping.soil_carbon import soil_carbon
from proda_core.network.ensemble import Ensemble
from proda_core.network.importance import groups_by_kind, partial_dependence, permutation_importance
from proda_core.network.split import sites_in
from proda_core.records.covariates import Covariates
from proda_core.records.posterior import Posterior
from proda_core.records.progress import Cancelled
from proda_core.records.study import Study
from proda_core.soil_model.settings import ModelSettings

_IMPORTANCE, _DEPENDENCE, _POINTS, _REPEATS = 250, 80, 7, 2  # sites, sites, values, permutations
_SEED = 0  # of the samples above, so that the same network gives the same figures


@dataclass(frozen=True)
class Case:
    """A network with the sites it was trained on, and the settings of the soil model of its run."""

    study: Study
    covariates: Covariates
    posterior: Posterior
    split: xr.Dataset
    network: Ensemble
    settings: ModelSettings | None = None


def parts_of(case: Case, should_stop: Callable[[], bool]) -> Iterator[tuple[str, dict, float]]:
    """Yield name, content (plain arrays and tables) and share done of each part, the quickest first."""
    fit = _fit(case)
    yield "fit", fit, 0.1
    yield "scores", _scores(case), 0.2
    yield "figures", _figures(fit, "synthetic data" if case.study.synthetic else ""), 0.2
    sample = _sample(case.covariates, _IMPORTANCE)
    groups = groups_by_kind(sample)
    by_group = permutation_importance(case.network, sample, seed=_SEED, repeats=_REPEATS, groups=groups)
    rows = []
    for number, name in enumerate(sample.names):
        _stop_if(should_stop)
        one = {name: (name,)}
        rows.append(permutation_importance(case.network, sample, seed=_SEED, repeats=_REPEATS, groups=one))
        share = 0.2 + 0.4 * number / len(sample.names)
        yield "", {}, share
    yield "importance", {"covariates": pd.concat(rows), "groups": by_group}, 0.6
    few, found = _sample(case.covariates, _DEPENDENCE), {}
    for number, name in enumerate(few.names):
        _stop_if(should_stop)
        found[name] = _dependence(case, few, name)
        yield "", {}, 0.6 + 0.4 * number / len(few.names)
    yield "dependence", found, 1.0


def _fit(case: Case) -> dict:
    """Return the fit of the parameters, and how many sites the network was trained on."""
    fit = fit_of_parameters(case.network, case.covariates, case.posterior, case.split)
    return fit | {"counts": case.network.counts}


def _figures(fit: dict, note: str) -> dict[str, str]:
    """Return the figures of all parameters as JSON; an ensemble of one network has no spread."""
    found = {"skill": figures_json(figures.parameter_skill(fit, note=note))}
    if np.isfinite(fit["spread"]).any():
        found["spread"] = figures_json(figures.ensemble_spread(fit, note=note))
    return found


def _scores(case: Case) -> dict:
    """Return scores of carbon density [kgC m-3] on the held-out sites, beside CLM5's default run."""
    sites = sites_in(case.split, "test")
    forcing = case.study.forcing.select(sites)
    predicted = case.network.predict(case.covariates.select(sites))["mean"]
    parameters = {"this": predicted, "default": None}
    carbon = {name: soil_carbon(given, forcing, case.settings) for name, given in parameters.items()}
    pairs = densities(case.study.profiles.select(sites), carbon, forcing.grid)
    rows = [{"method": name} | score(pairs[name], pairs["observed"]) for name in carbon]
    return {"table": pd.DataFrame(rows)}


def _dependence(case: Case, sample: Covariates, name: str) -> dict:
    found = partial_dependence(case.network, sample, name, points=_POINTS)
    labels = None
    if name in sample.categorical:
        labels = [sample.meaning(name, int(code)).replace("_", " ") for code in found["value"].values]
    return {
        "values": found["value"].values.astype(float),
        "means": found.values,
        "unit": str(found["value"].attrs.get("units", "1")),
        "labels": labels,
    }


def _sample(covariates: Covariates, most: int) -> Covariates:
    order = np.random.default_rng(_SEED).permutation(len(covariates))[:most]
    return covariates.select(covariates.sites[np.sort(order)])


def _stop_if(should_stop: Callable[[], bool]) -> None:
    if should_stop():
        raise Cancelled("the examination was stopped")
