"""Rasters on a coarser grid: budgets close, gaps are masked before sums, categories are not averaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Transformer

from proda_core.records.checks import InputError
from proda_core.sources import raster_windows
from proda_core.sources.raster_aggregation import UNKNOWN, aggregate, aggregate_categories
from proda_core.sources.raster_windows import sample
from proda_core.sources.spherical_grid import from_centres, regular
from tests.unit.sources.formats import HOMOLOSINE, write_tiff

RNG = np.random.default_rng(3)


def plain(windows: list[np.ndarray]) -> np.ndarray:
    return np.stack([np.where(w > -9000, w.astype(float), np.nan) for w in windows])


def total(path: Path, step: float, values: np.ndarray, north: float) -> float:
    """Integral of the valid pixels of a raster, computed from its own pixel areas."""
    lat = north - step * (np.arange(values.shape[0]) + 0.5)
    area = from_centres(lat, step * np.arange(values.shape[1])).cell_area
    return float(np.where(values > -9000, values * area, 0.0).sum())


@pytest.mark.parametrize("step", [0.1, 0.0833333, 0.3])
def test_the_budget_closes_on_grids_that_do_not_fit(tmp_path: Path, step: float) -> None:
    values = RNG.integers(0, 500, (61, 83)).astype("int16")
    values[RNG.random(values.shape) < 0.3] = -32767
    path = write_tiff(tmp_path / "a.tif", values, west=-80.03, north=42.01, step=step)
    grid = regular(0.5, (-90, 15, -40, 50))
    found = aggregate([path], plain, 1, grid)
    carbon = np.nansum(found.mean[0] * found.valid_fraction[0] * grid.cell_area)
    assert carbon == pytest.approx(total(path, step, values, 42.01), rel=1e-9)


def test_strips_do_not_change_the_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_tiff(tmp_path / "a.tif", RNG.random((50, 40)).astype("float32"), step=0.1)
    grid = regular(0.5, (-80, 36, -76, 42))
    whole = aggregate([path], plain, 1, grid).mean
    monkeypatch.setattr(raster_windows, "STRIP_BYTES", 1)
    np.testing.assert_allclose(aggregate([path], plain, 1, grid).mean, whole, rtol=1e-12)


def test_a_cell_is_the_mean_of_its_valid_part_and_says_how_large_that_is(tmp_path: Path) -> None:
    values = np.full((2, 2), -32767, "int16")
    values[:, 0] = 8
    path = write_tiff(tmp_path / "a.tif", values, west=-80, north=42, step=0.25)
    found = aggregate([path], plain, 1, regular(0.5, (-80, 41.5, -79.5, 42)))
    assert found.mean[0, 0, 0] == pytest.approx(8)
    assert found.valid_fraction[0, 0, 0] == pytest.approx(0.5)


def test_longitudes_of_0_to_360_lie_in_the_west(tmp_path: Path) -> None:
    values = np.arange(16, dtype="float32").reshape(4, 4)
    east = write_tiff(tmp_path / "e.tif", values, west=280.0)
    west = write_tiff(tmp_path / "w.tif", values, west=-80.0)
    grid = regular(0.5, (-80, 41, -79, 42))
    region = shapely.box(-80, 41, -79.3, 42)
    for area in (None, region):
        found = [aggregate([path], plain, 1, grid, area).mean for path in (east, west)]
        np.testing.assert_allclose(found[0], found[1])


def test_a_region_cuts_before_anything_is_summed(tmp_path: Path) -> None:
    values = np.where(np.arange(8) < 4, 10.0, 1000.0).astype("float32") * np.ones((8, 1), "float32")
    path = write_tiff(tmp_path / "a.tif", values, west=-80, north=42, step=0.125)
    grid = regular(1.0, (-80, 41, -79, 42))
    found = aggregate([path], plain, 1, grid, shapely.box(-80, 41, -79.5, 42))
    assert found.mean[0, 0, 0] == pytest.approx(10)
    assert found.valid_fraction[0, 0, 0] == pytest.approx(0.5)


def test_categories_are_counted_and_never_averaged(tmp_path: Path) -> None:
    """Expected: 5 x class 1, 4 x class 9: the cell is 1, not 4.6."""
    values = np.array([[1, 1, 1], [9, 9, 1], [9, 9, 1]], "uint8")
    path = write_tiff(tmp_path / "a.tif", values, step=1 / 3, nodata=0)
    found = aggregate_categories(path, lambda w: w.astype(int), regular(1.0, (-80, 41, -79, 42)))
    assert found.code.tolist() == [[1]]
    assert found.share[0, 0] == pytest.approx(5 / 9, rel=1e-2)
    assert found.valid_fraction[0, 0] == pytest.approx(1)


def test_a_cell_without_any_code_is_unknown(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", np.zeros((2, 2), "uint8"), step=0.5, nodata=0)
    cell = regular(1.0, (-80, 41, -79, 42))
    found = aggregate_categories(path, lambda w: np.where(w == 0, UNKNOWN, w.astype(int)), cell)
    assert found.code.tolist() == [[UNKNOWN]] and found.valid_fraction[0, 0] == 0


@pytest.fixture
def homolosine(tmp_path: Path) -> tuple[Path, np.ndarray, tuple[float, float]]:
    """A 1 km Homolosine raster around New York State, metres."""
    forward = Transformer.from_crs("EPSG:4326", HOMOLOSINE, always_xy=True)
    x, y = forward.transform(-78.0, 44.0)
    west, north = np.floor(x / 1000) * 1000, np.ceil(y / 1000) * 1000
    values = RNG.integers(100, 900, (300, 340)).astype("int16")
    values[:, ::7] = -32768
    path = write_tiff(tmp_path / "h.tif", values, west, north, 1000.0, -32768, HOMOLOSINE)
    return path, values, (west, north)


def test_homolosine_keeps_its_carbon_on_the_half_degree_grid(homolosine) -> None:
    """Expected: every pixel has the same area, 1 km2 on the sphere of 6378137 m the projection uses."""
    path, values, _ = homolosine
    grid = regular(0.5, (-85, 35, -65, 50))
    found = aggregate([path], plain, 1, grid)
    carbon = np.nansum(found.mean[0] * found.valid_fraction[0] * grid.cell_area)
    pixel = 1e6 * (6371008.8 / 6378137.0) ** 2
    assert carbon == pytest.approx(values[values > -9000].sum() * pixel, rel=1e-6)


def test_homolosine_cells_are_where_their_coordinates_say(homolosine) -> None:
    """Expected: the mean of the pixels whose centres transform into the cell."""
    path, values, (west, north) = homolosine
    column, row = np.meshgrid(np.arange(340) + 0.5, np.arange(300) + 0.5)
    back = Transformer.from_crs(HOMOLOSINE, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(west + 1000 * column, north - 1000 * row)
    inside = (lon > -76) & (lon < -75.5) & (lat > 42.5) & (lat < 43) & (values > -9000)
    found = aggregate([path], plain, 1, regular(0.5, (-76, 42.5, -75.5, 43)))
    assert found.mean[0, 0, 0] == pytest.approx(values[inside].mean(), rel=2e-3)
    assert found.valid_fraction[0, 0, 0] == pytest.approx(6 / 7, abs=0.01)


def test_points_take_the_pixel_they_lie_in(tmp_path: Path, homolosine) -> None:
    values = np.arange(16, dtype="int16").reshape(4, 4)
    path = write_tiff(tmp_path / "a.tif", values, west=280.0, north=42.0, step=0.25)
    found = sample(path, np.array([-79.9, -79.1, 0.0]), np.array([41.9, 41.1, 0.0]))
    np.testing.assert_array_equal(found, [0, 15, np.nan])
    path, values, (west, north) = homolosine
    back = Transformer.from_crs(HOMOLOSINE, "EPSG:4326", always_xy=True)
    lon, lat = back.transform(west + 1000 * 12.5, north - 1000 * 7.5)
    assert sample(path, np.array([lon]), np.array([lat])).tolist() == [values[7, 12]]


def test_a_missing_file_and_a_file_that_is_no_raster_are_named(tmp_path: Path) -> None:
    (tmp_path / "b.tif").write_text("not a raster")
    for name, words in (("a.tif", "no such file"), ("b.tif", "unreadable")):
        with pytest.raises(InputError, match=words):
            aggregate([tmp_path / name], plain, 1, regular(1.0, (-80, 41, -79, 42)))


def test_a_truncated_file_is_named_with_its_rows(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", RNG.random((400, 400)).astype("float64"), step=0.01, blockysize=1)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(InputError, match=r"unreadable|truncated"):
        aggregate([path], plain, 1, regular(0.5, (-80, 38, -76, 42)))


def test_rasters_that_do_not_lie_on_one_another_are_refused(tmp_path: Path) -> None:
    paths = [write_tiff(tmp_path / f"{n}.tif", np.ones((n, 4), "int16")) for n in (4, 5)]
    with pytest.raises(InputError, match="expected the grid of 4.tif"):
        aggregate(paths, plain, 2, regular(1.0, (-80, 41, -79, 42)))


def test_a_projection_nobody_knows_is_refused(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "a.tif", np.ones((4, 4), "int16"), 0, 0, 1000.0, crs="EPSG:3857")
    with pytest.raises(InputError, match="expected longitude-latitude or Homolosine"):
        aggregate([path], plain, 1, regular(1.0, (-80, 41, -79, 42)))


def test_progress_counts_rows_of_pixels_up_to_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raster_windows, "STRIP_BYTES", 1)
    path = write_tiff(tmp_path / "a.tif", RNG.random((50, 40)).astype("float32"), step=0.1)
    told = []
    aggregate([path], plain, 1, regular(0.5, (-80, 36, -76, 42)), on_progress=told.append)
    assert len(told) > 1 and told[-1].done == told[-1].total
