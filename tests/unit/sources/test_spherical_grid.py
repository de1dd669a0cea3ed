from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.sources.spherical_grid import (
    EARTH_RADIUS,
    LatLonGrid,
    from_centres,
    integrate,
    overlaps,
    regular,
)

SPHERE = 4 * np.pi * EARTH_RADIUS**2


def test_cells_of_the_world_add_up_to_the_sphere() -> None:
    assert regular(0.5).cell_area.sum() == pytest.approx(SPHERE, rel=1e-14)


def test_overlaps_give_every_square_metre_of_a_cell_away_once() -> None:
    """Expected: areas of the source cells summed over the target equal the source's own areas."""
    source = from_centres(np.linspace(90, -90, 384), -180 + np.arange(576) * 0.625)
    rows, columns = overlaps(source, regular(0.5))
    share = EARTH_RADIUS**2 * np.outer(np.asarray(rows.sum(axis=0)), np.asarray(columns.sum(axis=0)))
    np.testing.assert_allclose(share, source.cell_area, rtol=1e-9)


@pytest.mark.parametrize("turn", [0.0, 360.0])
def test_longitudes_of_either_convention_are_the_same_place(turn: float) -> None:
    lon = np.arange(-179.5, 180) % 360 if turn else np.arange(-179.5, 180)
    order = np.argsort(lon)
    field = np.random.default_rng(1).random((180, 360))
    source = from_centres(np.arange(89.5, -90, -1), lon[order])
    target = regular(2.0, (-100, 20, -60, 60))
    found = integrate(field[:, order], *overlaps(source, target))
    expected = integrate(field, *overlaps(from_centres(source.lat, np.arange(-179.5, 180)), target))
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_latitudes_of_either_order_are_the_same_place() -> None:
    field = np.random.default_rng(2).random((180, 360))
    north_first = from_centres(np.arange(89.5, -90, -1), np.arange(-179.5, 180))
    south_first = from_centres(np.arange(-89.5, 90, 1), np.arange(-179.5, 180))
    target = regular(0.5, (-100, 20, -90, 30))
    found = integrate(field[::-1], *overlaps(south_first, target))
    np.testing.assert_allclose(found, integrate(field, *overlaps(north_first, target)), rtol=1e-12)


def test_cells_at_the_poles_of_the_f05_grid_are_half_as_high() -> None:
    grid = from_centres(np.linspace(90, -90, 384), -180 + np.arange(576) * 0.625)
    assert grid.lat_edges[0] == 90 and grid.lat_edges[-1] == -90
    assert grid.cell_area.sum() == pytest.approx(SPHERE, rel=1e-12)


@pytest.mark.parametrize("edges", [[0.0], [0.0, 2.0, 1.0], [0.0, 100.0]])
def test_edges_that_are_no_latitudes_are_refused(edges: list[float]) -> None:
    with pytest.raises(InputError, match="lat_edges: expected"):
        LatLonGrid(np.array(edges), np.array([0.0, 1.0]))
