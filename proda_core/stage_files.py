"""The result of a stage on disk: written whole or not at all, read back as what it was."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records import store
from proda_core.records.checks import InputError, expect, expect_columns
from proda_core.stages import STAGES, Kind

_SCORES = ("r2", "nse", "rmse", "bias", "n")
_NUMBERS: dict[str, tuple[str, ...]] = {  # columns of every table that hold numbers
    "pairs": ("site", "depth", "observed"),
    "stocks": ("site", "observed"),
    "scores": _SCORES,
    "scores_by_interval": _SCORES,
    "component_control": _SCORES,
}
_TEXTS: dict[str, tuple[str, ...]] = {
    "stocks": ("interval",),
    "scores": ("part", "method"),
    "scores_by_interval": ("part", "interval", "method"),
    "component_control": ("product", "group"),
}
_VARIABLES: dict[str, tuple[str, ...]] = {
    "split": ("split", "profile"),
    "process_map": ("product", "cell", "lon", "lat"),
    "site_carbon": ("site",),
}
_RECORDS: dict[str, str] = {
    "posterior": "Posterior",
    "batch": "Posterior",
    "parameter_map": "ParameterMap",
    "carbon_map": "CarbonMap",
}


def write(result: Any, path: Path, kind: Kind) -> None:
    """Write the result of a stage under a temporary name and rename it when it is complete."""
    if kind == "record":
        store.save(result, path)
        return
    with store.atomic_write(path) as temporary:
        if kind == "network":
            result.save(temporary)
        elif kind == "table":
            result.to_csv(temporary, index=False)
        else:
            result.to_netcdf(temporary, engine="h5netcdf")


def read(path: Path, stage: str) -> Any:
    """Read the result of a stage: a record, an ensemble of networks, a Dataset or a table.

    Raises InputError in one sentence whatever is there.
    """
    with _one_sentence(path, stage):
        _expect_kind_of_file(path, is_folder=STAGES[stage].kind == "network")
        return _READERS[STAGES[stage].kind](path, stage)


@contextmanager
def open_dataset(path: Path, stage: str) -> Iterator[xr.Dataset]:
    """Open the file of a record or a Dataset, to read some of its variables.

    Raises InputError in one sentence whatever is there, also while it is read.
    """
    with _one_sentence(path, stage):
        _expect_kind_of_file(path, is_folder=False)
        with xr.open_dataset(path, engine="h5netcdf") as ds:
            _expect_record(str(ds.attrs.get("record", "none")), path, stage)
            yield ds


@contextmanager
def _one_sentence(path: Path, stage: str) -> Iterator[None]:
    """Re-raise any error of a reader as an InputError."""
    try:
        yield
    except (InputError, MemoryError):
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise InputError(f"{path}: expected {STAGES[stage].result}, found a damaged file ({what})") from error


def _expect_kind_of_file(path: Path, *, is_folder: bool) -> None:
    """Refuse pipes and devices, which a reader would wait for."""
    files = path.rglob("*") if path.is_dir() else [path]
    kinds = [each.stat().st_mode for each in files]
    expect(
        path.is_dir() == is_folder, f"{path}: expected a {'folder' if is_folder else 'file'}, found another"
    )
    expect(
        all(stat.S_ISREG(mode) or stat.S_ISDIR(mode) for mode in kinds),
        f"{path}: expected regular files, found a pipe or a device",
    )


def _read_network(path: Path, stage: str) -> Any:
    from proda_core.network.ensemble import load  # torch is slow to import

    return load(path)


def _read_table(path: Path, stage: str) -> pd.DataFrame:
    found = pd.read_csv(path)
    if found.empty:  # nothing was measured over a whole interval, for instance
        return found
    numbers = _NUMBERS[stage]
    expect_columns(found.columns, (*_TEXTS.get(stage, ()), *numbers), str(path))
    wrong = [name for name in numbers if found[name].dtype.kind not in "iuf"]
    expect(not wrong, f"{path}: expected numbers in column {', '.join(wrong)}, found text")
    return found


def _read_record(path: Path, stage: str) -> Any:
    found = store.load(path)
    _expect_record(type(found).__name__, path, stage)
    return found


def _expect_record(kind: str, path: Path, stage: str) -> None:
    wanted = _RECORDS.get(stage, kind)
    expect(kind == wanted, f"{path}: expected a record {wanted}, found {kind}")


def _read_dataset(path: Path, stage: str) -> xr.Dataset:
    with xr.open_dataset(path, engine="h5netcdf") as ds:
        found = _plain_text(ds.load())
    missing = [name for name in _VARIABLES[stage] if name not in found.variables]
    expect(not missing, f"{path}: expected {STAGES[stage].result}, found no {', '.join(missing)}")
    return found


_READERS = {
    "network": _read_network,
    "table": _read_table,
    "record": _read_record,
    "dataset": _read_dataset,
}


def _plain_text(ds: xr.Dataset) -> xr.Dataset:
    """Convert text variables to fixed length, whatever kind of strings the reader returned."""
    for name, variable in ds.variables.items():
        if variable.dtype.kind in "OT":
            ds[name] = (variable.dims, np.array([str(text) for text in variable.values]), variable.attrs)
    return ds
