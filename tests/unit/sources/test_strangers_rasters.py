"""Rasters and products as other groups have them; the right values are those of the inputs' own README."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.sources import covariate_rasters, soilgrids, wise30sec
from proda_core.sources.spherical_grid import regular

INSIDE, OUTSIDE = (10.1, 50.1), (-76.5, 42.45)
GRID, FINE = (regular(step, (8, 48, 12, 52)) for step in (0.5, 0.25))


def value(directory: Path, point: tuple[float, float]) -> float:
    """The one covariate of a directory at a point."""
    lon, lat = np.array([point[0]]), np.array([point[1]])
    found, _ = covariate_rasters.at_sites(directory, np.array([0]), lon, lat)
    return float(found.to_frame().drop(columns=["Lon", "Lat"]).iloc[0, 0])


@pytest.mark.parametrize("name", ["nonod", "elevnonod", "plain", "nan", "m9999", "scale", "laea"])
def test_outside_a_raster_there_is_no_value(strangers_data: Path, name: str) -> None:
    assert np.isnan(value(strangers_data / "ras" / name, OUTSIDE))
    assert np.isfinite(value(strangers_data / "ras" / name, INSIDE))


def test_a_scaled_raster_has_the_numbers_of_the_plain_one(strangers_data: Path) -> None:
    scaled, plain = (value(strangers_data / "ras" / name, INSIDE) for name in ("scale", "plain"))
    assert scaled == pytest.approx(plain, abs=0.06)


def test_soilgrids_with_nodata_zero_is_missing_there(strangers_data: Path) -> None:
    """Expected: 9, 15 and 18 kg m-2; missing where nodata 0 is stored; layers of unlike extent refused."""
    stock = soilgrids.load(strangers_data / "prod" / "sg17", grid=GRID).ds["stock"]
    np.testing.assert_allclose(np.nanmedian(stock, axis=(1, 2)), [9, 15, 18])
    zero = soilgrids.load(strangers_data / "prod" / "sg17z", grid=FINE).ds["stock"]
    assert np.isnan(zero.values[:, 4:6, 4:6]).all()
    np.testing.assert_allclose(zero.values[:, 0, 0], [9, 15, 18])
    with pytest.raises(InputError, match="expected the grid of"):
        soilgrids.load(strangers_data / "prod" / "sgmix", grid=GRID)


def test_wise_codes_are_codes(strangers_data: Path) -> None:
    """Expected: 7.02 / 23.4 / 46.8 and 7.02 / 14.04 / 14.04 kg m-2."""
    stock = wise30sec.load(strangers_data / "prod" / "wise", grid=GRID).ds["stock"].values
    found = {tuple(np.round(column, 2)) for column in stock.reshape(3, -1).T if np.isfinite(column).all()}
    assert (7.02, 23.4, 46.8) in found or (7.02, 14.04, 14.04) in found
