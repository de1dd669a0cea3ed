"""The pure machine-learning baseline: covariates and depth -> carbon, by a library's tree ensemble.

No soil model, no parameters, no explanation: what can be predicted at all from these covariates.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import xarray as xr
from sklearn.base import RegressorMixin
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from proda_core.network.split import sites_in
from proda_core.records.checks import expect, one_of
from proda_core.records.covariates import Covariates
from proda_core.records.profiles import Profiles
from proda_core.vocabulary.soil_layers import LayerGrid

TREES: tuple[str, ...] = ("boosting", "extra_trees")
_SMALL = 20_000  # rows
MISSING = -999.0  # below every covariate: trees can cut it off


@dataclass(frozen=True, eq=False)
class DirectModel:
    """Carbon [gC m-3] at any depth [m] from covariates."""

    regressor: RegressorMixin
    names: tuple[str, ...]

    def predict(self, covariates: Covariates, depth: np.ndarray) -> np.ndarray:
        """Return carbon [gC m-3] at one depth [m] per site, shape (site,)."""
        expect(
            covariates.names == self.names,
            f"direct: expected covariates {self.names}, found {covariates.names}",
        )
        table = _table(covariates, np.arange(len(covariates)), depth)
        with _threads(table):
            return np.maximum(self.regressor.predict(table), 0.0)

    def soil_carbon(self, covariates: Covariates, grid: LayerGrid) -> xr.DataArray:
        """Return carbon (site, layer) [gC m-3] at the nodes of a grid, comparable to a soil model's."""
        layers = [self.predict(covariates, np.full(len(covariates), node)) for node in grid.layer_node]
        return xr.DataArray(
            np.stack(layers, axis=1),
            dims=("site", "layer"),
            coords={"site": covariates.sites, "layer": np.arange(1, grid.size + 1)},
            attrs={"units": "gC m-3", "long_name": "soil organic carbon, tree ensemble"},
        )


def train_direct(
    profiles: Profiles, covariates: Covariates, split: xr.Dataset, *, seed: int, trees: str = "boosting"
) -> DirectModel:
    """Fit every usable observation of the training and validation sites.

    trees : "boosting" (histogram gradient boosting) or "extra_trees"; both of scikit-learn
    """
    sites = sites_in(split, "train", "validation")
    profiles, covariates = profiles.select(sites), covariates.select(sites)
    usable = profiles.ds["usable"].values == 0
    site = np.repeat(np.arange(len(sites)), profiles.ds["row_size"].values)[usable]
    table = _table(covariates, site, profiles.ds["depth"].values[usable])
    regressor = _regressors(seed)[one_of(trees, TREES, "trees")]
    with _threads(table):
        return DirectModel(regressor.fit(table, profiles.ds["carbon"].values[usable]), covariates.names)


def _regressors(seed: int) -> MappingProxyType[str, RegressorMixin]:
    boosting = HistGradientBoostingRegressor(max_iter=300, learning_rate=0.05, random_state=seed)
    extra = ExtraTreesRegressor(300, min_samples_leaf=2, max_features=0.4, random_state=seed)
    return MappingProxyType({"boosting": boosting, "extra_trees": extra})


def _threads(table: np.ndarray) -> AbstractContextManager:
    """Return one thread for a small table, where more are slower, by ten times on a busy machine."""
    return threadpool_limits(1 if len(table) < _SMALL else None)


def _table(covariates: Covariates, site: np.ndarray, depth: np.ndarray) -> np.ndarray:
    """Return covariates of each row's site and its depth, shape (row, covariate + 1)."""
    values = covariates.to_frame().to_numpy(dtype=float)[site]
    return np.column_stack([np.where(np.isfinite(values), values, MISSING), depth])
