"""Two synthetic reference maps with error structures like those of WISE30sec and SoilGrids.

``wise30sec-like``: map units with sharp borders; each unit has the stock of one
representative profile, as in a soil map. ``soilgrids-like``: carbon at depths predicted from profiles and
covariates by a random forest, smooth, integrated by trapezoids between a few depths, which is slightly too
high where carbon decreases steeply. Neither uses the truth.
"""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.spatial import cKDTree
from sklearn.ensemble import ExtraTreesRegressor

from proda_core.records.covariates import Covariates
from proda_core.records.products import Product
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.teaching.fields import plane
from proda_core.vocabulary.depth_intervals import INTERVALS, MAIN_INTERVALS

NAMES = ("wise30sec-like", "soilgrids-like")
UNITS = 900  # map units
# m, for a unit's profile: least depth of its deepest and largest depth of its first sample
LEAST_REACH, FIRST_DEPTH = 1.0, 0.15
DEPTHS = np.array([0.0, 0.05, 0.15, 0.3, 0.6, 1.0, 2.0])  # m, of SoilGrids
TAUGHT = 30_000  # largest number of observations in the regression
MARK = "synthetic, made for teaching; nothing in it was measured"


def products(study: Study, seed: int) -> dict[str, Product]:
    """Both products on the cells of the study, from its profiles and covariates."""
    rng = [np.random.default_rng(s) for s in np.random.SeedSequence([seed, 1]).spawn(2)]
    return {
        "wise30sec-like": _product(study, unit_stocks(study, rng[0]), "WISE30sec-like (synthetic)"),
        "soilgrids-like": _product(study, learnt_stocks(study, rng[1]), "SoilGrids-like (synthetic)"),
    }


def unit_stocks(study: Study, rng: np.random.Generator) -> np.ndarray:
    """Stocks (interval, cell) [kgC m-2]: every cell has that of the profile of its map unit."""
    profiles = study.profiles
    deep = _representative(profiles)
    chosen = rng.choice(deep, size=min(UNITS, len(deep)), replace=False)
    at = plane(profiles.ds["lon"].values[chosen], profiles.ds["lat"].values[chosen])
    cells = study.cells_forcing.ds
    # nearest profile after a small random displacement, so that borders of units are irregular
    here = plane(cells["lon"].values, cells["lat"].values)
    bent = here + 25 * np.sin(here[:, ::-1] / 60)
    unit = cKDTree(at).query(bent)[1]
    stocks = np.array([_stocks(*profiles.usable_observations(int(profiles.sites[i]))) for i in chosen])
    return stocks[unit].T


def learnt_stocks(study: Study, rng: np.random.Generator) -> np.ndarray:
    """Stocks (interval, cell) [kgC m-2] from a regression of carbon on covariates and depth."""
    ds = study.profiles.ds
    usable = np.flatnonzero(ds["usable"].values == 0)
    row = np.repeat(np.arange(len(study.profiles)), ds["row_size"].values)
    taken = np.sort(rng.choice(usable, size=min(TAUGHT, len(usable)), replace=False))
    table = _table(study.covariates)
    known = np.column_stack([table[row[taken]], ds["depth"].values[taken]])
    forest = ExtraTreesRegressor(
        n_estimators=40, min_samples_leaf=6, max_features=0.4, random_state=0, n_jobs=1
    )
    forest.fit(known, ds["carbon"].values[taken])
    cells = _table(study.cells_covariates)
    carbon = np.column_stack(
        [forest.predict(np.column_stack([cells, np.full(len(cells), depth)])) for depth in DEPTHS]
    )
    return np.stack([_trapezoids(carbon, INTERVALS[name]) for name in MAIN_INTERVALS])


def _representative(profiles: Profiles) -> np.ndarray:
    """Positions of the profiles sampled from near the surface to :data:`LEAST_REACH`."""
    usable = profiles.ds["usable"].values == 0
    depth = profiles.ds["depth"].values
    size = profiles.ds["row_size"].values
    row = np.repeat(np.arange(len(profiles)), size)
    first, last = np.full(len(profiles), np.inf), np.zeros(len(profiles))
    np.minimum.at(first, row[usable], depth[usable])
    np.maximum.at(last, row[usable], depth[usable])
    return np.flatnonzero((first <= FIRST_DEPTH) & (last >= LEAST_REACH))


def _stocks(depth: np.ndarray, carbon: np.ndarray) -> list[float]:
    """Stocks of one profile in the main intervals: trapezoids, constant below the last value."""
    fine = np.linspace(0.0, 2.0, 201)
    density = np.interp(fine, depth, carbon)
    return [
        float(np.trapezoid(density[fine <= base + 1e-9], dx=0.01)) / 1000
        for _, base in (INTERVALS[name] for name in MAIN_INTERVALS)
    ]


def _trapezoids(carbon: np.ndarray, interval: tuple[float, float]) -> np.ndarray:
    """Stock (cell) [kgC m-2] from carbon (cell, depth) at :data:`DEPTHS`."""
    within = DEPTHS <= interval[1] + 1e-9
    return np.trapezoid(carbon[:, within], DEPTHS[within], axis=1) / 1000


def _table(covariates: Covariates) -> np.ndarray:
    """Covariates as numbers (site, covariate); codes unchanged, as decision trees allow."""
    return np.column_stack([covariates.ds[name].values.astype(float) for name in covariates.names])


def _product(study: Study, stock: np.ndarray, title: str) -> Product:
    cells = study.cells_forcing.ds
    ds = xr.Dataset(
        {
            "stock": (("interval", "cell"), stock),
            "valid_fraction": (
                ("interval", "cell"),
                np.broadcast_to(cells["land_fraction"].values, stock.shape),
            ),
            **{name: ("cell", cells[name].values) for name in ("lon", "lat", "cell_area", "land_fraction")},
        },
        coords={"interval": list(MAIN_INTERVALS), "cell": study.cells_forcing.sites},
        attrs={
            "Conventions": "CF-1.11",
            "title": title,
            "synthetic": 1,
            "source": MARK,
            "version": str(study.provenance.get("seed", "")),
            "licence": "MIT",
            "url": "",
        },
    )
    return Product(ds)
