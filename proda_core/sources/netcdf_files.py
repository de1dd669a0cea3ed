"""NetCDF files opened only when they are whole.

A cut-off file of the classic format opens without complaint and reads as zeros where it ends, so
its length is held against its own header first. Files of the HDF5 kind notice by themselves.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr
from scipy.io import netcdf_file

from proda_core.records.checks import InputError, expect

CLASSIC = (b"CDF\x01", b"CDF\x02")


@contextmanager
def opened(path: Path | str, what: str = "a NetCDF file", **options) -> Iterator[xr.Dataset]:
    """The dataset of a whole file; ``options`` go to xarray. Failing to read is an InputError."""
    path = Path(path)
    expect(path.is_file(), f"{path}: expected {what}, found no such file")
    _expect_whole(path)
    try:
        with xr.open_dataset(path, **options) as ds:
            yield ds
    except InputError:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{path}: expected {what}, found it unreadable or truncated ({error})") from error


def _expect_whole(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(4) not in CLASSIC:
            return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            netcdf_file(path, mode="r", mmap=True).close()
    except (ValueError, TypeError, IndexError, OSError, EOFError) as error:
        raise InputError(f"{path}: expected a whole file, found it shorter than its header says") from error
