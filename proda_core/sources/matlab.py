"""Matrices from MATLAB files of either kind: version 5 (scipy) and version 7.3 (HDF5, axes reversed)."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
from scipy.io import loadmat
from scipy.io.matlab import MatReadError

from proda_core.records.checks import InputError, expect
from proda_core.sources.git_lfs import expect_no_pointer


def read_matrix(path: Path | str, name: str) -> np.ndarray:
    """The matrix ``name`` (row, column) as MATLAB shows it, float64."""
    path = Path(path)
    expect(path.is_file(), f"{path}: expected a MATLAB file, found no such file")
    try:
        matrix = _version_7(path, name) if h5py.is_hdf5(path) else _version_5(path, name)
    except (OSError, ValueError, NotImplementedError, MatReadError, EOFError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{path}: expected a MATLAB file, found it unreadable or truncated ({error})"
        ) from error
    numeric = matrix.dtype.kind in "fiub" and matrix.ndim == 2
    expect(
        numeric, f"{path}: {name}: expected a matrix of numbers, found shape {matrix.shape}, {matrix.dtype}"
    )
    return matrix.astype(float)


def _version_5(path: Path, name: str) -> np.ndarray:
    expect_no_pointer(path)
    found = {
        key: value for key, value in loadmat(path, variable_names=None).items() if not key.startswith("__")
    }
    expect(name in found, f"{path}: expected variable {name}, found {', '.join(found) or 'none'}")
    return np.asarray(found[name])


def _version_7(path: Path, name: str) -> np.ndarray:
    with h5py.File(path, "r") as file:
        expect(name in file, f"{path}: expected variable {name}, found {', '.join(file) or 'none'}")
        return np.asarray(file[name]).T
