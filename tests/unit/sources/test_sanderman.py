from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from proda_core.records.checks import InputError
from proda_core.sources import sanderman
from proda_core.sources.spherical_grid import regular
from tests.unit.sources.formats import write_tiff

GRID = regular(0.5, (-80, 41, -79, 42))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """60, 110, 150 Mg C ha-1 everywhere but in one pixel (-32767) and one with another negative fill."""
    for depth, stock in ((30, 60), (100, 110), (200, 150)):
        values = np.full((12, 12), stock, "int16")
        values[0, 0], values[0, 1] = -32767, -9999
        path = tmp_path / "deep" / f"SOCS_0_{depth}cm_year_2010AD_10km.tif"
        write_tiff(path, values, step=1 / 12, nodata=-32767)
    return tmp_path


def test_megagrams_per_hectare_become_kilograms_per_square_metre(directory: Path) -> None:
    product = sanderman.load(directory, grid=GRID)
    assert product.intervals == ("0-30", "0-100", "0-200")
    np.testing.assert_allclose(product.ds["stock"].values[:, 1, 1], [6.0, 11.0, 15.0])


def test_fill_values_are_gaps_and_not_carbon(directory: Path) -> None:
    product = sanderman.load(directory, grid=GRID)
    np.testing.assert_allclose(product.ds["stock"].values[0, 0, 0], 6.0)
    assert product.ds["valid_fraction"].values[0, 0, 0] == pytest.approx(34 / 36, rel=1e-3)


def test_the_record_says_where_it_comes_from(directory: Path) -> None:
    attrs = sanderman.load(directory, grid=GRID).ds.attrs
    assert attrs["licence"] == "MIT" and attrs["synthetic"] == 0 and "SOCS_0_30cm" in attrs["input_sha256"]


def test_a_region_alone_gives_its_half_degree_grid(directory: Path) -> None:
    product = sanderman.load(directory, region=shapely.box(-79.9, 41.1, -79.6, 41.4))
    assert product.ds["stock"].shape == (3, 1, 1)


def test_a_missing_file_is_named(directory: Path) -> None:
    next(directory.rglob("*100cm*")).unlink()
    with pytest.raises(InputError, match="SOCS_0_100cm_year_2010AD_10km.tif, found no such file"):
        sanderman.load(directory)
