"""Save and load records: NetCDF (``.nc``) or Zarr (``.zarr``), atomically and without pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records.atomic_write import StoreError, atomic_write
from proda_core.records.checks import InputError, expect
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.posterior import Posterior
from proda_core.records.products import Product
from proda_core.records.profiles import Profiles
from proda_core.records.provenance import file_hash, provenance
from proda_core.records.study import Study

__all__ = ["StoreError", "file_hash", "load", "provenance", "atomic_write", "save"]

_RECORDS = (Profiles, Forcing, Covariates, Posterior, ParameterMap, CarbonMap, Product)
RECORDS = {record.__name__: record for record in _RECORDS}
_STUDY_PARTS = {
    "profiles": Profiles,
    "forcing": Forcing,
    "covariates": Covariates,
    "cells_forcing": Forcing,
    "cells_covariates": Covariates,
}
_ORDER = "variable_order"
ENGINES = {".nc": "h5netcdf", ".zarr": "zarr"}


def save(record: Any, path: str | Path, provenance: Mapping[str, str] | None = None) -> Path:
    """Write a record or a study to ``path`` (.nc or .zarr), with the attributes of ``provenance``."""
    path = Path(path)
    engine, tree = _engine(path), _to_tree(record, dict(provenance or {}))
    with atomic_write(path) as temporary:
        if engine == "zarr":
            tree.to_zarr(temporary, mode="w", zarr_format=2, consolidated=True)
        else:
            tree.to_netcdf(temporary, mode="w", engine=engine)
    return path


def load(path: str | Path) -> Any:
    """Load a record or a study that :func:`save` wrote into memory, and check it."""
    path = Path(path)
    engine = _engine(path)
    expect(path.exists(), f"{path}: expected a saved record, found no such file")
    try:
        with xr.open_datatree(path, engine=engine) as tree:
            tree = tree.load()
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{path}: expected a saved record, found an unreadable or truncated file ({error})"
        ) from error
    return _from_tree(tree, path)


def _engine(path: Path) -> str:
    expect(path.suffix in ENGINES, f"{path}: expected a name ending in .nc or .zarr, found '{path.suffix}'")
    return ENGINES[path.suffix]


def _to_tree(record: Any, extra: dict[str, str]) -> xr.DataTree:
    kind = type(record).__name__
    attrs = {"Conventions": "CF-1.11", "record": kind} | extra
    if isinstance(record, Study):
        return _study_tree(record, attrs)
    expect(kind in RECORDS, f"save: expected one of {', '.join([*RECORDS, 'Study'])}, found {kind}")
    return xr.DataTree(_ordered(record.ds.assign_attrs(attrs)))


def _study_tree(study: Study, attrs: dict) -> xr.DataTree:
    attrs = attrs | {
        "name": study.name,
        "title": study.title,
        "synthetic": int(study.synthetic),
        "provenance": json.dumps(study.provenance, sort_keys=True),
    }
    nodes = {name: _ordered(getattr(study, name).ds) for name in _STUDY_PARTS}
    columns = {name: ("note", _column(study.quality[name])) for name in study.quality.columns}
    nodes["quality"] = _ordered(xr.Dataset(columns))
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs=attrs), **nodes})


def _column(series: pd.Series) -> np.ndarray:
    values = series.to_numpy()
    return values if values.dtype.kind in "fiub" else values.astype(str)


def _plain(ds: xr.Dataset) -> xr.Dataset:
    """Return the data set without earlier encodings, with text of fixed length and flags as in CF."""
    ds = ds.drop_encoding()
    for name, variable in ds.variables.items():
        if variable.dtype.kind in "OT":
            ds[name] = variable.astype(str)
        if "flag_values" in variable.attrs:
            ds[name].attrs["flag_values"] = np.array(variable.attrs["flag_values"], variable.dtype)
    return ds


def _ordered(ds: xr.Dataset) -> xr.Dataset:
    """Return the data set with the order of its variables as an attribute, as Zarr sorts by name."""
    return _plain(ds).assign_attrs({_ORDER: " ".join(map(str, ds.data_vars))})


def _restored(ds: xr.Dataset) -> xr.Dataset:
    """Return the variables in the order that :func:`_ordered` noted."""
    order = str(ds.attrs.pop(_ORDER, "")).split() or list(ds.data_vars)
    return _plain(ds[order])


def _from_tree(tree: xr.DataTree, path: Path) -> Any:
    kind = str(tree.attrs.get("record", ""))
    if kind == "Study":
        return _study(tree, path)
    known = ", ".join([*RECORDS, "Study"])
    expect(
        kind in RECORDS, f"{path}: expected a record ({known}), found {kind or 'a file without that mark'}"
    )
    return RECORDS[kind](_restored(tree.to_dataset()))


def _study(tree: xr.DataTree, path: Path) -> Study:
    missing = [name for name in (*_STUDY_PARTS, "quality") if name not in tree.children]
    expect(not missing, f"{path}: expected the parts of a study, found no {', '.join(missing)}")
    parts = {name: record(_restored(tree[name].to_dataset())) for name, record in _STUDY_PARTS.items()}
    quality = _restored(tree["quality"].to_dataset())
    return Study(
        name=str(tree.attrs["name"]),
        title=str(tree.attrs["title"]),
        synthetic=bool(tree.attrs["synthetic"]),
        quality=pd.DataFrame({str(name): quality[name].values for name in quality.data_vars}),
        provenance=json.loads(tree.attrs["provenance"]),
        **parts,
    )
