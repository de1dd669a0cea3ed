"""Claims that hold for every figure: labelled axes, both backends, the note, an answer to empty tables."""

from __future__ import annotations

import re

import holoviews as hv
import matplotlib as mpl
import pytest
from bokeh.models import DataTable, GlyphRenderer
from bokeh.plotting import figure as bokeh_figure

from proda_core import figures
from proda_core.records.checks import InputError
from proda_core.report.picture import picture, png
from tests.unit.figures.conftest import NOTE

HELPERS = {"plots", "prepare", "use_theme", "density_counts"}
DRAWN = sorted(set(figures.__all__) - HELPERS)
PLOTTED = [name for name in DRAWN if name != "headline"]
OF_FRAMES = (
    *("scores", "maps", "totals", "taylor", "strata", "coverage", "processes", "folds", "density"),
    "agreement",
)
UNITS = {
    "density": ("observed (kgC m⁻³)", "modelled (kgC m⁻³)"),
    "totals": ("soil organic carbon (PgC)", ""),
    "depth_profiles": ("soil organic carbon (kgC m⁻³)", "depth (m)"),
    "profile": ("soil organic carbon (kgC m⁻³)", "depth (m)"),
    "vegetation": ("", "stock (kgC m⁻²)"),
    "coverage": ("nominal level (%)", "measurements inside (%)"),
    "dependence": ("elevation", "mean "),
}


def panels(element) -> list[hv.Element]:
    return list(element) if isinstance(element, hv.Layout) else [element]


def texts(figure) -> str:
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


def test_every_public_figure_is_looked_at_here(elements):
    assert set(elements) == set(DRAWN)


@pytest.mark.parametrize("name", PLOTTED)
def test_bokeh_draws_it_with_the_note_in_a_title_and_labels_at_its_axes(elements, name):
    plots = figures.plots(elements[name])
    assert plots and all(isinstance(plot, bokeh_figure) for plot in plots)
    assert any(NOTE in plot.title.text for plot in plots)
    x, y = UNITS.get(name, ("", ""))
    assert plots[0].xaxis[0].axis_label.startswith(x) and plots[0].yaxis[0].axis_label.startswith(y)


@pytest.mark.parametrize("name", PLOTTED)
def test_matplotlib_draws_it_with_the_same_panels_and_note(elements, name):
    drawn = picture(elements[name])
    shown = [p for p in panels(elements[name]) if not isinstance(p, hv.Empty)]
    maps = [axes for axes in drawn.axes if axes.get_label() != "<colorbar>"]
    assert len(maps) == len(shown) and NOTE in texts(drawn)


def test_the_table_is_drawn_by_both_backends(elements):
    drawn = hv.render(elements["headline"], backend="bokeh")
    assert "PRODA" in next(iter(drawn.select({"type": DataTable}))).source.data["method"]
    assert hv.render(elements["headline"], backend="matplotlib").axes


@pytest.mark.parametrize("name", OF_FRAMES)
def test_an_empty_table_is_answered_in_a_sentence(frames, name):
    with pytest.raises(InputError, match="expected|no "):
        getattr(figures, name)(frames[name].iloc[:0])


def test_figures_compose(elements):
    both = elements["maps"] + elements["totals"]
    assert len(both) == len(elements["maps"]) + 1


def test_drawing_leaves_the_style_of_others_alone(elements):
    before = dict(mpl.rcParams)
    png(elements["totals"])
    assert dict(mpl.rcParams) == before


def test_no_figure_sets_a_colour_that_is_lost_on_dark_ground(elements):
    for name in PLOTTED:
        for plot in figures.plots(elements[name]):
            glyphs = [mark.glyph for mark in plot.renderers if isinstance(mark, GlyphRenderer)]
            keys = [(glyph, key) for glyph in glyphs for key in ("text_color", "fill_color", "line_color")]
            alphas = [getattr(glyph, key.replace("color", "alpha"), 1.0) for glyph, key in keys]
            values = [str(getattr(g, key, "")) for (g, key), alpha in zip(keys, alphas) if alpha != 0]
            assert not re.search("black|#000000|#22272b", " ".join(values)), name
