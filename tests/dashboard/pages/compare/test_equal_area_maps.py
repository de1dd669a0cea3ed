"""Claims on Figure 37.3: linked maps under one scale, borders in the same metres, nothing is fetched."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from bokeh.models import ColorBar, DataRange1d
from bokeh.models.glyphs import Line
from pyproj import Geod

from dashboard.jobs.tasks.comparison_figures import FIGURES
from proda_core import figures
from proda_core.figures.base_map import base_map
from proda_core.records.checks import InputError

LON, LAT = (a.ravel() for a in np.meshgrid(np.arange(-84.75, -80), np.arange(26.25, 48, 0.5)))


@pytest.fixture
def frame() -> pd.DataFrame:
    """Two products on a strip from Florida to Lake Superior; the second is twice the first."""
    cells = {"place": range(len(LON)), "lon": LON, "lat": LAT, "interval": "0-100"}
    parts = [
        pd.DataFrame({"product": name, "stock": k * LAT} | cells)
        for k, name in enumerate(("default", "proda"), start=1)
    ]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a connection fails."""

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("the figure asked the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("urllib.request.urlopen", refuse)


def _plots(frame: pd.DataFrame, note: str = "") -> list:
    return figures.plots(FIGURES["maps"](frame, "0-100", note))


def _image(plot: object) -> dict:
    return next(r.data_source.data for r in plot.renderers if "image" in r.data_source.data)


def test_a_cell_takes_as_many_pixels_as_it_has_square_kilometres(frame: pd.DataFrame) -> None:
    """Expected: areas on the ellipsoid of WGS 84; a southern cell is larger than a northern one."""
    data = _image(_plots(frame.query("product == 'default'"))[0])
    values = data["image"][0]
    pixel = data["dw"][0] * data["dh"][0] / values.size
    for south in (30.0, 45.0):  # rows of cells between others: their edges are the neighbours' edges
        area = sum(
            abs(Geod(ellps="WGS84").polygon_area_perimeter(*zip(*_corners(lon - 0.25, south)))[0])
            for lon in np.unique(LON)
        )
        assert (values == np.float32(south + 0.25)).sum() * pixel == pytest.approx(area, rel=0.08)


def test_pixels_outside_every_cell_have_no_value(frame: pd.DataFrame) -> None:
    apart = frame.query("product == 'default' and place in (0, 4)").assign(lat=40.25)
    values = _image(_plots(apart)[0])["image"][0]
    assert np.isnan(values).any()
    assert set(np.unique(values[np.isfinite(values)])) == set(apart["stock"].astype(np.float32))


def test_maps_are_linked_under_one_scale_with_its_unit(frame: pd.DataFrame) -> None:
    plots = _plots(frame, "synthetic data")
    assert [plot.name for plot in plots] == ["albers-default", "albers-proda"]
    bars = [plot.select_one(ColorBar) for plot in plots]
    assert bars[0].title == bars[1].title == "stock, 0–100 cm (kgC m⁻²)"
    assert {(bar.color_mapper.low, bar.color_mapper.high) for bar in bars} == {(0.0, 100.0)}
    assert isinstance(plots[0].x_range, DataRange1d) and plots[0].x_range is plots[1].x_range
    assert plots[1].title.text == "PRODA · synthetic data"
    picture = _image(plots[1])["image"][0]
    assert np.nanmax(picture) == pytest.approx(2 * LAT.max()) and np.isnan(picture).any()


def test_borders_are_drawn_over_the_cells_in_the_same_metres(frame: pd.DataFrame) -> None:
    """Expected: Florida, south of every cell by less than 150 km, is inside; borders come after cells."""
    plot = _plots(frame)[0]
    lines = next(r for r in plot.renderers if isinstance(r.glyph, Line))
    names = [type(r.glyph).__name__ for r in plot.renderers]
    assert names.index("Image") < names.index("Line")
    y = lines.data_source.data[lines.glyph.y]
    base = base_map(frame)
    south = float(np.min(base.plane.project(-81.0, 25.2)[1]))
    assert np.nanmin(y) < south + 2e4, "Florida is cut off"


def test_values_that_are_not_there_are_left_out(frame: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="found nothing"):
        _plots(frame.assign(stock=np.nan))
    gone = frame.assign(stock=frame["stock"].where(frame["product"] == "proda"))
    assert [plot.name for plot in _plots(gone)] == ["albers-proda"]


def _corners(west: float, south: float) -> list[tuple[float, float]]:
    return [(west, south), (west + 0.5, south), (west + 0.5, south + 0.5), (west, south + 0.5)]
