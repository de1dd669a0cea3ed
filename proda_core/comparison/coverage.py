"""Coverage: how often predicted intervals contain the measurements, on held-out profiles.

Intervals of densities at sites are those of the true carbon of one profile, predicted by the network and
the posteriors of other sites; and the same widened by the error of measurement, the scatter of observations
about the posterior of their own profile at sites that are not held out. For comparison, the posterior of the
profile itself, which was fitted to it and so tests whether the assumed errors suffice. Intervals of stocks
are from the two standard deviations of the map, in the cell that contains the profile.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr
from scipy import stats

from proda_core.comparison.cells import cell_of
from proda_core.comparison.places import Places, joined
from proda_core.comparison.run_tables import (
    ALL,
    HELD_OUT,
    extrapolation_note,
    held_out,
    pairs,
    stocks,
    with_units,
)
from proda_core.records.checks import InputError
from proda_core.soil_model.observation import GRAMS_PER_KILOGRAM, interpolation_weights
from proda_core.vocabulary.depth_intervals import MAIN_INTERVALS
from proda_core.vocabulary.soil_layers import GRIDS

if TYPE_CHECKING:
    from proda_core.runs import Run

LEVELS = (0.5, 0.8, 0.9, 0.95)
QUANTILES, QUANTILE_LEVEL = ("carbon_q05", "carbon_q95"), 0.9
SITE_LEVEL = "site_level"
LEAST_OBSERVATIONS = 30  # of a scale of errors of measurement
SPREADS = {
    "network": ("stock_sd_network",),
    "network and site": ("stock_sd_network", "stock_sd_site"),
}
COLUMNS = ["product", "quantity", "spread", "level", "covered", "n", "width"]


def coverage(
    run: Run, study: Places, *, part: str = HELD_OUT, levels: Iterable[float] = LEVELS
) -> pd.DataFrame:
    """One row per product, quantity, spread and nominal level: the share of measurements inside, n, width.

    ``width`` is the median width of the interval over the measured value. Stocks are assumed
    log-normal with the mean and standard deviation of the map, so that no interval is negative.
    """
    parts = _of_densities(run, part) if "pairs" in run.finished else []
    if "carbon_map" in run.finished and "stocks" in run.finished:
        parts += _of_map(run, study, part, tuple(levels))
    if not parts:
        raise InputError(
            f"run {run.id}: expected posteriors of sites, or maps with standard deviations, to take"
            " intervals from; found neither"
        )
    found = with_units(pd.DataFrame(parts, columns=COLUMNS), covered="1", level="1", width="1")
    found.attrs["note"] = extrapolation_note(stocks(run, part)) if "stocks" in run.finished else ""
    return found


def lognormal_interval(mean: np.ndarray, sd: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the central interval of a log-normal quantity with this mean and standard deviation.

    >>> [round(float(v), 2) for v in lognormal_interval(np.array(10.0), np.array(1.0), 0.9)]
    [8.44, 11.72]
    """
    mean = np.where(mean > 0, mean, np.nan)  # no interval around zero
    variance = np.log1p((sd / mean) ** 2)
    middle = np.log(mean) - 0.5 * variance
    reach = stats.norm.ppf(0.5 + level / 2) * np.sqrt(variance)
    return np.exp(middle - reach), np.exp(middle + reach)


def _of_densities(run: Run, part: str) -> list[dict]:
    """Densities within the 5 % and 95 % quantiles at their site, of every product that has them."""
    ends = _quantiles(run)
    frame = pairs(run, part)
    frame = frame[frame["site"].isin(ends["site"].values)]
    if frame.empty:
        return []
    grid = next(grid for grid in GRIDS.values() if grid.size == ends.sizes["layer"])
    weights = interpolation_weights(frame["depth"].to_numpy(), grid)
    row = pd.Index(ends["site"].values).get_indexer(frame["site"])
    rows, scale = [], measurement_scale(run)
    for product in ends["product"].values:
        low, high = (
            (weights * ends[name].sel(product=product).transpose("site", "layer").values[row]).sum(axis=1)
            / GRAMS_PER_KILOGRAM
            for name in QUANTILES
        )
        if np.isfinite(low).any():
            spread = "posterior" if product == SITE_LEVEL else "network and site"
            about = {"product": str(product), "quantity": "density", "spread": spread}
            rows.append(about | _row(frame["observed"].to_numpy(), low, high))
            if np.isfinite(scale):
                about["spread"] = f"{spread} and measurement"
                rows.append(about | _row(frame["observed"].to_numpy(), *widened(low, high, scale)))
    return rows


