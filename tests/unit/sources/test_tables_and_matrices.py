"""Text tables and MATLAB matrices: read as they are, and told where they are broken."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest
from scipy.io import savemat

from proda_core.records.checks import InputError
from proda_core.sources import delimited
from proda_core.sources.locate import locate
from proda_core.sources.matlab import read_matrix


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding=encoding)
    return path


def test_chosen_columns_come_as_numbers_and_text(tmp_path: Path) -> None:
    path = write(tmp_path / "t.tsv", 'a\tb\tc\n1\t"x y"\t2\n\t\t3\n', "utf-8-sig")
    found = delimited.read(path, numbers=("c", "a"), texts=("b",))
    assert found["b"].tolist() == ["x y", ""] and found["c"].tolist() == [2, 3] and np.isnan(found["a"][1])


def test_rows_can_be_chosen_while_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delimited, "CHUNK_ROWS", 2)
    path = write(tmp_path / "t.tsv", "a\n" + "\n".join(map(str, range(7))) + "\n")
    assert delimited.read(path, numbers=("a",), keep=lambda t: t["a"] % 3 == 0)["a"].tolist() == [0, 3, 6]


def test_a_bad_cell_in_a_later_chunk_is_named_by_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "CHUNK_ROWS", 2)
    path = write(tmp_path / "t.tsv", "a\n1\n2\n3\n4 cm\n")
    with pytest.raises(InputError, match="row 5, column a: expected a number, found '4 cm'"):
        delimited.read(path, numbers=("a",))


@pytest.mark.parametrize(
    ("text", "encoding", "words"),
    [
        ("a\tb\n1\t2\t3\n", "utf-8", "expected 2 columns in every row"),
        ("a\n1\ninf\n", "utf-8", "row 3, column a: expected a number, found 'inf'"),
        ("b\n1\n", "utf-8", r"expected columns a; found b \(missing a\)"),
        ("", "utf-8", "expected a table of text"),
        ("a\ta\xe9\n1\t\xe9\n", "latin-1", "expected"),
    ],
)
def test_a_broken_table_says_what_is_wrong(tmp_path: Path, text: str, encoding: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        delimited.read(write(tmp_path / "t.tsv", text, encoding), numbers=("a",))


def test_both_kinds_of_matlab_file_show_the_same_matrix(tmp_path: Path) -> None:
    matrix = np.arange(6.0).reshape(2, 3)
    savemat(tmp_path / "five.mat", {"m": matrix})
    with h5py.File(tmp_path / "seven.mat", "w") as file:
        file["m"] = matrix.T
    for name in ("five", "seven"):
        np.testing.assert_array_equal(read_matrix(tmp_path / f"{name}.mat", "m"), matrix)
        with pytest.raises(InputError, match="expected variable n, found m"):
            read_matrix(tmp_path / f"{name}.mat", "n")


def test_text_in_a_matlab_file_is_no_matrix(tmp_path: Path) -> None:
    savemat(tmp_path / "t.mat", {"m": "words"})
    with pytest.raises(InputError, match="expected a matrix of numbers"):
        read_matrix(tmp_path / "t.mat", "m")


def test_the_nearest_of_several_files_is_taken_and_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    for place in ("a/b", "a"):
        write(tmp_path / place / "x.txt", "")
    assert locate(tmp_path, "y.txt", "x.txt") == tmp_path / "a" / "x.txt"
    with pytest.raises(InputError, match=r"a file y.txt or z.txt, found no such file"):
        locate(tmp_path, "y.txt", "z.txt")
    with pytest.raises(InputError, match="expected a directory"):
        locate(tmp_path / "none", "x.txt")
