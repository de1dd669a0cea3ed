"""Checks of every record; a failed check raises one sentence that names what was expected and found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr


class InputError(ValueError):
    """Bad input from a user: one sentence with what was expected, what was found, and where."""


LARGEST_SEED = 2**32 - 1  # of scikit-learn's random_state, the narrowest of the generators used


def expect(condition: bool, message: str) -> None:
    """Raise :class:`InputError` with ``message`` unless ``condition`` holds."""
    if not condition:
        raise InputError(message)


def expect_columns(found: Iterable[str], wanted: Iterable[str], where: str) -> None:
    """Raise :class:`InputError` unless every wanted name is among those found.

    >>> expect_columns(["a"], ["a", "b"], "table.csv")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: table.csv: expected columns a, b; found a (missing b)
    """
    found, wanted = list(found), list(wanted)
    missing = [name for name in wanted if name not in found]
    expect(
        not missing,
        f"{where}: expected columns {', '.join(wanted)}; found {', '.join(found) or 'none'}"
        f" (missing {', '.join(missing)})",
    )


def one_of(value: str, choices: Iterable[str], what: str) -> str:
    """Return ``value`` if it is one of ``choices``.

    >>> one_of("open", ["closed", "authors"], "bedrock")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: bedrock: expected one of closed, authors; found 'open'
    """
    choices = list(choices)
    expect(value in choices, f"{what}: expected one of {', '.join(map(str, choices))}; found {value!r}")
    return value


def seed_of(value: object) -> int:
    """Return ``value`` if it is a seed that every random generator used here takes.

    >>> seed_of(2**32)
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: seed: expected a whole number from 0 to 4294967295; found 4294967296
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    shown = str(value)[:40]
    expect(
        whole and 0 <= value <= LARGEST_SEED,
        f"seed: expected a whole number from 0 to {LARGEST_SEED}; found {shown}",
    )
    return int(value)


@dataclass(frozen=True)
class Variable:
    """What one variable of a record has to be: dimensions, unit, range, kind of number.

    ``kind`` is "float", "int" (integers or booleans) or "text". ``missing`` allows NaN.
    """

    name: str
    dims: tuple[str, ...]
    units: str | None = None
    low: float = -np.inf
    high: float = np.inf
    kind: str = "float"
    long_name: str = ""
    missing: bool = False
    optional: bool = False


_KINDS = {"float": "fiu", "int": "iub", "text": "UOT"}


def checked(ds: xr.Dataset, variables: Sequence[Variable], record: str) -> xr.Dataset:
    """Return a shallow copy of the data set with the units and names that the record fixes.

    Raises :class:`InputError` on the first variable that is not as described.
    """
    expect_dataset(ds, record)
    ds = ds.copy(deep=False)
    for variable in variables:
        if variable.name in ds.variables:
            _check_variable(ds, variable, record)
            _describe(ds[variable.name], variable)
        else:
            known = ", ".join(map(str, ds.variables)) or "no variables"
            expect(variable.optional, f"{record}: expected variable '{variable.name}', found {known}")
    return ds


def expect_dataset(ds: object, record: str) -> None:
    """Raise :class:`InputError` unless ``ds`` is an xarray.Dataset."""
    expect(isinstance(ds, xr.Dataset), f"{record}: expected an xarray.Dataset, found {type(ds).__name__}")


def _check_variable(ds: xr.Dataset, wanted: Variable, record: str) -> None:
    array, where = ds[wanted.name], f"{record}: {wanted.name}"
    expect(array.dims == wanted.dims, f"{where}: expected dimensions {wanted.dims}, found {array.dims}")
    kind = array.dtype.kind
    expect(kind in _KINDS[wanted.kind], f"{where}: expected {wanted.kind} values, found dtype {array.dtype}")
    unit = array.attrs.get("units", wanted.units)
    expect(
        wanted.units is None or unit == wanted.units,
        f"{where}: expected unit '{wanted.units}', found '{unit}'",
    )
    if wanted.kind != "text":
        _check_range(array, wanted, where)


def _check_range(array: xr.DataArray, wanted: Variable, where: str) -> None:
    values = array.values
    bad = (values < wanted.low) | (values > wanted.high)
    if values.dtype.kind == "f":
        bad |= np.isinf(values)
        if not wanted.missing:
            bad |= np.isnan(values)
    if bad.any():
        first = np.unravel_index(int(np.argmax(bad)), values.shape)
        raise InputError(
            f"{where}: expected {_range_text(wanted)}, found {values[first]} at {place(array, first)}"
            + (f" and {int(bad.sum()) - 1} more" if bad.sum() > 1 else "")
        )


def _range_text(wanted: Variable) -> str:
    unit = f" {wanted.units}" if wanted.units and wanted.units != "1" else ""
    if np.isfinite(wanted.low) and np.isfinite(wanted.high):
        return f"{wanted.low:g} to {wanted.high:g}{unit}"
    if np.isfinite(wanted.low):
        return f"at least {wanted.low:g}{unit}"
    if np.isfinite(wanted.high):
        return f"at most {wanted.high:g}{unit}"
    return "finite numbers"


def place(array: xr.DataArray, index: Sequence[int]) -> str:
    """Name an element by the labels of its dimensions, as in "site 12, layer 3"."""
    names = []
    for dim, i in zip(array.dims, index, strict=True):
        label = array.coords[dim].values[i] if dim in array.coords else i
        names.append(f"{dim} {label}")
    return ", ".join(names) or "the only value"


def _describe(array: xr.DataArray, wanted: Variable) -> None:
    if wanted.units is not None:
        array.attrs.setdefault("units", wanted.units)
    if wanted.long_name:
        array.attrs.setdefault("long_name", wanted.long_name)


def expect_unique(array: xr.DataArray, record: str) -> None:
    """Raise :class:`InputError` unless the labels of a dimension are unique."""
    values, counts = np.unique(array.values, return_counts=True)
    twice = values[counts > 1]
    expect(
        twice.size == 0,
        f"{record}: expected every {array.name} once, found {array.name} {twice[:1]} more than once",
    )


def positions(labels: np.ndarray, wanted: Iterable[int], record: str) -> np.ndarray:
    """Return positions of the wanted labels, in the order asked for.

    >>> positions(np.array([10, 20, 30]), [30, 10], "Profiles")
    array([2, 0])
    """
    wanted = np.atleast_1d(wanted)
    found = pd.Index(labels).get_indexer(wanted)
    if (found < 0).any():
        span = f"{labels.min()} to {labels.max()}" if len(labels) else "none"
        first = wanted[found < 0][0]
        raise InputError(f"{record}: expected sites of this data set ({span}), found site {first}")
    return found