def measurement_scale(run: Run) -> float:
    """Standard deviation of the logarithm of a measured density about the posterior of its own profile.

    Of sites that are not held out, from the median of absolute deviations; NaN with fewer than
    LEAST_OBSERVATIONS of them.
    """
    frame = pairs(run, ALL)
    frame = frame[~frame["site"].isin(held_out(run))]
    if SITE_LEVEL not in frame:
        return np.nan
    known = frame[(frame["observed"] > 0) & (frame[SITE_LEVEL] > 0)]
    if len(known) < LEAST_OBSERVATIONS:
        return np.nan
    return float(stats.median_abs_deviation(np.log(known["observed"] / known[SITE_LEVEL]), scale="normal"))


def widened(
    low: np.ndarray, high: np.ndarray, scale: float, level: float = QUANTILE_LEVEL
) -> tuple[np.ndarray, np.ndarray]:
    """Ends of an interval of a positive quantity after an independent log-normal error.

    Half widths of the logarithm are added in squares, which is exact where both are normal. An end at zero,
    as below bedrock, stays.

    >>> [round(float(v), 3) for v in widened(np.array(1.0), np.array(4.0), 0.0)]
    [1.0, 4.0]
    """
    low, high = np.asarray(low, float), np.asarray(high, float)
    positive = low > 0
    bottom, top = np.log(np.where(positive, low, 1.0)), np.log(np.where(positive, high, 1.0))
    middle, wider = (
        0.5 * (bottom + top),
        np.hypot(0.5 * (top - bottom), stats.norm.ppf(0.5 + level / 2) * scale),
    )
    return np.where(positive, np.exp(middle - wider), low), np.where(positive, np.exp(middle + wider), high)


def _quantiles(run: Run) -> xr.Dataset:
    """Quantiles (product, site, layer) of the stage site_carbon, or of the posteriors alone."""
    if "site_carbon" in run.finished:
        found = run["site_carbon"]
        if set(QUANTILES) <= set(found):
            return found[list(QUANTILES)]
    if "posterior" in run.finished:
        with run.open("posterior") as ds:
            if set(QUANTILES) <= set(ds):
                return ds[list(QUANTILES)].load().expand_dims(product=[SITE_LEVEL])
    return xr.Dataset(coords={"product": [], "site": [], "layer": []})


def _of_map(run: Run, study: Places, part: str, levels: tuple[float, ...]) -> list[dict]:
    """Stocks within the intervals of the cell that contains the profile."""
    ds = run["carbon_map"].ds
    spreads = {name: parts for name, parts in SPREADS.items() if all(p in ds for p in parts)}
    frame = joined(stocks(run, part), study)
    cell = cell_of(frame["lon"], frame["lat"], ds["lon"].values, ds["lat"].values)
    rows = []
    for interval in (name for name in MAIN_INTERVALS if spreads):
        here = ((frame["interval"] == interval) & (cell >= 0)).to_numpy()
        for product in ds["product"].values:
            at = ds.sel(product=product, interval=interval).isel(cell=cell[here])
            for spread, names in spreads.items():
                sd = np.sqrt(sum(at[name].values ** 2 for name in names))
                if not np.isfinite(sd).any() or not (sd > 0).any():
                    continue
                about = {"product": str(product), "quantity": f"stock {interval} cm", "spread": spread}
                for level in levels:
                    ends = lognormal_interval(at["stock"].values, sd, level)
                    rows.append(about | _row(frame.loc[here, "observed"].to_numpy(), *ends, level))
    return rows


def _row(observed: np.ndarray, low: np.ndarray, high: np.ndarray, level: float = QUANTILE_LEVEL) -> dict:
    known = np.isfinite(low) & np.isfinite(high) & np.isfinite(observed)
    inside = (observed >= low) & (observed <= high)
    width = np.median((high - low)[known] / observed[known]) if known.any() else np.nan
    covered = float(inside[known].mean()) if known.any() else np.nan
    return {"level": level, "covered": covered, "n": int(known.sum()), "width": float(width)}
