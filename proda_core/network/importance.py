"""Importance of covariates for a network: permutation importance and partial dependence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records.checks import expect, one_of
from proda_core.records.covariates import Covariates
from proda_core.vocabulary.covariates import COVARIATES, KINDS
from proda_core.vocabulary.parameters import UNITS, Prior


class Predictor(Protocol):
    """A network or an ensemble."""

    prior: Prior

    def unit(self, covariates: Covariates) -> np.ndarray:
        """Return parameters in the unit cube (site, parameter)."""


def permutation_importance(
    network: Predictor,
    covariates: Covariates,
    *,
    seed: int,
    repeats: int = 10,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Return the change of each parameter when a covariate is permuted among the sites.

    Root mean squared change in the unit cube, so that parameters can be compared. Covariates of one
    group are permuted together; without groups each is its own. One row per group, one column per parameter.

    Importance describes the network, not causes in nature.
    """
    groups = groups or {name: (name,) for name in covariates.names}
    before = network.unit(covariates)
    rng = np.random.default_rng(seed)
    rows = {}
    for group, names in groups.items():
        for name in names:
            one_of(name, covariates.names, f"covariates of group {group}")
        moved = [network.unit(_permuted(covariates, names, rng)) - before for _ in range(repeats)]
        rows[group] = np.sqrt(np.mean(np.square(moved), axis=(0, 1)))
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(network.prior.names))
    frame.index.name = "group"
    return frame


def groups_by_kind(covariates: Covariates) -> dict[str, tuple[str, ...]]:
    """Return the covariates of each kind (place, climate, soil, vegetation) that the data set has."""
    kind = {covariate.name: covariate.kind for covariate in COVARIATES}
    found = {k: tuple(n for n in covariates.names if kind.get(n) == k) for k in KINDS}
    return {k: names for k, names in found.items() if names}


def partial_dependence(
    network: Predictor, covariates: Covariates, name: str, *, points: int = 20
) -> xr.DataArray:
    """Return mean predicted parameters (value, parameter), physical units, when all sites have one value.

    value : evenly spaced quantiles of a continuous covariate, or the codes of a category that occur
    """
    one_of(name, covariates.names, "covariate")
    expect(points >= 2, f"partial dependence: expected at least 2 points, found {points}")
    column = covariates.ds[name]
    if name in covariates.categorical:
        values = np.unique(column.values[column.values >= 0])
    else:
        values = np.unique(np.nanquantile(column.values, np.linspace(0.05, 0.95, points)))
    means = []
    for value in values:
        fixed = covariates.ds.assign({name: (("site",), np.full_like(column.values, value), column.attrs)})
        means.append(network.prior.to_physical(network.unit(Covariates(fixed))).mean(axis=0))
    names = list(network.prior.names)
    return xr.DataArray(
        np.stack(means),
        dims=("value", "parameter"),
        coords={
            "value": ("value", values, {"covariate": name, "units": column.attrs.get("units", "1")}),
            "parameter": names,
            "parameter_unit": ("parameter", [UNITS[n] for n in names]),
        },
        attrs={"long_name": f"mean parameter with {name} fixed"},
    )


def _permuted(covariates: Covariates, names: Sequence[str], rng: np.random.Generator) -> Covariates:
    """Return the covariates with some columns permuted, all in the same way."""
    order = rng.permutation(len(covariates))
    ds = covariates.ds
    return Covariates(ds.assign({n: (("site",), ds[n].values[order], ds[n].attrs) for n in names}))
