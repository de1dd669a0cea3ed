"""Parameters on every cell, predicted by a network."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import xarray as xr

from proda_core.records.checks import expect
from proda_core.records.covariates import Covariates
from proda_core.records.maps import ParameterMap


class Predictor(Protocol):
    """Interface: predicts ``mean(site, parameter)`` from covariates."""

    def predict(self, covariates: Covariates) -> xr.Dataset:
        """Parameters in physical units."""


def predict_map(
    network: Predictor,
    cells_covariates: Covariates,
    *,
    lon: np.ndarray | None = None,
    lat: np.ndarray | None = None,
) -> ParameterMap:
    """Parameters (cell, parameter) in physical units.

    lon, lat : centres of the cells, shape (cell,); by default the covariates Lon and Lat
    ``outside(cell)`` counts the covariates of a cell beyond what the network was trained on.
    """
    predicted = network.predict(cells_covariates).rename(site="cell")
    predicted["lon"] = ("cell", _coordinate(lon, "Lon", cells_covariates))
    predicted["lat"] = ("cell", _coordinate(lat, "Lat", cells_covariates))
    return ParameterMap(predicted)


def _coordinate(given: np.ndarray | None, name: str, covariates: Covariates) -> np.ndarray:
    if given is not None:
        return np.asarray(given, dtype=float)
    expect(
        name in covariates.names, f"parameter map: expected coordinates or a covariate {name}, found neither"
    )
    return covariates.ds[name].values
