"""Claims about single figures: what they show, what they say of the data, what they leave alone."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from pyproj import Geod

from proda_core.comparison.headline import table_37_1
from proda_core.comparison.map_products import difference, map_products
from proda_core.comparison.published import TOTALS
from proda_core.comparison.totals import totals
from proda_core.report.figures.difference import difference_maps
from proda_core.report.figures.maps import product_maps
from proda_core.report.figures.scores import score_figure
from proda_core.report.figures.totals import totals_figure
from proda_core.report.ground import Ground
from proda_core.report.style import DPI, SYNTHETIC, png, shown_width
from tests.unit.comparison import made_run


def _texts(figure) -> str:
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


def test_synthetic_data_are_marked_on_the_figure_itself(run):
    frame = table_37_1(run, draws=2)
    assert SYNTHETIC in _texts(score_figure(frame, SYNTHETIC))
    assert SYNTHETIC not in _texts(score_figure(frame))


def test_published_scores_are_called_published(run):
    assert "published, chapter 37 (other profiles)" in _texts(score_figure(table_37_1(run, draws=2)))


def test_published_totals_are_drawn_only_where_they_can_be_compared(run):
    frame = totals(run)
    assert "WISE30sec" not in _texts(totals_figure(frame))
    whole = frame.assign(comparable=True)
    assert "WISE30sec" in _texts(totals_figure(whole)) and "published by others" in _texts(
        totals_figure(whole)
    )
    assert TOTALS["source"].notna().all()


def test_every_column_of_maps_has_one_scale_that_begins_at_zero(run):
    figure = product_maps(map_products(run, made_run.places()))
    limits = {}
    for axes in figure.axes:
        spec = axes.get_subplotspec()
        for drawn in axes.collections if spec is not None else ():
            if drawn.get_array() is not None and len(drawn.get_array()):
                limits.setdefault(spec.colspan.start, set()).add(drawn.get_clim())
    assert all(len(found) == 1 for found in limits.values()) and len(limits) == 3
    assert all(low == 0 for found in limits.values() for low, _ in found)


def test_a_difference_is_centred_on_zero(run):
    figure = difference_maps([difference(run, None, "proda", "default")])
    ends = [c.get_clim() for axes in figure.axes for c in axes.collections if c.get_array() is not None]
    assert all(low == -high for low, high in ends[:1])


def test_drawing_leaves_the_style_of_others_alone(run):
    before = mpl.rcParams["font.size"]
    png(score_figure(table_37_1(run, draws=2)))
    assert mpl.rcParams["font.size"] == before


def test_the_same_table_gives_the_same_picture(run):
    frame = table_37_1(run, draws=2)
    first, second = png(score_figure(frame)), png(score_figure(frame))
    assert first == second and shown_width(first) == pytest.approx(10.5 * 100, rel=0.05)
    assert DPI > 100


def test_the_ground_is_equal_area():
    ground = Ground(np.array([-125, -67]), np.array([24, 50]))
    for south in (25.0, 48.0):
        east, north = np.array([0, 0.1, 0.1, 0]), np.array([0, 0, 0.1, 0.1])
        corners = ground.project(-100 + east, south + north)
        x, y = corners.T
        drawn = 0.5 * abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))
        true = Geod(ellps="WGS84").polygon_area_perimeter(-100 + east, south + north)[0] / 1e6  # km2
        assert drawn == pytest.approx(true, rel=1e-3)
