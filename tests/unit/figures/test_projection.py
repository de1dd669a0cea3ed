"""Claims on the projections of maps: round trips, areas of cells, boxes that come back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from proda_core.figures.projection import PROJECTIONS, Projection, standard_parallels
from proda_core.records.checks import InputError

STATES = (-125.0, 24.5, -66.5, 49.5)  # degrees, the conterminous United States
HALF_CELL = 0.25  # degrees
GRS80 = Geod(ellps="GRS80")
MADE = {name: Projection(name, STATES) for name in PROJECTIONS}


@pytest.fixture(params=PROJECTIONS)
def plane(request: pytest.FixtureRequest) -> Projection:
    return MADE[request.param]


def test_a_place_comes_back(plane: Projection) -> None:
    lon, lat = np.meshgrid(np.linspace(-124, -67, 12), np.linspace(25, 49, 9))
    back = plane.unproject(*plane.project(lon, lat))
    np.testing.assert_allclose(back, (lon, lat), atol=1e-8)


def _plane_area(plane: Projection, lon: float, lat: float) -> float:
    """Area of a half-degree cell in the plane, by Gauss's formula over a dense outline."""
    steps, half = np.linspace(-1, 1, 200), np.ones(200)
    across = np.concatenate([steps, half, -steps, -half]) * HALF_CELL
    up = np.concatenate([-half, steps, half, -steps]) * HALF_CELL
    x, y = plane.project(lon + across, lat + up)
    return float(abs(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) / 2)


def _earth_area(lon: float, lat: float) -> float:
    """Area of a half-degree cell [m2] by pyproj's geodesics; parallels are dense, as they are none."""
    across = np.linspace(-HALF_CELL, HALF_CELL, 200)
    lons = np.concatenate([lon + across, lon + across[::-1]])
    lats = np.concatenate([np.full(200, lat - HALF_CELL), np.full(200, lat + HALF_CELL)])
    return abs(GRS80.polygon_area_perimeter(lons, lats)[0])


@pytest.mark.parametrize("lat", [25.25, 37.75, 48.75])
def test_a_cell_has_its_true_area_in_albers_projection(lat: float) -> None:
    """Expected: geodesic areas on the ellipsoid of the projection."""
    for lon in (-124.25, -95.75, -70.25):
        assert _plane_area(MADE["albers"], lon, lat) == pytest.approx(_earth_area(lon, lat), rel=1e-6)


def test_a_cell_grows_with_latitude_in_web_mercator() -> None:
    """Expected: 1 / cos(latitude) of the cell at the equator, on a sphere with the equator of WGS 84."""
    at_60 = _plane_area(MADE["mercator"], -95.75, 60.0)
    assert at_60 == pytest.approx((np.radians(0.5) * 6378137) ** 2 / np.cos(np.radians(60.0)), rel=1e-4)


def test_a_cell_is_a_quarter_of_a_square_degree_in_the_geographic_projection() -> None:
    assert _plane_area(MADE["geographic"], -95.75, 40.25) == pytest.approx(0.25)


@given(st.floats(-124, -68), st.floats(25, 48), st.floats(1e-3, 30), st.floats(1e-3, 20))
def test_a_box_comes_back_from_its_rectangle(west: float, south: float, width: float, height: float) -> None:
    box = (west, south, west + width, south + height)
    for plane in MADE.values():
        assert plane.plane_to_box(plane.box_to_plane(box)) == pytest.approx(box, abs=1e-6)


def test_the_world_is_cut_to_what_an_albers_map_can_show_and_other_continents_are_nowhere() -> None:
    world = MADE["albers"].plane_to_box(MADE["albers"].box_to_plane((-180.0, -85.0, 180.0, 85.0)))
    assert -180 < world[0] < STATES[0] and STATES[2] < world[2] < 0
    assert MADE["albers"].box_to_plane((0.0, 40.0, 10.0, 50.0)) == []
    assert not np.isfinite(MADE["albers"].plane_to_box((3e7, 3e7, 3.1e7, 3.1e7))).all()


def test_a_rectangle_beyond_the_world_is_the_part_of_it_that_is_inside() -> None:
    assert MADE["mercator"].plane_to_box((-2.2e7, -1e9, 2.1e7, 1e9)) == (-180, -85, 180, 85)
    assert MADE["geographic"].plane_to_box((-200, -95, 200, 95)) == (-180, -85, 180, 85)


def test_meridians_are_along_the_axis_but_in_albers_projection() -> None:
    assert [plane.rectilinear for plane in MADE.values()] == [True, False, True]
    x, _ = MADE["albers"].project([-80.0, -80.0], [30.0, 45.0])
    assert x[0] > x[1] + 1e5


def test_a_map_around_the_equator_has_an_equal_area_projection_too() -> None:
    """Its cone is nearly a cylinder there; places come back all the same."""
    plane = Projection("albers", (0.0, -5.0, 10.0, 5.0))
    assert standard_parallels(-5.0, 5.0) == pytest.approx((-10 / 3, 10 / 3))
    np.testing.assert_allclose(plane.unproject(*plane.project([1.0, 9.0], [-4.0, 4.0])), ([1, 9], [-4, 4]))
    assert _plane_area(plane, 5.25, 3.25) == pytest.approx(_earth_area(5.25, 3.25), rel=1e-5)


def test_an_unknown_projection_is_a_sentence() -> None:
    with pytest.raises(InputError, match="expected one of mercator, albers, geographic"):
        Projection("sinusoidal")
