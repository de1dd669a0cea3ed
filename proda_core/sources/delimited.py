"""Delimited text tables: chosen columns, numbers checked, errors with file, row and column."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from proda_core.records.checks import InputError, expect, expect_columns
from proda_core.sources.git_lfs import expect_no_pointer

CHUNK_ROWS = 200_000


def header(path: Path | str, sep: str = "\t") -> list[str]:
    """Column names of the first row, blanks and a byte-order mark removed."""
    path = Path(path)
    expect(path.is_file(), f"{path}: expected a table, found no such file")
    expect_no_pointer(path)
    try:
        names = pd.read_csv(path, sep=sep, nrows=0, encoding="utf-8-sig").columns
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError) as error:
        raise InputError(f"{path}: expected a table of text with column names, found {error}") from error
    return [str(name).strip() for name in names]


def read(
    path: Path | str,
    *,
    numbers: Collection[str] = (),
    texts: Collection[str] = (),
    sep: str = "\t",
    keep: Callable[[pd.DataFrame], pd.Series] | None = None,
) -> pd.DataFrame:
    """The chosen columns of a table; ``numbers`` as float64, ``texts`` as strings ("" where empty).

    keep : selects rows of each chunk, so that a large file is never held in memory
    """
    chunks = [
        chunk if keep is None else chunk[keep(chunk)] for chunk in _chunks(Path(path), numbers, texts, sep)
    ]
    return pd.concat(chunks, ignore_index=True)


def _chunks(path: Path, numbers: Collection[str], texts: Collection[str], sep: str) -> Iterator[pd.DataFrame]:
    names = header(path, sep)
    expect_columns(names, [*numbers, *texts], str(path))
    wanted = [names.index(name) for name in (*numbers, *texts)]
    try:
        reader = pd.read_csv(
            path, sep=sep, header=0, names=names, usecols=wanted, dtype=str, keep_default_na=False,
            encoding="utf-8-sig", chunksize=CHUNK_ROWS,
        )  # fmt: skip
        with reader:
            for chunk in reader:
                yield _typed(path, chunk, list(numbers), list(texts))
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected text in UTF-8, found other bytes ({error.reason})") from error
    except InputError:
        raise
    except ValueError as error:
        fault = str(error).strip().split("error: ")[-1]
        raise InputError(f"{path}: expected {len(names)} columns in every row, found: {fault}") from error


def _typed(path: Path, chunk: pd.DataFrame, numbers: list[str], texts: list[str]) -> pd.DataFrame:
    columns = {name: to_numbers(chunk[name], str(path)) for name in numbers}
    columns |= {name: chunk[name].fillna("").str.strip() for name in texts}
    return pd.DataFrame(columns, index=chunk.index)


def to_numbers(text: pd.Series, where: str) -> np.ndarray:
    """Numbers of a column of text; empty cells are NaN, anything else that is no number is an error.

    The index of ``text`` counts data rows from 0; the message counts lines from 1, the header being 1.
    """
    stripped = text.fillna("").str.strip()
    values = pd.to_numeric(stripped, errors="coerce").to_numpy(dtype=float)
    empty = stripped.str.lower().isin(("", "na", "nan", "null")).to_numpy()
    bad = np.flatnonzero((np.isnan(values) & ~empty) | np.isinf(values))
    if len(bad):
        line, found = int(text.index[bad[0]]) + 2, stripped.iloc[bad[0]]
        raise InputError(f"{where}: row {line}, column {text.name}: expected a number, found {found!r}")
    return values
