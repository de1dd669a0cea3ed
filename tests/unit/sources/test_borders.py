from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely

from proda_core.records.checks import InputError
from proda_core.sources import borders
from proda_core.sources.spherical_grid import EARTH_RADIUS, LatLonGrid, regular


def test_area_of_the_conterminous_us_is_the_official_one() -> None:
    """Expected: 3,119,884.69 square miles with inland water (US Census Bureau 2010), 8,080,464 km2."""
    grid = regular(0.5, borders.conterminous_us_outline().bounds)
    area = (borders.area_fraction(borders.conterminous_us_outline(), grid) * grid.cell_area).sum()
    assert area / 1e12 == pytest.approx(8.0805, rel=1e-3)


def test_land_without_the_great_lakes_has_about_3300_half_degree_cells() -> None:
    """Expected: 7.9 million km2 and about 3,300 cells, the size of the chapter's grid."""
    land = borders.conterminous_us()
    grid = regular(0.5, land.bounds)
    share = borders.area_fraction(land, grid)
    assert (share * grid.cell_area).sum() / 1e12 == pytest.approx(7.93, abs=0.01)
    assert 3250 <= (share >= 0.5).sum() <= 3400


def test_shares_of_cells_close_the_area_of_a_shape() -> None:
    """Expected: a box between parallels, whose area on the sphere is known, cut by an odd grid."""
    box = shapely.box(-100.3, 30.2, -80.7, 44.9)
    grid = LatLonGrid(np.arange(50, 20, -0.7), np.arange(-110, -70, 0.9))
    area = (borders.area_fraction(box, grid) * grid.cell_area).sum()
    height = np.sin(np.radians(44.9)) - np.sin(np.radians(30.2))
    assert area == pytest.approx(EARTH_RADIUS**2 * np.radians(19.6) * height, rel=1e-12)


def test_shares_do_not_depend_on_where_longitudes_begin() -> None:
    shape = borders.states()["NY"]
    west = borders.area_fraction(shape, regular(0.5, (-80, 40, -70, 46)))
    east = borders.area_fraction(shape, regular(0.5, (280, 40, 290, 46)))
    np.testing.assert_allclose(west, east, atol=1e-12)


def test_points_are_told_inside_from_outside() -> None:
    lon, lat = np.array([-98.0, -87.0, 0.0]), np.array([39.0, 43.5, 0.0])
    inside = borders.contains(borders.conterminous_us(), lon, lat)
    assert inside.tolist() == [True, False, False]


def test_countries_are_read_from_natural_earth(tmp_path: Path) -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    feature = {"type": "Feature", "properties": {"ADMIN": "Squareland"}, "geometry": square}
    path = tmp_path / borders.COUNTRIES_FILE
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert borders.countries(tmp_path)["Squareland"].area == 1


@pytest.mark.parametrize("text", ["{", '{"features": [{"properties": {}}]}', "[]"])
def test_a_broken_countries_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / borders.COUNTRIES_FILE
    path.write_text(text)
    with pytest.raises(InputError, match="expected GeoJSON"):
        borders.countries(path)


def test_an_unknown_region_is_named() -> None:
    with pytest.raises(InputError, match="expected one of conterminous_us"):
        borders.region("XX")
