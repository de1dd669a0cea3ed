"""Open NetCDF files only when they are complete.

A truncated file of a classic format (CDF-1, CDF-2, CDF-5) opens without an error and reads as zeros or
numbers of no meaning beyond its end, so its length is compared with its header first. The HDF5 library
detects truncation itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xarray as xr

from proda_core.records.checks import InputError, expect
from proda_core.sources.git_lfs import expect_no_pointer
from proda_core.sources.netcdf_length import least_length


@contextmanager
def opened(path: Path | str, what: str = "a NetCDF file", **options) -> Iterator[xr.Dataset]:
    """Open a complete file; ``options`` go to xarray. Raises InputError where it cannot be read."""
    path = Path(path)
    expect(path.is_file(), f"{path}: expected {what}, found no such file")
    expect_whole(path)
    try:
        with xr.open_dataset(path, **options) as ds:
            yield ds
    except InputError:
        raise
    except (OSError, RuntimeError, ValueError) as error:
        raise InputError(f"{path}: expected {what}, found it unreadable or truncated ({error})") from error


def expect_whole(path: Path) -> None:
    """Raise InputError for a classic file shorter than its header says, and for a Git LFS pointer."""
    expect_no_pointer(path)
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            least = least_length(file)
    except (EOFError, KeyError, IndexError, struct.error) as error:
        raise InputError(
            f"{path}: expected a whole file, found it unreadable or truncated ({error})"
        ) from error
    expect(
        size >= least,
        f"{path}: expected a whole file of at least {least:,} bytes, found it shorter than its header says"
        f" ({size:,} bytes)",
    )
