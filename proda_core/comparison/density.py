"""Figure 37.2, right: modelled against observed density of soil carbon, and the regression line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import stats

from proda_core.comparison.run_tables import DENSITY, HELD_OUT, long, pairs, with_units

if TYPE_CHECKING:
    from proda_core.comparison.places import Places
    from proda_core.runs import Run


def densities(run: Run, study: Places | None = None, *, part: str = HELD_OUT) -> pd.DataFrame:
    """One row per observation and method: site, depth [m], observed and modelled density [kgC m-3]."""
    frame = long(pairs(run, part)).dropna(subset=["observed", "modelled"]).assign(part=part)
    columns = ["site", "depth", "part", "method", "observed", "modelled"]
    return with_units(frame[columns], depth="m", observed=DENSITY, modelled=DENSITY)


def regression(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per method: the least-squares line modelled = intercept + slope x observed, its R2, n.

    frame : of :func:`densities`
    """
    rows = []
    for method, part in frame.groupby("method", sort=False):
        x, y = part["observed"].to_numpy(), part["modelled"].to_numpy()
        line = stats.linregress(x, y) if len(x) > 1 and np.ptp(x) > 0 else None
        slope, intercept, r = (line.slope, line.intercept, line.rvalue) if line else (np.nan,) * 3
        rows.append({"method": method, "slope": slope, "intercept": intercept, "r2": r**2, "n": len(x)})
    columns = ["method", "slope", "intercept", "r2", "n"]
    return with_units(pd.DataFrame(rows, columns=columns), intercept=DENSITY)
