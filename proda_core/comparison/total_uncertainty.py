"""Uncertainty of a total from the errors at held-out profiles, which are correlated in space.

Errors (modelled minus observed stock) of held-out profiles have a semivariogram
gamma(h) = nugget + sill (1 - exp(-h / length)). The nugget is what differs between neighbouring profiles:
errors of measurement and variation within a cell, which average out over a map. The sill is an error that
neighbouring cells share and averages out slowly.

The mean error of the profiles, on the land of the map, estimates how much the total is too large. What is
left open is the difference between the mean errors of all cells and of the profiles. With shares v, the land
of every cell and minus all land divided among the profiles, its variance is
sum_ij v_i v_j sill exp(-h_ij / length) + sum_i v_i^2 nugget, the last over profiles only; as if errors were
independent from place to place it would be sum_i v_i^2 (nugget + sill) over cells and profiles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.optimize import nnls
from scipy.spatial.distance import cdist, pdist

from proda_core.comparison.cells import cell_of
from proda_core.comparison.places import Places, joined
from proda_core.comparison.run_tables import HELD_OUT, methods, stocks
from proda_core.records.maps import KG_PER_PG, CarbonMap
from proda_core.sources.spherical_grid import EARTH_RADIUS

if TYPE_CHECKING:
    from proda_core.runs import Run

LEAST_PROFILES = 30  # fewer have no variogram
MOST_PROFILES = 2000  # of a variogram: two million pairs
COLUMNS = ["product", "interval", "mean_error", "sd", "sd_independent", "profiles"]
_LAGS, _LENGTHS = 15, 40
_REACH = 1 / 3  # of the largest distance between two profiles, beyond which pairs are left out
_ROWS = 500  # cells of a block of the covariance


@dataclass(frozen=True)
class Variogram:
    """Exponential semivariogram: nugget and sill [(kgC m-2)^2], length [km]."""

    nugget: float
    sill: float
    length: float


def total_uncertainty(run: Run, study: Places) -> pd.DataFrame:
    """One row per product and interval with LEAST_PROFILES held-out profiles in its cells [PgC].

    ``mean_error`` is by how much the total is too large according to these profiles; ``sd`` the standard
    deviation that is left with errors correlated in space, ``sd_independent`` as if they were not.
    """
    carbon = run["carbon_map"]
    frame = joined(stocks(run, HELD_OUT), study).dropna(subset=["lon", "lat"])
    cell = cell_of(frame["lon"], frame["lat"], carbon.ds["lon"].values, carbon.ds["lat"].values)
    frame = frame[cell >= 0]
    rows = []
    for interval, part in frame.groupby("interval", sort=False):
        for name in methods(part.drop(columns=["lon", "lat", "vegetation"])):
            here = part.dropna(subset=["observed", name])
            if name in carbon.products and len(here) >= LEAST_PROFILES:
                rows.append({"product": name, "interval": interval} | _of_one(carbon, here, name))
    return pd.DataFrame(rows, columns=COLUMNS)


def fit_variogram(lon: np.ndarray, lat: np.ndarray, error: np.ndarray) -> Variogram:
    """Fit the semivariogram of errors (place,) by weighted least squares.

    Fifteen lags up to a third of the largest distance, weighted with pairs / distance^2, as by default in
    gstat (Pebesma 2004). Lengths are tried on a grid; nugget and sill of each are the least-squares ones that
    are not negative.
    """
    if len(error) > MOST_PROFILES:
        drawn = np.random.default_rng(0).permutation(len(error))[:MOST_PROFILES]
        lon, lat, error = lon[drawn], lat[drawn], error[drawn]
    distance = pdist(_on_sphere(lon, lat))
    half_square = 0.5 * pdist(error[:, None], "sqeuclidean")
    near = distance <= _REACH * distance.max()
    distance, half_square = distance[near], half_square[near]
    width = max(distance.max() / _LAGS, 1e-6)
    number = np.minimum((distance / width).astype(int), _LAGS - 1)
    pairs = np.bincount(number, minlength=_LAGS)
    sums = (np.bincount(number, weights=w, minlength=_LAGS) for w in (distance, half_square))
    middle, gamma = (values[pairs > 0] / pairs[pairs > 0] for values in sums)
    weight, best = np.sqrt(pairs[pairs > 0]) / middle, None
    for length in np.geomspace(middle[0], middle[-1], _LENGTHS):
        terms = np.column_stack([np.ones_like(middle), 1 - np.exp(-middle / length)])
        found, misfit = nnls(terms * weight[:, None], gamma * weight)
        if best is None or misfit < best[0]:
            best = misfit, Variogram(float(found[0]), float(found[1]), float(length))
    return best[1]


def _of_one(carbon: CarbonMap, frame: pd.DataFrame, product: str) -> dict[str, float]:
    ds = carbon.ds
    lon, lat = ds["lon"].values, ds["lat"].values
    land = (ds["cell_area"] * ds["land_fraction"]).values
    cell = cell_of(frame["lon"], frame["lat"], lon, lat)
    weight = _weights(cell, land)
    error = (frame[product] - frame["observed"]).to_numpy()
    fitted = fit_variogram(frame["lon"].to_numpy(), frame["lat"].to_numpy(), error)
    profiles = weight > 0
    place = np.concatenate([_on_sphere(lon, lat), _on_sphere(frame["lon"], frame["lat"])[profiles]])
    # error of the total of all cells, less the mean error of the profiles on as much land
    shares = np.concatenate([land, -land.sum() * weight[profiles]]) / KG_PER_PG
    of_profiles = (shares[len(land) :] ** 2).sum()
    correlated = fitted.sill * _quadratic_form(place, shares, fitted.length) + fitted.nugget * of_profiles
    independent = (fitted.nugget + fitted.sill) * (shares**2).sum()
    return {
        "mean_error": float(weight @ error) * land.sum() / KG_PER_PG,
        "sd": float(np.sqrt(correlated)),
        "sd_independent": float(np.sqrt(independent)),
        "profiles": int(profiles.sum()),
    }


def _weights(cell: np.ndarray, land: np.ndarray) -> np.ndarray:
    """Weights (profile,) of a mean over the cells with profiles by their land; 0 outside all cells."""
    inside = cell >= 0
    count = np.bincount(cell[inside], minlength=len(land))
    weight = np.where(inside, land[cell] / np.maximum(count[cell], 1), 0.0)
    return weight / weight.sum() if weight.sum() > 0 else weight


def _quadratic_form(place: np.ndarray, shares: np.ndarray, length: float) -> float:
    """Sum over pairs of places of share x share x exp(-distance / length)."""
    total = 0.0
    for first in range(0, len(shares), _ROWS):
        rows = slice(first, first + _ROWS)
        total += shares[rows] @ np.exp(-cdist(place[rows], place) / length) @ shares
    return max(float(total), 0.0)


def _on_sphere(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Coordinates [km] in space (place, 3); chords differ from great circles by 1 % at 3,000 km."""
    east, north = np.radians(lon), np.radians(lat)
    flat = np.cos(north)
    return EARTH_RADIUS / 1000 * np.column_stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)])
