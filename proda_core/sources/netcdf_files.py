"""Open NetCDF files only when they are complete.

A truncated file of the classic format opens without an error and reads as zeros beyond its end, so its
length is compared with its header first. The HDF5 library detects truncation itself.
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
    """Open a complete file; ``options`` go to xarray. Raises InputError where it cannot be read."""
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
