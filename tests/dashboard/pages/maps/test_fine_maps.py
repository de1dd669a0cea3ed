"""Claims on maps finer than half a degree: found beside their run, drawn at the resolution of the screen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from dashboard.jobs.data.fine_maps import fine_maps_of
from dashboard.jobs.tasks.fine_map_shading import PIXELS, shade
from dashboard.pages.maps.fine_map_figure import (
    fine_map_pane,
    resolution_text,
    update_image,
    update_title,
)
from dashboard.pages.maps.hover_format import place_formatters
from dashboard.plots.basemap import WEB_MERCATOR
from dashboard.plots.viewport import map_ranges
from proda_core.figures.projection import PROJECTIONS, Projection
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.runs import Run, start

WEST, NORTH = -80.0, 45.0
INTERVALS = ("0-30", "0-100")


@pytest.fixture
def run(tmp_path: Path, study: Study) -> Run:
    """A run with nothing in it."""
    return start(tmp_path / "made", study, {"schedule": "quick", "seed": 5})


def write_map(made: Run, name: str, values: np.ndarray | None, step: float = 0.1, **about: object) -> Path:
    """A map beside a run as ``proda map`` leaves it; the second band is twice the first. None: stopped."""
    directory = made.directory / "maps" / name
    directory.mkdir(parents=True)
    settings = {"run": made.id, "started": made.settings["started"], "product": "proda", "resolution": step}
    settings |= {"covariates": "synthetic: interpolated"} | about
    (directory / "map.json").write_text(json.dumps(settings))
    if values is None:
        return directory
    profile = {"driver": "GTiff", "dtype": "float32", "count": 2, "crs": "EPSG:4326", "nodata": np.nan}
    profile |= {"height": values.shape[0], "width": values.shape[1]}
    with rasterio.open(
        directory / "stock.tif", "w", transform=from_origin(WEST, NORTH, step, step), **profile
    ) as file:
        for band, interval in enumerate(INTERVALS, start=1):
            file.write((band * values).astype(np.float32), band)
            file.set_band_description(band, interval)
    return directory


def _shaded(
    directory: Path,
    interval: str = "0-30",
    box: tuple | None = None,
    projection: Projection = WEB_MERCATOR,
):
    return shade(str(directory / "stock.tif"), interval, box, projection, None)


def test_maps_are_found_beside_their_run_and_others_are_passed_over(run: Run) -> None:
    write_map(run, "mine", np.ones((5, 5)))
    write_map(run, "stopped", None)
    write_map(run, "theirs", np.ones((5, 5)), run="another")
    write_map(run, "older", np.ones((5, 5)), started="1999-01-01T00:00:00")
    write_map(run, "bad", np.ones((5, 5)), resolution="fine")
    (write_map(run, "broken", None) / "map.json").write_text("{")
    (write_map(run, "list", None) / "map.json").write_text("[1]")
    found = {fine.name: fine for fine in fine_maps_of(run)}
    assert {name: fine.finished for name, fine in found.items()} == {"mine": True, "stopped": False}
    assert found["mine"].interpolated and found["mine"].product == "proda"


def test_a_run_without_maps_has_none(run: Run) -> None:
    assert fine_maps_of(run) == ()


def test_a_pixel_of_the_picture_shows_the_pixel_of_the_map_it_lies_in(run: Run) -> None:
    """Expected: rows from south to north; every value of the map, and no other, is in the picture."""
    values = np.arange(100.0).reshape(10, 10)
    picture = _shaded(write_map(run, "m", values))
    assert set(np.unique(picture.values)) == set(values.ravel())
    assert picture.values[0, 0] == 90 and picture.values[-1, -1] == 9
    assert np.nanmax(_shaded(run.directory / "maps" / "m", "0-100").values) == 198


def test_zooming_in_refines(run: Run) -> None:
    """A map of 4,800,000 pixels: all of it is averaged; a box of 1 by 1 degree shows its own pixels."""
    fine = 1 / 400
    values = np.random.default_rng(0).uniform(0, 1, (2000, 2400))
    directory = write_map(run, "m", values, fine)
    whole, part = _shaded(directory), _shaded(directory, box=(-79.0, 41.0, -78.0, 42.0))
    assert part.pixel < fine < whole.pixel
    assert max(whole.values.size, part.values.size) <= 1.01 * PIXELS
    assert whole.values.std() < 0.6 * part.values.std()
    assert float(whole.values.mean()) == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("name", PROJECTIONS)
def test_an_image_has_the_value_of_the_map_at_every_place_in_any_projection(run: Run, name: str) -> None:
    """Expected: bands of longitude; a place's value is its band, wherever the projection puts it."""
    values = np.tile(np.arange(8.0).repeat(5), (40, 1))  # 40 x 40 pixels of 0.5 degrees, bands of 2.5 degrees
    plane = Projection(name, (-80.0, 25.0, -60.0, 45.0))
    image = _shaded(write_map(run, name, values, 0.5), projection=plane)
    left, bottom, right, top = image.edges
    lon, lat = np.meshgrid(np.arange(-78.75, -60, 2.5), np.arange(26.0, 45, 2.0))
    x, y = plane.project(lon, lat)
    row = ((y - bottom) / (top - bottom) * image.values.shape[0]).astype(int)
    column = ((x - left) / (right - left) * image.values.shape[1]).astype(int)
    np.testing.assert_array_equal(image.values[row, column], np.tile(np.arange(8.0), (len(lat), 1)))


