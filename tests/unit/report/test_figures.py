"""Claims about printed figures: what they say of the data, and that they are the same each time."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from proda_core import figures
from proda_core.comparison.headline import table_37_1
from proda_core.comparison.published import TOTALS
from proda_core.comparison.totals import totals
from proda_core.report.picture import DPI, SYNTHETIC, picture, png, shown_width


def _texts(figure) -> str:
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


def test_synthetic_data_are_marked_on_the_figure_itself(run):
    element = figures.scores(table_37_1(run, draws=2))
    assert SYNTHETIC in _texts(picture(element, SYNTHETIC))
    assert SYNTHETIC not in _texts(picture(element))


def test_published_scores_are_called_published(run):
    shown = picture(figures.scores(table_37_1(run, draws=2)))
    assert "published, chapter 37 (other profiles)" in _texts(shown)


def test_published_totals_are_drawn_only_where_they_can_be_compared(run):
    frame = totals(run)
    assert "published" not in _texts(picture(figures.totals(frame)))
    assert "WISE30sec (published)" in _texts(picture(figures.totals(frame.assign(comparable=True))))
    assert TOTALS["source"].notna().all()


def test_legends_of_all_panels_are_gathered_once(run):
    shown = picture(figures.scores(table_37_1(run, draws=2)))
    assert len(shown.legends) == 1 and not any(axes.get_legend() for axes in shown.axes)


def test_the_same_table_gives_the_same_picture(run):
    element = figures.scores(table_37_1(run, draws=2))
    first, second = png(element), png(element)
    assert first == second and shown_width(first) == pytest.approx(10.5 * 100, rel=0.05)
    assert DPI > 100
