"""Figure 37.2, left: deviation of the modelled from the measured stock of each profile.

The chapter's map is of the whole profile. Its stock is the integral from the surface to the deepest
observation, of the modelled density by the same trapezoids through the same depths as of the observed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.labels import OBSERVED
from proda_core.comparison.places import Places, joined
from proda_core.comparison.run_tables import (
    HELD_OUT,
    STOCK,
    extrapolation_note,
    long,
    methods,
    pairs,
    stocks,
    with_units,
)
from proda_core.records.checks import one_of
from proda_core.vocabulary.depth_intervals import INTERVALS

if TYPE_CHECKING:
    from proda_core.runs import Run

LOW, HIGH = 0.05, 0.95
WHOLE_PROFILE = "profile"


def profile_deviation(
    run: Run, study: Places, interval: str = WHOLE_PROFILE, *, part: str = HELD_OUT
) -> pd.DataFrame:
    """One row per site and method: modelled minus observed stock, also scaled to -1..1.

    interval : "profile", or a depth interval, of the profiles that cover it

    As in the chapter, overestimates are divided by the 95 % quantile of the method's overestimates and
    underestimates by the size of the 5 % quantile of its underestimates, and both are limited to 1. The
    quantiles are returned as ``low`` and ``high``, because scaled maps of two methods cannot be compared in
    size; NaN where a method has no deviation of that sign.
    """
    one_of(interval, (WHOLE_PROFILE, *INTERVALS), "interval")
    frame = whole_profiles(pairs(run, part)) if interval == WHOLE_PROFILE else stocks(run, part)
    frame = long(frame[frame["interval"] == interval]).dropna(subset=["modelled"])
    frame["deviation"] = frame["modelled"] - frame["observed"]
    frame["low"], frame["high"] = own_quantiles(frame["deviation"], frame["method"])
    frame["scaled"] = scaled(*(frame[name].to_numpy() for name in ("deviation", "low", "high")))
    frame = joined(frame, study).assign(part=part)
    columns = ["site", "lon", "lat", "part", "method", "interval", "observed", "modelled", "deviation"]
    units = dict.fromkeys(["observed", "modelled", "deviation", "low", "high"], STOCK)
    units |= {"lon": "degrees_east", "lat": "degrees_north", "scaled": "1"}
    found = with_units(frame[[*columns, "scaled", "low", "high"]], **units)
    found.attrs["note"] = extrapolation_note(frame)
    return found


def whole_profiles(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per site: stocks [kgC m-2] from the surface to its deepest observation, observed and modelled.

    frame : site, depth [m], observed and one column per method [kgC m-3]; above the first observation its
        density is assumed. Sites whose observations are all at the surface are left out.
    """
    columns = [OBSERVED, *methods(frame)]
    frame = frame.groupby(["site", "depth"], as_index=False)[columns].mean()  # sorted by both
    density, depth = frame[columns].to_numpy(), frame["depth"].to_numpy()
    first = frame["site"].ne(frame["site"].shift()).to_numpy()
    above, depth_above = np.roll(density, 1, axis=0), np.where(first, 0.0, np.roll(depth, 1))
    slab = 0.5 * (density + np.where(first[:, None], density, above)) * (depth - depth_above)[:, None]
    slabs = pd.DataFrame(slab, columns=columns)
    stock = slabs.groupby(frame["site"]).sum().mask(slabs.isna().groupby(frame["site"]).any())
    reaching = frame.groupby("site")["depth"].max() > 0
    return stock[reaching].reset_index().assign(interval=WHOLE_PROFILE)


def own_quantiles(deviation: pd.Series, method: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the 5 % quantile of underestimates and the 95 % quantile of overestimates, by method."""
    below, above = deviation.where(deviation < 0), deviation.where(deviation > 0)
    return (
        below.groupby(method).transform("quantile", LOW),
        above.groupby(method).transform("quantile", HIGH),
    )


def scaled(deviation: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Deviations as shares of ``high`` where positive and of the size of ``low`` where negative, -1..1.

    >>> scaled(np.array([-4.0, -1.0, 3.0]), np.array(-2.0), np.array(6.0)).tolist()
    [-1.0, -0.5, 0.5]
    """
    end = np.where(deviation > 0, high, -low)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(deviation == 0, 0.0, deviation / end)
    return np.clip(share, -1.0, 1.0)
