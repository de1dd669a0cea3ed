"""Calendar month of every mean in CESM/CLM history files: by time bounds, or by the stamps of all files.

CESM stamps a monthly mean with the end of its month, other programs with its start or its middle. Bounds
decide where a file has them. Stamps on the first instant of a month are ambiguous: a series of whole years is
stamped at starts where its first stamp is in January, and at ends where that is in February.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import cftime
import numpy as np
import xarray as xr

from proda_core.records.checks import InputError, expect, one_of
from proda_core.vocabulary.constants import MONTHS

STAMPS = ("auto", "start", "end")
_BOUNDS = ("time_bounds", "time_bnds")
_MONTHS_SINCE = re.compile(r"months?\s+since\s+(\d{1,4})-(\d{1,2})", re.IGNORECASE)


@dataclass(frozen=True)
class Times:
    """Times of a file: ``stamp`` as a month counted from year 0 (time,), a fraction inside the month.

    middle : the same of the middle of the bounds (time,), None where the file has no bounds
    """

    stamp: np.ndarray
    middle: np.ndarray | None

    def month(self, edge: str) -> np.ndarray:
        """Return calendar months 1..12 (time,); ``edge`` says what a stamp on a month's first instant is."""
        position = self.stamp if self.middle is None else self.middle
        count = np.floor(np.round(position, 6))
        if self.middle is None and edge == "end":
            count = np.where(self.on_edge, count - 1, count)
        return (count.astype(int)) % MONTHS + 1

    @property
    def on_edge(self) -> np.ndarray:
        """Whether a stamp is the first instant of a month (time,)."""
        return np.abs(self.stamp - np.round(self.stamp)) < 1e-6


def times_of(ds: xr.Dataset, path: Path) -> Times | None:
    """Return the times of a file opened without decoding; None where it has no time."""
    if "time" not in ds.dims:
        return None
    expect("time" in ds.variables, f"{path}: expected a coordinate 'time', found none")
    attrs, name = ds["time"].attrs, ds["time"].attrs.get("bounds")
    bounds = next((n for n in (name, *_BOUNDS) if n in ds.variables), None)
    stamp = _counted(ds["time"].values, attrs, path)
    if bounds is None:
        return Times(stamp, None)
    given = {**attrs, **{k: v for k, v in ds[bounds].attrs.items() if k in ("units", "calendar")}}
    edges = _counted(ds[bounds].values, given, path)
    right = edges.ndim == 2 and edges.shape[1] == 2 and bool((edges[:, 1] > edges[:, 0]).all())
    expect(right, f"{path}: {bounds}: expected a start and a later end of each mean, found other bounds")
    return Times(stamp, edges.mean(axis=1))


def stamp_edge(times: list[Times], asked: str, place: str) -> str:
    """Return whether stamps on a month's first instant are ``start`` or ``end``; ``asked`` if that is one.

    Raises InputError where the stamps decide neither.
    """
    one_of(asked, STAMPS, "cesm: stamps")
    unbound = [t for t in times if t.middle is None]
    stamps = np.sort(np.concatenate([t.stamp for t in unbound])) if unbound else np.array([])
    if asked != "auto" or not any(t.on_edge.any() for t in unbound):
        return "end" if asked == "auto" else asked
    first, last = (int(round(m)) % MONTHS + 1 for m in (stamps[0], stamps[-1]))
    if (first, last) in ((1, MONTHS), (2, 1)):
        return "start" if first == 1 else "end"
    raise InputError(
        f"{place}: expected time bounds, or whole years of stamps from January or February, found stamps at"
        f" the first of month {first} to month {last} without bounds; give stamps='start' or 'end'"
    )


def _counted(values: np.ndarray, attrs: dict, path: Path) -> np.ndarray:
    """Months since year 0, with the fraction of the month that has passed."""
    units, calendar = str(attrs.get("units", "")), str(attrs.get("calendar", "standard"))
    months = _MONTHS_SINCE.match(units.strip())
    if months:
        return int(months[1]) * MONTHS + int(months[2]) - 1 + np.asarray(values, float)
    try:
        dates = cftime.num2date(np.asarray(values, float), units, calendar, only_use_cftime_datetimes=True)
    except (ValueError, TypeError, OverflowError) as error:
        raise InputError(
            f"{path}: time: expected units such as 'days since 2001-01-01' and a calendar, found {units!r}"
            f" and {calendar!r} ({error})"
        ) from error
    return np.vectorize(_position, otypes=[float])(dates)


def _position(date: cftime.datetime) -> float:
    start = date.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    passed = (date - start).total_seconds() / 86400.0
    return date.year * MONTHS + date.month - 1 + passed / date.daysinmonth
