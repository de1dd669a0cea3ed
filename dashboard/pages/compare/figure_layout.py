"""The figures of a run side by side: how many in a row, how wide and how tall, with one legend."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from types import MappingProxyType

import pandas as pd
import panel as pn
from bokeh.plotting import figure

from dashboard.pages.compare.legends import legend_html
from dashboard.plots.elements import figures_from_json
from dashboard.plots.style import fit_legend
from dashboard.ui.layout import figure_pane, grid, side_by_side
from dashboard.ui.text import html
from proda_core.figures.theme import MUTED


@dataclass(frozen=True)
class Placement:
    """Layout of the panels of a figure.

    width : of a panel at its narrowest [px]
    height : of a panel [px]; 0: as drawn
    widest : of a panel [px]; 0: no limit
    equal : all panels have the same size, so that linked maps keep their shape
    key : one legend for all panels, above them
    """

    width: int = 560
    height: int = 0
    widest: int = 0
    equal: bool = False
    key: bool = False


PLACEMENTS: MappingProxyType[str, Placement] = MappingProxyType(
    {
        "table": Placement(420, key=True),
        "deviation": Placement(320, 360, equal=True),
        "deviation_by_depth": Placement(320, 360, equal=True),
        "density": Placement(300, 430),
        "maps": Placement(320, 330, equal=True),
        "totals": Placement(),
        "vegetation": Placement(height=440),
        "agreement": Placement(420, key=True),
        "profiles": Placement(300, 340, widest=460, key=True),
        "regions": Placement(420, key=True),
        "classes": Placement(420, key=True),
        "coverage": Placement(240, key=True),
        "taylor": Placement(height=620, widest=640, key=True),
    }
)


def figure_view(name: str, drawn: str, frame: pd.DataFrame) -> pn.Column:
    """Return the figures that a worker has drawn, with the note of their frame below."""
    plots, place = figures_from_json(drawn), PLACEMENTS[name]
    note = html(f"<p class='quiet small'>{escape(str(frame.attrs.get('note', '')))}</p>")
    keys = [html(legend_html(plots))] if place.key else []
    for plot in plots:
        _prepare(plot, place)
    panes = [figure_pane(plot, place.height or plot.height) for plot in plots]
    across = 2 if len(panes) == 4 else 3
    if place.equal:
        rows = [grid(panes, across)]
    else:
        cells = [_cell(pane, place) for pane in panes]
        # a row gets no narrower than its figures at their narrowest
        rows = [side_by_side(*cells[first : first + across]) for first in range(0, len(cells), across)]
    return pn.Column(*keys, *rows, note, sizing_mode="stretch_width", margin=0)


def _prepare(plot: figure, place: Placement) -> None:
    """Leave the width above the frame to the title; name the rows of every panel, as panels wrap."""
    plot.update(toolbar_location="right", outline_line_color=MUTED, outline_line_alpha=0.3)
    if place.equal:
        plot.outline_line_color = None
    else:
        plot.yaxis.visible = True
    if not place.key:
        fit_legend(plot)


def _cell(pane: object, place: Placement) -> pn.Column:
    styles = {"flex": f"1 1 {place.width}px", "min-width": f"min({place.width}px, 100%)"}
    if place.widest:
        styles["max-width"] = f"{place.widest}px"
    return pn.Column(pane, sizing_mode="stretch_width", styles=styles, margin=0)
