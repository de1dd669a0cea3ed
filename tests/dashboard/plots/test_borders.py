"""Claims on borders and the empty map."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.plotting import figure

from dashboard.plots import basemap, borders
from proda_core.records.study import Study


def test_borders_need_no_network_and_cover_the_box(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise AssertionError("a border asked for the network")

    monkeypatch.setattr("socket.socket.connect", refuse)
    box = (-79.7, 40.5, -71.2, 45.0)
    assert {"NY", "VT", "MA"} <= set(borders.state_labels(box)["text"])
    assert np.isnan(borders.state_lines(box)["x"]).sum() >= 8
    assert np.isnan(borders.county_lines(box)["x"]).sum() > 100


def test_counties_are_left_out_where_they_could_not_be_read() -> None:
    assert np.isnan(borders.county_lines((-124.0, 25.0, -67.0, 49.0))["x"]).all()


def test_figures_are_plain_bokeh(study: Study) -> None:
    plot = basemap.map_figure((-80.0, 40.0, -70.0, 45.0), "t")
    assert isinstance(plot, figure)
