"""Figure 37.2, left: deviation of the modelled from the measured stock of each profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.places import Places, joined
from proda_core.comparison.run_tables import HELD_OUT, STOCK, long, stocks, with_units
from proda_core.records.checks import one_of
from proda_core.vocabulary.depth_intervals import INTERVALS

if TYPE_CHECKING:
    from proda_core.runs import Run

LOW, HIGH = 0.05, 0.95


def profile_deviation(
    run: Run, study: Places, interval: str = "0-100", *, part: str = HELD_OUT
) -> pd.DataFrame:
    """One row per site and method: modelled minus observed stock, also scaled to -1..1.

    As in the chapter, overestimates are divided by the 95 % quantile of the method's overestimates and
    underestimates by the size of the 5 % quantile of its underestimates, and both are limited to 1. The
    quantiles are returned as ``low`` and ``high``, because scaled maps of two methods cannot be compared in
    size; NaN where a method has no deviation of that sign.
    """
    one_of(interval, INTERVALS, "interval")
    frame = stocks(run, part)
    frame = long(frame[frame["interval"] == interval]).dropna(subset=["modelled"])
    frame["deviation"] = frame["modelled"] - frame["observed"]
    frame["low"], frame["high"] = own_quantiles(frame["deviation"], frame["method"])
    frame["scaled"] = scaled(*(frame[name].to_numpy() for name in ("deviation", "low", "high")))
    frame = joined(frame, study).assign(part=part)
    columns = ["site", "lon", "lat", "part", "method", "interval", "observed", "modelled", "deviation"]
    units = dict.fromkeys(["observed", "modelled", "deviation", "low", "high"], STOCK)
    units |= {"lon": "degrees_east", "lat": "degrees_north", "scaled": "1"}
    return with_units(frame[[*columns, "scaled", "low", "high"]], **units)


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
