"""Completion and checks of given parameters: the table that the kernel reads."""

from __future__ import annotations

import difflib

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, NAMES, PARAMETERS

# What physics allows (the priors are narrower): (lower, lower included, upper, upper included)
_FRACTION = (0.0, True, 1.0, True)
_POSITIVE = (0.0, False, np.inf, False)
_LIMITS = {p.name: _FRACTION if p.group == "transfer" else _POSITIVE for p in PARAMETERS} | {
    "diffus": (0.0, True, np.inf, False),
    "cryo": (0.0, True, np.inf, False),
    "beta": (0.0, False, 1.0, False),
    "maxpsi": (-np.inf, False, 0.0, False),
}
# What leaves a pool for others can not be more than all of it.
_SUMS = (("fs1s2", "fs1s3"), ("fs2s1", "fs2s3"))


def complete(parameters: xr.DataArray | pd.DataFrame | np.ndarray | None, sites: np.ndarray) -> np.ndarray:
    """Return all parameters at all sites, shape (site, parameter), physical units, the vocabulary's order.

    See :func:`proda_core.soil_model.steady_state.simulate` for what may be given. NaN parameters
    stay NaN and give NaN carbon.

    >>> complete(None, np.array([3, 7])).shape
    (2, 22)
    """
    names, values = _named(parameters, sites)
    unknown = [n for n in names if n not in INDEX]
    if unknown:
        close = difflib.get_close_matches(unknown[0], NAMES, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise InputError(f"parameters: expected names among {', '.join(NAMES)}; found {unknown[0]!r}{hint}")
    table = np.tile(DEFAULTS, (len(sites), 1))
    table[:, [INDEX[n] for n in names]] = values
    check_possible(table, sites)
    return table


def check_possible(table: np.ndarray, sites: np.ndarray) -> None:
    """Raise InputError at the first value (site, parameter) that physics does not allow."""
    for name, (low, low_in, high, high_in) in _LIMITS.items():
        value = table[:, INDEX[name]]
        bad = (value < low) | (value > high) | np.isinf(value)
        bad |= ((value == low) & (not low_in)) | ((value == high) & (not high_in))
        if bad.any():
            interval = f"{'[' if low_in else '('}{low:g}, {high:g}{']' if high_in else ')'}"
            where, found = sites[np.argmax(bad)], value[np.argmax(bad)]
            unit = PARAMETERS[INDEX[name]].unit
            raise InputError(f"parameter {name} at site {where}: expected {interval} {unit}, found {found:g}")
    for first, second in _SUMS:
        total = table[:, INDEX[first]] + table[:, INDEX[second]]
        if (total > 1.0).any():
            where, found = sites[np.argmax(total > 1.0)], total[np.argmax(total > 1.0)]
            raise InputError(
                f"parameters {first} + {second} at site {where}: expected at most 1, found {found:g}"
            )


def _named(parameters, sites: np.ndarray) -> tuple[list[str], np.ndarray]:
    if parameters is None:
        return list(NAMES), DEFAULTS
    if isinstance(parameters, xr.DataArray):
        return _from_data_array(parameters, sites)
    if isinstance(parameters, pd.DataFrame):
        return _from_frame(parameters, sites)
    values = np.asarray(parameters, dtype=float)
    if values.shape not in ((len(NAMES),), (len(sites), len(NAMES))):
        wanted = f"({len(NAMES)},) or ({len(sites)}, {len(NAMES)})"
        raise InputError(f"parameters: expected shape {wanted}, found {values.shape}")
    return list(NAMES), values


def _from_data_array(parameters: xr.DataArray, sites: np.ndarray) -> tuple[list[str], np.ndarray]:
    if "parameter" not in parameters.coords:
        raise InputError(f"parameters: expected a 'parameter' coordinate, found {list(parameters.coords)}")
    if "site" not in parameters.dims:
        return [str(n) for n in parameters["parameter"].values], parameters.values
    frame = parameters.transpose("site", "parameter").to_pandas()
    return _from_frame(frame, sites)


def _from_frame(frame: pd.DataFrame, sites: np.ndarray) -> tuple[list[str], np.ndarray]:
    if "site" in frame.columns:
        frame = frame.set_index("site")
    missing = np.setdiff1d(sites, frame.index)
    if missing.size:
        raise InputError(
            f"parameters: expected a row for site {missing[0]}, found none ({missing.size} missing)"
        )
    if frame.index.has_duplicates:
        twice = frame.index[frame.index.duplicated()][0]
        raise InputError(f"parameters: expected one row per site, found site {twice} twice")
    return [str(c) for c in frame.columns], frame.loc[sites].to_numpy(dtype=float)
