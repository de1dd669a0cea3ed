"""The result of a stage on disk: written whole or not at all, read back as what it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records import store
from proda_core.stages import Kind


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


def read(path: Path, kind: Kind) -> Any:
    """Read a record, an ensemble of networks, a Dataset or a table."""
    if kind == "network":
        from proda_core.network.ensemble import load as load_network  # torch is slow to import

        return load_network(path)
    if kind == "table":
        return pd.read_csv(path)
    if kind == "record":
        return store.load(path)
    with xr.open_dataset(path, engine="h5netcdf") as ds:
        return _plain_text(ds.load())


def _plain_text(ds: xr.Dataset) -> xr.Dataset:
    """Convert text variables to fixed length, whatever kind of strings the reader returned."""
    for name, variable in ds.variables.items():
        if variable.dtype.kind in "OT":
            ds[name] = (variable.dims, np.array([str(text) for text in variable.values]), variable.attrs)
    return ds
