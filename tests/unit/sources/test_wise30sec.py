"""WISE30sec: components weighted by their share, codes below zero that are not all the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from proda_core.records.checks import InputError
from proda_core.sources import wise30sec
from proda_core.sources.spherical_grid import regular
from tests.unit.sources.formats import write_table, write_tiff

GRID = regular(0.5, (-80, 41.5, -79.5, 42))
EDGES = (0, 20, 40, 60, 80, 100, 150, 200)
DEPTHS = {f"D{i}": EDGES[i - 1 : i + 1] for i in range(1, 8)}


def component(unit: str, number: int, share: int, orgc: list, bulk: float = 1.0, stones: float = 0.0) -> list:
    """Rows of one component of a map unit, one per layer; a negative ORGC is a code in every column."""
    rows = []
    for (layer, (top, bottom)), carbon in zip(DEPTHS.items(), orgc, strict=True):
        density, fragments = (carbon, carbon) if carbon < 0 else (bulk, stones)
        rows.append([unit, number, share, "FAO", layer, top, bottom, fragments, density, carbon])
    return rows


COLUMNS = ["NEWSUID", "SCID", "PROP", "CLAF", "Layer", "TopDep", "BotDep", "CFRAG", "BULK", "ORGC"]
SOIL = [20.0, 10.0, 5.0, 5.0, 5.0, 2.0, 2.0]
SHALLOW = [20.0, 10.0, -7, -7, -7, -7, -7]
ROWS = [
    *component("WD1", 1, 75, SOIL),
    *component("WD1", 2, 25, SOIL, bulk=1.2, stones=50.0),
    *component("WD2", 1, 60, SHALLOW),
    *component("WD2", 2, 40, [-9] * 7),
    *component("WD3", 1, 100, [-1] * 7),
]
# kg m-2 of SOIL at 1 kg dm-3: 20 x .2 = 4; 10 x .2 = 2; 3 x 1; 2 x .5 x 2
TO_30, TO_100, TO_200 = 5.0, 9.0, 11.0


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    place = tmp_path / "WISE30sec" / "Interchangeable_format"
    table = pd.DataFrame(ROWS, columns=COLUMNS)
    write_table(place / "HW30s_FULL.txt", {c: table[c].tolist() for c in COLUMNS}, sep=",")
    names = {"pixel_vaue": [0, 1, 2, 3, 4], "description": ["nodata", "WD1", "WD2", "WD3", "WD4"]}
    write_table(place / "wise_30sec_v1.tsv", names)
    values = np.array([[1, 1, 2, 0], [1, 1, 2, 3]], "uint16").repeat(2, axis=0)
    write_tiff(place / "wise_30sec_v1.tif", values, step=0.125, nodata=0)
    return tmp_path


def units(miscellaneous: str = "missing") -> pd.DataFrame:
    table = pd.DataFrame(ROWS, columns=COLUMNS)
    return wise30sec.unit_stocks(table.astype({"SCID": str}), miscellaneous)


def test_components_weigh_by_their_share_of_the_map_unit() -> None:
    """Expected: 75 % at 1 kg dm-3 and 25 % at 1.2 kg dm-3 with half the volume stones."""
    factor = 0.75 + 0.25 * 1.2 * 0.5
    np.testing.assert_allclose(units().loc["WD1"], np.array([TO_30, TO_100, TO_200]) * factor)


def test_the_first_30_cm_are_the_first_layer_and_half_the_second() -> None:
    assert units().loc["WD1", "0-30"] / (0.75 + 0.15) == pytest.approx(20 * 0.2 + 10 * 0.1)


def test_a_rocky_sublayer_counts_as_soil_without_carbon() -> None:
    """Expected: -7 below 40 cm is zero carbon, not a gap, so 1 m holds what 40 cm hold."""
    np.testing.assert_allclose(units().loc["WD2"], [5.0, 6.0, 6.0])


def test_towns_are_left_out_of_the_mean_or_hold_nothing() -> None:
    """Expected: code -9 on 40 % of the unit; with ``zero`` the mean falls to 60 %."""
    np.testing.assert_allclose(units("zero").loc["WD2"], np.array([5.0, 6.0, 6.0]) * 0.6)


def test_water_is_no_soil() -> None:
    assert "WD3" not in units().index or units().loc["WD3"].isna().all()
    assert (units("zero").loc["WD3"] == 0).all()


def test_pixels_find_their_map_unit_through_the_misspelt_column(directory: Path) -> None:
    """Expected: half the cell is WD1, a quarter WD2, the rest nodata and water."""
    product = wise30sec.load(directory, grid=GRID)
    stock, share = product.ds["stock"].values[:, 0, 0], product.ds["valid_fraction"].values[:, 0, 0]
    np.testing.assert_allclose(share, 0.75, rtol=1e-3)
    expected = (2 * np.array([TO_30, TO_100, TO_200]) * 0.9 + np.array([5.0, 6.0, 6.0])) / 3
    np.testing.assert_allclose(stock, expected, rtol=1e-3)
    assert product.ds.attrs["licence"] == "CC BY 3.0"


def test_means_per_layer_serve_where_the_components_are_not_there(directory: Path) -> None:
    place = next(directory.rglob("HW30s_FULL.txt")).parent
    (place / "HW30s_FULL.txt").unlink()
    for layer, carbon in zip(DEPTHS, SOIL):
        columns = {"NEWSUID": ["WD1", "WD3"], "CFRAG": [0, -1], "BULK": [1, -1], "ORGC": [carbon, -1]}
        write_table(place / f"HW30s_w{layer}.txt", columns, sep=",")
    stock = wise30sec.load(directory, grid=GRID).ds["stock"].values[:, 0, 0]
    np.testing.assert_allclose(stock, [TO_30, TO_100, TO_200])


def test_a_cell_that_is_no_number_is_named_by_row_and_column(directory: Path) -> None:
    path = next(directory.rglob("HW30s_FULL.txt"))
    path.write_text(path.read_text().replace("20.0", "twenty", 1))
    with pytest.raises(InputError, match="row 2, column ORGC: expected a number, found 'twenty'"):
        wise30sec.load(directory)


def test_a_table_without_a_column_says_which(directory: Path) -> None:
    path = next(directory.rglob("HW30s_FULL.txt"))
    path.write_text(path.read_text().replace("BULK", "BLK", 1))
    with pytest.raises(InputError, match=r"missing BULK"):
        wise30sec.load(directory)
