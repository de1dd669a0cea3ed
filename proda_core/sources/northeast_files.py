"""Read the files of the northeast set; errors name file, row and column."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from proda_core.records.checks import InputError, expect
from proda_core.sources.git_lfs import expect_no_pointer
from proda_core.vocabulary.constants import MONTHS

INPUT_FILES = ("cwd", "litter1", "litter2", "litter3")


def find(directory: Path, part: str, name: str) -> Path:
    """The file ``name`` in ``directory``/``part`` or ``directory``/Input_Data/``part``."""
    candidates = [directory / part / name, directory / "Input_Data" / part / name]
    for path in candidates:
        if path.is_file():
            expect_no_pointer(path)
            return path
    raise InputError(f"northeast: expected file {name} in {candidates[0].parent}, found no such file")


def read_table(path: Path, columns: int, rows: int | None = None) -> np.ndarray:
    """A comma-separated table of numbers (row, column) without header; "nan" marks missing values."""
    try:
        table = np.loadtxt(path, delimiter=",", ndmin=2, encoding="utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise InputError(_first_fault(path, columns)) from error
    found = table.shape[1] if table.size else 0
    expect(found == columns, f"{path}: row 1: expected {columns} columns, found {found}")
    expect_rows(path, len(table), rows)
    infinite = np.argwhere(np.isinf(table))
    if len(infinite):
        row, column = infinite[0]
        raise InputError(f"{path}: row {row + 1}, column {column + 1}: expected a number, found infinity")
    return table


def expect_rows(path: Path, found: int, rows: int | None) -> None:
    """Raise InputError unless the file has as many rows as its companions."""
    expect(
        rows is None or found == rows,
        f"{path}: expected {rows} rows as in the other files, found {found}; is the file truncated?",
    )


def _first_fault(path: Path, columns: int) -> str:
    """Describe the first row with another number of columns or a cell that is no number."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return f"{path}: expected a text file with {columns} columns of numbers, found binary data"
    for row, line in enumerate(lines, start=1):
        cells = line.split(",")
        if line.strip() and len(cells) != columns:
            return f"{path}: row {row}: expected {columns} columns, found {len(cells)}"
        for column, cell in enumerate(cells, start=1):
            if line.strip() and not _is_number(cell):
                return f"{path}: row {row}, column {column}: expected a number, found {cell.strip()!r}"
    return f"{path}: expected {columns} columns of numbers, found a file that cannot be read"


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def read_column(path: Path, layers: int, rows: int) -> np.ndarray:
    """A monthly soil column (row, layer, month) from a NumPy file."""
    try:
        array = np.load(path, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise InputError(
            f"{path}: expected a NumPy array of numbers, found a broken file ({error})"
        ) from error
    shape = getattr(array, "shape", None)
    good = shape == (rows, layers, MONTHS) and array.dtype.kind == "f"
    expect(good, f"{path}: expected floats of shape {(rows, layers, MONTHS)}, found {_kind(array)}")
    return array


def _kind(array: object) -> str:
    return f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__


def expect_range(path: Path, array: np.ndarray, low: float, high: float, unit: str) -> np.ndarray:
    """The array itself, if its values lie in low..high; NaN is allowed and reported as missing later."""
    bad = np.argwhere((array < low) | (array > high))
    if len(bad):
        axes = ("row", "column") if array.ndim == 2 else ("row", "layer", "month")
        place = ", ".join(f"{axis} {i + 1}" for axis, i in zip(axes, bad[0]))
        value, wanted = array[tuple(bad[0])], f"{low:g} to {high:g} {unit}".removesuffix(" 1")
        raise InputError(f"{path}: {place}: expected {wanted}, found {value:g}")
    return array
