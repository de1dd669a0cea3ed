"""Carbon against depth by vegetation class: medians with the middle half of all sites as a band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.labels import OBSERVED
from proda_core.comparison.places import Places, joined, vegetation_order
from proda_core.comparison.run_tables import ALL, DENSITY, methods, pairs, with_units

if TYPE_CHECKING:
    from proda_core.runs import Run

EDGES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0)  # m
LEAST_OBSERVATIONS = 8  # observations in a depth slice; no band with fewer
_QUANTILES = {"low": 0.25, "median": 0.5, "high": 0.75}


def profiles_by_class(run: Run, study: Places, *, part: str = ALL) -> pd.DataFrame:
    """One row per class, slice of depth and product: quartiles of carbon density [kgC m-3] and n.

    Modelled densities are those at the depths of the observations, so that all products and the
    observations have the same places and depths.
    """
    frame = pairs(run, part)
    products = [OBSERVED, *methods(frame)]
    frame = joined(frame, study).dropna(subset=products)
    frame["slice"] = pd.cut(frame["depth"], EDGES, labels=False)
    frame = frame.dropna(subset=["slice"])
    long = frame.melt(["vegetation", "slice"], products, var_name="product", value_name="density")
    groups = long.groupby(["vegetation", "slice", "product"], sort=False)["density"]
    found = groups.agg(n="size", **{k: _quantile(q) for k, q in _QUANTILES.items()}).reset_index()
    found = found[found["n"] >= LEAST_OBSERVATIONS].sort_values("slice", kind="stable")
    for column, names in (("product", products), ("vegetation", vegetation_order(found["vegetation"]))):
        found = found.sort_values(column, key=lambda c, names=names: c.map(names.index), kind="stable")
    edges = np.array(EDGES)
    number = found["slice"].to_numpy(dtype=int)
    found = found.assign(top=edges[number], base=edges[number + 1])
    found["depth"] = 0.5 * (found["top"] + found["base"])
    columns = ["vegetation", "depth", "top", "base", "product", "median", "low", "high", "n"]
    units = {"depth": "m", "top": "m", "base": "m"} | dict.fromkeys(_QUANTILES, DENSITY)
    return with_units(found[columns], **units)


def _quantile(q: float):
    return lambda values: values.quantile(q)