def test_no_value_stays_no_value(run: Run) -> None:
    values = np.full((8, 8), np.nan)
    values[:4] = 3.0
    picture = _shaded(write_map(run, "m", values)).values
    assert np.isnan(picture[: len(picture) // 3]).all() and np.nanmax(picture) == np.nanmin(picture) == 3


@pytest.mark.parametrize("box", [(0.0, 0.0, 1.0, 1.0), (-80.0, -60.0, -79.0, -59.0)])
def test_where_a_map_does_not_reach_there_is_no_picture(run: Run, box: tuple) -> None:
    assert _shaded(write_map(run, "m", np.ones((5, 5))), box=box) is None


@pytest.mark.parametrize("box", [None, (-80.001, 44.9, -79.999, 44.95), (-180.0, -85.0, 180.0, 85.0)])
def test_a_map_of_one_pixel_and_a_box_within_a_pixel_are_drawn(run: Run, box: tuple | None) -> None:
    assert np.nanmax(_shaded(write_map(run, "m", np.full((1, 1), 7.0)), box=box).values) == 7


def test_a_map_without_the_interval_and_a_broken_one_are_a_sentence(run: Run) -> None:
    directory = write_map(run, "m", np.ones((5, 5)))
    with pytest.raises(InputError, match="expected a band 100-200, found 0-30, 0-100"):
        _shaded(directory, "100-200")
    (directory / "stock.tif").write_bytes(b"not a map")
    with pytest.raises(InputError, match="The map cannot be read"):
        _shaded(directory)


def test_the_figure_says_how_fine_it_is_and_shares_the_scale() -> None:
    pane = fine_map_pane((-80, 40, -75, 45), map_ranges(), WEB_MERCATOR)
    update_image(pane, np.ones((2, 3), np.float32), (0.0, 0.0, 30.0, 20.0), (0.0, 40.0))
    update_title(pane, "proda", 0.1, "0-30", "synthetic data")
    assert pane.plot.title.text == f"PRODA at {resolution_text(0.1)}\n0–30 cm · synthetic data"
    assert (pane.mapper.low, pane.mapper.high) == (0.0, 40.0)
    assert (pane.source.data["dw"], pane.source.data["dh"]) == ([30.0], [20.0])
    update_image(pane, None, (0.0, 0.0, 0.0, 0.0), (0.0, 1.0))
    assert all(len(column) == 0 for column in pane.source.data.values())


@pytest.mark.parametrize("box", [(-125.0, 24.5, -66.5, 49.5), (-70.0, -50.0, -60.0, -20.0)])
def test_the_place_under_the_pointer_is_found_in_albers_projection(box: tuple) -> None:
    """Expected: pyproj's place, to a thousandth of a degree, by the arithmetic of the browser's script."""
    plane = Projection("albers", box)
    lon, lat = (grid.ravel() for grid in np.meshgrid(np.linspace(*box[::2], 9), np.linspace(*box[1::2], 9)))
    x, y = plane.project(lon, lat)
    cone = place_formatters(plane)["$x"].args["cone"]
    across, up = cone["sign"] * x, cone["sign"] * (cone["apex"] - y)
    found = cone["middle"] + np.arctan2(across, up) / cone["per_degree"]
    np.testing.assert_allclose(found, lon, atol=1e-3)
    found = np.interp(np.hypot(across, up), cone["distance"], cone["latitude"])
    np.testing.assert_allclose(found, lat, atol=1e-3)
