"""Figure 37.5: soil carbon by vegetation class and depth interval, measured and of every product."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.cells import cell_of, reference_on_cells
from proda_core.comparison.labels import OBSERVED, order
from proda_core.comparison.map_products import References
from proda_core.comparison.places import Places, joined, vegetation_order
from proda_core.comparison.run_tables import (
    ALL,
    STOCK,
    extrapolation_note,
    methods,
    pairs,
    stocks,
    with_units,
)
from proda_core.vocabulary.depth_intervals import MAIN_INTERVALS

if TYPE_CHECKING:
    from proda_core.runs import Run


def by_vegetation(
    run: Run, study: Places, references: References | None = None, *, part: str = ALL
) -> pd.DataFrame:
    """One row per class, interval and product: mean stock over its sites, half a standard deviation, n.

    ``n`` is the number of profiles whose measurements cover the interval, ``profiles`` that of all profiles
    of the class that enter the comparison.

    Every product is evaluated at the sites whose measurements cover the interval, so that all have the same
    ``n``; references in the cell that contains a site. ``low`` and ``high`` are the mean
    minus and plus half a standard deviation over sites, as in the chapter.
    """
    frame = joined(stocks(run, part), study)
    products = [OBSERVED, *methods(frame.drop(columns=["lon", "lat", "vegetation"]))]
    for name, product in (references or {}).items():
        frame[name] = _at_sites(run, frame, name, product)
        products.append(name)
    products = order(products)
    frame = frame[frame["interval"].isin(MAIN_INTERVALS)].dropna(subset=products)
    long = frame.melt(["vegetation", "interval"], products, var_name="product", value_name="stock")
    groups = long.groupby(["vegetation", "interval", "product"])["stock"]
    found = groups.agg(mean="mean", half_sd=lambda v: 0.5 * v.std(), n="size").reset_index()
    found["low"] = (found["mean"] - found["half_sd"]).clip(lower=0)
    found["high"] = found["mean"] + found["half_sd"]
    ranks = [vegetation_order(found["vegetation"]), list(MAIN_INTERVALS), products]
    for column, names in reversed(list(zip(["vegetation", "interval", "product"], ranks))):
        rank = {name: i for i, name in enumerate(names)}
        found = found.sort_values(column, key=lambda c, rank=rank: c.map(rank), kind="stable")
    found["profiles"] = found["vegetation"].map(_profiles_of_classes(run, study, part)).astype(int)
    columns = ["vegetation", "interval", "product", "mean", "half_sd", "low", "high", "n", "profiles"]
    found = with_units(found[columns], mean=STOCK, half_sd=STOCK, low=STOCK, high=STOCK)
    found.attrs["note"] = extrapolation_note(frame)
    return found


def _profiles_of_classes(run: Run, study: Places, part: str) -> pd.Series:
    """Number of profiles of each class with observations; of those with a stock where a run has no pairs."""
    frame = pairs(run, part) if "pairs" in run.finished else stocks(run, part)
    return joined(frame[["site"]].drop_duplicates(), study)["vegetation"].value_counts()


def _at_sites(run: Run, frame: pd.DataFrame, name: str, product) -> np.ndarray:
    """Stock of a reference in the cell of each row's site [kgC m-2], NaN outside all cells."""
    carbon = run["carbon_map"]
    ds = reference_on_cells(product, carbon, name).ds
    cell = cell_of(frame["lon"], frame["lat"], ds["lon"].values, ds["lat"].values)
    values = ds["stock"].sel(product=name).transpose("interval", "cell").to_pandas()
    row = values.index.get_indexer(frame["interval"])
    return np.where((cell >= 0) & (row >= 0), values.to_numpy()[row, cell], np.nan)
