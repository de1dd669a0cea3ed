"""Elements become Bokeh figures of a page: one per panel, coloured by the page's theme."""

from __future__ import annotations

import holoviews as hv
import holoviews.plotting.bokeh  # noqa: F401 - registers the backend
import pytest
from bokeh.document import Document
from bokeh.themes import Theme

from dashboard.plots.elements import figures_of, source_of


@pytest.fixture
def panels() -> hv.Layout:
    line = hv.Curve([1.0, 2.0], label="modelled") * hv.Points([(0.0, 1.5)], label="observed")
    return line + hv.Curve([3.0, 4.0], label="alone")


def test_every_panel_is_a_figure_without_a_logo(panels: hv.Layout) -> None:
    plots = figures_of(panels)
    assert len(plots) == 2 and all(plot.toolbar.logo is None for plot in plots)


def test_the_source_of_a_mark_is_found_by_its_label(panels: hv.Layout) -> None:
    plot = figures_of(panels)[0]
    assert list(source_of(plot, "observed").data["y"]) == [1.5]
    assert list(source_of(plot, "modelled").data["y"]) == [1.0, 2.0]
    with pytest.raises(KeyError, match="expected one of modelled, observed"):
        source_of(plot, "predicted")


def test_the_theme_of_the_page_colours_text_and_ground(panels: hv.Layout) -> None:
    plot = figures_of(panels)[0]
    document = Document()
    document.theme = Theme(
        json={"attrs": {"Title": {"text_color": "#123456"}, "Plot": {"background_fill_color": "#654321"}}}
    )
    document.add_root(plot)
    assert (plot.title.text_color, plot.background_fill_color) == ("#123456", "#654321")
