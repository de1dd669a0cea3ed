"""Parameters of sites from CSV: what is right comes through, what is wrong is named with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from proda_core.records.checks import InputError
from proda_core.sources import parameter_file
from proda_core.vocabulary.parameters import PRIORS

PRIOR = PRIORS["proda"]
MIDDLE = (PRIOR.lower + PRIOR.upper) / 2


def _table(sites: list[int]) -> pd.DataFrame:
    return pd.DataFrame(np.tile(MIDDLE, (len(sites), 1)), columns=list(PRIOR.names), index=sites)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "parameters.csv"


def _write(table: pd.DataFrame, path: Path) -> None:
    table.to_csv(path, index_label="site")


def _change(path: Path, line: int, column: str, text: str) -> None:
    rows = [row.split(",") for row in path.read_text().splitlines()]
    rows[line - 1][rows[0].index(column)] = text
    path.write_text("\n".join(",".join(row) for row in rows) + "\n")


@pytest.mark.parametrize("prior", PRIORS)
def test_the_columns_of_every_preset_are_read_exactly(path: Path, prior: str) -> None:
    preset = PRIORS[prior]
    values = preset.to_physical(np.random.default_rng(0).random((2, len(preset.names))))
    table = pd.DataFrame(values, columns=list(preset.names), index=[12, 3])
    _write(table, path)
    read = parameter_file.read(path)
    assert read.index.tolist() == [12, 3]
    assert np.array_equal(read.to_numpy(), table.to_numpy())


def test_a_byte_order_mark_blank_lines_and_spaces_do_no_harm(path: Path) -> None:
    _write(_table([1, 2]), path)
    text = path.read_text().replace(",", " , ")
    path.write_text("\n" + text + "\n\n", encoding="utf-8-sig")
    assert parameter_file.read(path).index.tolist() == [1, 2]


@pytest.mark.parametrize("text", ["abc", "", "nan", "inf", "1,5"])
def test_a_cell_that_is_no_number_is_named_by_line_and_column(path: Path, text: str) -> None:
    _write(_table([1, 2, 3]), path)
    _change(path, 3, "q10", text if "," not in text else f'"{text}"')
    with pytest.raises(
        InputError, match=f"parameters.csv: line 3, column q10: expected a number, found '{text}'"
    ):
        parameter_file.read(path)


def test_a_column_without_a_parameter_is_named_with_the_nearest(path: Path) -> None:
    _write(_table([1]).rename(columns={"efolding": "e_folding"}), path)
    with pytest.raises(InputError, match="found column 'e_folding'; did you mean 'efolding'"):
        parameter_file.read(path)


def test_the_published_codes_spelling_is_understood(path: Path) -> None:
    _write(_table([1]).rename(columns={"w_scaling": "w-scaling"}), path)
    assert parameter_file.read(path).columns.tolist() == list(PRIOR.names)


def test_a_missing_parameter_is_named(path: Path) -> None:
    _write(_table([1]).drop(columns=["q10", "beta"]), path)
    with pytest.raises(InputError, match="expected one column per parameter, found none for q10, beta"):
        parameter_file.read(path)


def test_a_missing_site_column_is_named(path: Path) -> None:
    _table([1]).to_csv(path, index=False)
    with pytest.raises(InputError, match="expected a column 'site', found columns diffus"):
        parameter_file.read(path)


def test_a_column_that_comes_twice_is_named(path: Path) -> None:
    _write(_table([1]), path)
    path.write_text("\n".join(line + "," + line.split(",")[1] for line in path.read_text().splitlines()))
    with pytest.raises(InputError, match="every column once, found 'diffus' twice"):
        parameter_file.read(path)


def test_a_row_with_too_few_cells_is_named(path: Path) -> None:
    _write(_table([1, 2]), path)
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], lines[2].rsplit(",", 1)[0]]))
    with pytest.raises(InputError, match="line 3: expected 22 cells, found 21"):
        parameter_file.read(path)


@pytest.mark.parametrize(
    ("sites", "message"), [([4, 4], "once, found site 4 again"), ([1.5, 2], "found 1.5")]
)
def test_sites_are_whole_numbers_each_once(path: Path, sites: list, message: str) -> None:
    _write(_table(sites), path)
    with pytest.raises(InputError, match=message):
        parameter_file.read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "expected a CSV file, found no such file"),
        (b"", "found an empty file"),
        (b"\xff\xfe\x00", "expected a CSV file in UTF-8"),
        ((",".join(["site", *PRIOR.names]) + "\n").encode(), "expected a line for each site"),
    ],
)
def test_a_file_that_is_none_says_so(path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        parameter_file.read(path)


def test_what_lies_outside_the_prior_is_told_not_refused(path: Path) -> None:
    """CLM5's own e-folding depth, 10 m, lies outside the prior's 0 to 1 m."""
    table = _table([5, 6])
    table.loc[6, "efolding"] = 10.0
    (sentence,) = parameter_file.outside_prior(table)
    assert sentence.startswith("efolding lies outside the prior proda (0 to 1) at 1 of 2 sites (site 6: 10)")
