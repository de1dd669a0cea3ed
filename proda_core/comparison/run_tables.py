"""Tables of a run used by comparisons: read once, with the part of the split of every site."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.labels import OBSERVED, order
from proda_core.records.checks import one_of
from proda_core.vocabulary.depth_intervals import INTERVALS
from proda_core.vocabulary.depth_intervals import label as interval_label

if TYPE_CHECKING:
    from proda_core.runs import Run

HELD_OUT, ALL = "held out", "all"
PARTS = (HELD_OUT, ALL)
DENSITY, STOCK = "kgC m-3", "kgC m-2"
_KEYS = ("site", "depth", "interval", OBSERVED, "extrapolated")


def pairs(run: Run, part: str = HELD_OUT) -> pd.DataFrame:
    """Pairs of densities: site, depth [m], observed and one column per method [kgC m-3]."""
    return _part(run, _table(run, "pairs"), part)


def stocks(run: Run, part: str = HELD_OUT) -> pd.DataFrame:
    """Pairs of stocks: site, interval, observed and one column per method [kgC m-2].

    ``extrapolated`` is the share of the interval's thickness without a horizon, in runs that have it.
    """
    return _part(run, _table(run, "stocks"), part)


def extrapolation_note(frame: pd.DataFrame) -> str:
    """Say which share of the measured stocks' thickness has no horizon; empty for a run that does not know.

    frame : of :func:`stocks`
    """
    if "extrapolated" not in frame or frame.empty:
        return ""
    mean = 100 * frame.groupby("interval")["extrapolated"].mean()
    parts = [f"{mean[name]:.1f} % of {interval_label(name)}" for name in INTERVALS if name in mean]
    return f"Of the thickness of measured stocks no horizon covers, and is extrapolated: {', '.join(parts)}."


def methods(frame: pd.DataFrame) -> list[str]:
    """Columns of methods, in the order of every figure."""
    return order(name for name in frame.columns if name not in _KEYS)


def long(frame: pd.DataFrame) -> pd.DataFrame:
    """One row per pair of modelled and observed: the keys, method, observed, modelled."""
    keys = [name for name in _KEYS if name in frame]
    return frame.melt(keys, methods(frame), var_name="method", value_name="modelled")


def held_out(run: Run) -> np.ndarray:
    """Held-out sites."""
    split = run["split"]
    return split["profile"].values[split["split"].values.astype(str) == "test"]


def with_units(frame: pd.DataFrame, **units: str) -> pd.DataFrame:
    """The table with the units of its columns in ``attrs["units"]``."""
    frame = frame.reset_index(drop=True)
    frame.attrs["units"] = {name: unit for name, unit in units.items() if name in frame}
    return frame


def _table(run: Run, stage: str) -> pd.DataFrame:
    path = run.intact_path(stage)
    return _read(type(run), run.directory, stage, path.stat().st_mtime_ns)


@lru_cache(maxsize=6)
def _read(kind: type[Run], directory: Path, stage: str, written: int) -> pd.DataFrame:
    return kind(directory)[stage]


def _part(run: Run, frame: pd.DataFrame, part: str) -> pd.DataFrame:
    if one_of(part, PARTS, "part of the sites") == ALL:
        return frame
    return frame[frame["site"].isin(held_out(run))]
