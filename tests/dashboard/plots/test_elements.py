"""Elements become Bokeh figures of a page: one per panel, coloured by the page's theme."""

from __future__ import annotations

import pytest
from bokeh.document import Document
from bokeh.io.doc import patch_curdoc
from bokeh.plotting import figure
from bokeh.themes import Theme

from dashboard.plots.elements import figures_of, source_of
from proda_core import figures


@pytest.fixture
def plot() -> figure:
    (found,) = figures_of(figures.losses({0: [(1, 1.0, 1.2), (2, 0.5, 0.7)]}))
    return found


def test_every_panel_is_a_named_figure_without_a_logo() -> None:
    panel = figures.losses({0: [(1, 1.0, 1.2), (2, 0.5, 0.7)]})
    plots = figures_of(panel + panel)
    assert [plot.name for plot in plots] == ["losses", "losses"]
    assert all(plot.toolbar.logo is None for plot in plots)


def test_the_source_of_a_mark_is_found_by_its_label(plot: figure) -> None:
    assert list(source_of(plot, "training sites").data["loss"]) == [1.0, 0.5]
    assert list(source_of(plot, "validation sites").data["loss"]) == [1.2, 0.7]
    with pytest.raises(KeyError, match="expected one of training sites, validation sites"):
        source_of(plot, "test sites")


def test_the_theme_of_the_page_colours_text_and_ground(plot: figure) -> None:
    document = Document()
    colours = {"Title": {"text_color": "#123456"}, "Plot": {"background_fill_color": "#654321"}}
    document.theme = Theme(json={"attrs": colours})
    document.add_root(plot)
    assert (plot.title.text_color, plot.background_fill_color) == ("#123456", "#654321")


def test_drawing_leaves_the_theme_of_the_page_alone() -> None:
    """HoloViews replaces the theme of the current document; titles would be black on a dark page."""
    page = Document()
    page.theme = before = Theme(json={"attrs": {"Title": {"text_color": "#123456"}}})
    with patch_curdoc(page):
        figures_of(figures.losses({0: [(1, 1.0, 1.2), (2, 0.5, 0.7)]}))
    assert page.theme is before
