"""Claims on the equal-area maps: areas are kept, cells lie where they are, nothing is fetched."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bokeh.models import ColorBar, DataRange1d
from pyproj import Geod

from dashboard.pages.compare.equal_area_maps import equal_area_figures, pixels

LON, LAT = (a.ravel() for a in np.meshgrid(np.arange(-84.75, -80), np.arange(26.25, 48, 0.5)))


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two products on a strip from Florida to Lake Superior; the second is twice the first."""
    parts = [
        pd.DataFrame({"product": name, "place": range(len(LON)), "lon": LON, "lat": LAT, "stock": k * LAT})
        for k, name in enumerate(("default", "proda"), start=1)
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a connection fails."""

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("the figure asked the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)


def test_a_cell_takes_as_many_pixels_as_it_has_square_kilometres() -> None:
    """Expected: areas on the ellipsoid of WGS 84; a southern cell is larger than a northern one."""
    lon, lat = tuple(np.repeat([-84.75, -84.25, -83.75], 2)), tuple([26.25, 47.75] * 3)
    x, _, index = pixels(lon, lat)
    for number in (2, 3):  # those between others: their edges are the neighbours' edges
        west, south = lon[number] - 0.25, lat[number] - 0.25
        corners = [(west, south), (west + 0.5, south), (west + 0.5, south + 0.5), (west, south + 0.5)]
        area = abs(Geod(ellps="WGS84").polygon_area_perimeter(*zip(*corners))[0])
        assert (index == number).sum() * (x[1] - x[0]) ** 2 == pytest.approx(area, rel=0.08)


def test_pixels_outside_every_cell_belong_to_none() -> None:
    _, _, index = pixels((-100.25, -90.25), (40.25, 40.25))
    assert set(np.unique(index)) == {-1, 0, 1}
    assert (index[:, 0] <= 0).all() and (index[:, -1] != 0).all()


def test_maps_are_linked_under_one_scale_with_its_unit(frame: pd.DataFrame) -> None:
    plots = equal_area_figures(frame, "0-100", "synthetic data")
    assert [plot.name for plot in plots] == ["albers-default", "albers-proda"]
    bars = [plot.select_one(ColorBar) for plot in plots]
    assert bars[0].title == bars[1].title == "soil carbon stock, 0–100 cm (kgC m⁻²)"
    assert {(bar.color_mapper.low, bar.color_mapper.high) for bar in bars} == {(0.0, 100.0)}
    assert isinstance(plots[0].x_range, DataRange1d) and plots[0].x_range is plots[1].x_range
    assert plots[1].title.text == "PRODA · synthetic data"
    picture = plots[1].renderers[0].data_source.data["image"][0]
    assert np.nanmax(picture) == pytest.approx(2 * LAT.max()) and np.isnan(picture).any()


def test_borders_are_drawn_over_the_cells_in_the_same_metres(frame: pd.DataFrame) -> None:
    (plot, _) = equal_area_figures(frame, "0-100")
    lines = plot.renderers[-1].data_source.data
    assert -2.4e6 < np.nanmin(lines["x"]) < -2.2e6 and 2.2e6 < np.nanmax(lines["x"]) < 2.3e6
    assert 2.5e5 < np.nanmin(lines["y"]) < 3.5e5, "Florida is cut off"


def test_values_that_are_not_there_are_left_out(frame: pd.DataFrame) -> None:
    assert equal_area_figures(frame.assign(stock=np.nan), "0-30") == []
    gone = frame.assign(stock=frame["stock"].where(frame["product"] == "proda"))
    assert [plot.name for plot in equal_area_figures(gone, "0-30")] == ["albers-proda"]
