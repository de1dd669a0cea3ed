"""Save and load records: NetCDF (``.nc``) or Zarr (``.zarr``), written whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records.checks import InputError, expect
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.posterior import Posterior
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study

RECORDS = {cls.__name__: cls for cls in (Profiles, Forcing, Covariates, Posterior, ParameterMap, CarbonMap)}
_STUDY_PARTS = {
    "profiles": Profiles,
    "forcing": Forcing,
    "covariates": Covariates,
    "cells_forcing": Forcing,
    "cells_covariates": Covariates,
}
_PACKAGES = ("proda", "numpy", "scipy", "xarray", "numba", "torch")
SUFFIXES = (".nc", ".zarr")


class StoreError(OSError):
    """Writing failed for a reason outside the program: disk full, no permission."""


def save(record, path: str | Path, provenance: Mapping[str, str] | None = None) -> Path:
    """Write a record to ``path`` (.nc or .zarr) under a temporary name, then rename it."""
    path = Path(path)
    tree = _to_tree(record, dict(provenance or {}))
    with replacing(path) as temporary:
        if _suffix(path) == ".zarr":
            tree.to_zarr(temporary, mode="w", zarr_format=2, consolidated=True)
        else:
            tree.to_netcdf(temporary, mode="w", engine="h5netcdf")
    return path


def load(path: str | Path):
    """Read back what :func:`save` wrote, checked again at the door, entirely in memory."""
    path = Path(path)
    expect(path.exists(), f"{path}: expected a saved record, found no such file")
    engine = "zarr" if _suffix(path) == ".zarr" else "h5netcdf"
    try:
        with xr.open_datatree(path, engine=engine) as tree:
            tree = tree.load()
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise InputError(
            f"{path}: expected a saved record, found an unreadable or truncated file ({error})"
        ) from error
    return _from_tree(tree, path)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary sibling of ``path`` to write to; takes its place when all went well.

    Works for files and directories. Failure to write becomes a :class:`StoreError`.
    """
    path = Path(path)
    temporary = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _put_in_place(temporary, path)
    except OSError as error:
        raise StoreError(error.errno or errno.EIO, write_failure(error, path)) from error
    finally:
        _remove(temporary)


def write_failure(error: OSError, path: Path) -> str:
    """One sentence for a failed write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or "No space left" in str(error):
        return f"{path}: expected room to write, found no space left on the disk"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path}: expected permission to write, found it refused"
    return f"{path}: expected to be able to write, found: {error}"


def provenance(
    *, date: str, command: str = "", seed: int | None = None, inputs: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Attributes that say where a file comes from: versions, date, command, seed, input hashes.

    ``date`` is handed in (ISO 8601), so that the same call always gives the same record.
    """
    attrs = {"date_created": date, "history": f"{date} {command}".strip(), "source": _versions()}
    if seed is not None:
        attrs["seed"] = str(seed)
    if inputs:
        attrs["input_sha256"] = json.dumps(dict(inputs), sort_keys=True)
    return attrs


def file_hash(path: str | Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _versions() -> str:
    found = [f"python {sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}"]
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            found.append(f"{package} {version(package)}")
    return ", ".join(found)


def _suffix(path: Path) -> str:
    expect(path.suffix in SUFFIXES, f"{path}: expected a name ending in .nc or .zarr, found '{path.suffix}'")
    return path.suffix


def _put_in_place(temporary: Path, path: Path) -> None:
    if not path.is_dir():
        os.replace(temporary, path)
        return
    old = path.with_name(f".{path.stem}-{uuid.uuid4().hex[:8]}.old")
    os.replace(path, old)
    os.replace(temporary, path)
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _to_tree(record, extra: dict[str, str]) -> xr.DataTree:
    kind = type(record).__name__
    attrs = {"Conventions": "CF-1.11", "record": kind} | extra
    if isinstance(record, Study):
        return _study_tree(record, attrs)
    expect(kind in RECORDS, f"save: expected one of {', '.join([*RECORDS, 'Study'])}, found {kind}")
    return xr.DataTree(_plain(record.ds.assign_attrs(attrs)))


def _study_tree(study: Study, attrs: dict[str, str]) -> xr.DataTree:
    attrs |= {
        "name": study.name,
        "title": study.title,
        "synthetic": int(study.synthetic),
        "provenance": json.dumps(study.provenance, sort_keys=True),
    }
    nodes = {name: _plain(getattr(study, name).ds) for name in _STUDY_PARTS}
    quality = study.quality.reset_index(drop=True).rename_axis("note")
    nodes["quality"] = xr.Dataset(
        {name: ("note", _column(quality[name])) for name in quality.columns},
    )
    return xr.DataTree.from_dict({"/": xr.Dataset(attrs=attrs), **nodes})


def _column(series: pd.Series) -> np.ndarray:
    values = series.to_numpy()
    return values if values.dtype.kind in "fiub" else series.astype(str).to_numpy().astype(str)


def _plain(ds: xr.Dataset) -> xr.Dataset:
    """Without encodings of an earlier file, text of fixed length, flags as integers."""
    ds = ds.drop_encoding()
    for name, variable in ds.variables.items():
        if variable.dtype.kind in "OT":
            ds[name] = variable.astype(str)
    return ds


def _from_tree(tree: xr.DataTree, path: Path):
    kind = str(tree.attrs.get("record", ""))
    if kind == "Study":
        return _study(tree, path)
    known = ", ".join([*RECORDS, "Study"])
    expect(
        kind in RECORDS, f"{path}: expected a record ({known}), found {kind or 'a file without that mark'}"
    )
    return RECORDS[kind](_plain(tree.to_dataset()))


def _study(tree: xr.DataTree, path: Path) -> Study:
    missing = [name for name in (*_STUDY_PARTS, "quality") if name not in tree.children]
    expect(not missing, f"{path}: expected the parts of a study, found no {', '.join(missing)}")
    parts = {name: cls(_plain(tree[name].to_dataset())) for name, cls in _STUDY_PARTS.items()}
    quality = tree["quality"].to_dataset()
    table = pd.DataFrame({str(name): quality[name].values for name in quality.data_vars})
    return Study(
        name=str(tree.attrs["name"]),
        title=str(tree.attrs["title"]),
        synthetic=bool(tree.attrs["synthetic"]),
        quality=table,
        provenance=json.loads(tree.attrs["provenance"]),
        **parts,
    )
