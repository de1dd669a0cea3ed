"""How well a network predicts each parameter, and how far the members of its ensemble are apart."""

from __future__ import annotations

import panel as pn
from bokeh.models import ColumnDataSource

from dashboard.pages.network.parameter_fit_figure import fit_columns, fit_figure, update_fit_labels
from dashboard.plots.elements import figures_from_json
from dashboard.ui.layout import figure_pane, flexible_column, set_content, side_by_side
from dashboard.ui.text import html
from proda_core.figures.theme import MUTED

HEIGHT = 430  # px
ONE_NETWORK = "One network has no other to disagree with"
_WAITING = "<p class='quiet'>Not computed yet</p>"


class FitView:
    """``view``: the scatter of one parameter and the skill of all; ``spread`` of the ensemble.

    Skill and spread are the same for every choice, so a worker draws them.
    """

    def __init__(self) -> None:
        self._held_out = ColumnDataSource(fit_columns(), name="held-out")
        self._training = ColumnDataSource(fit_columns(), name="training")
        self._fit = fit_figure(self._held_out, self._training)
        self._skill, self.spread = (
            pn.Column(html(_WAITING), sizing_mode="stretch_width", min_height=HEIGHT, margin=0)
            for _ in range(2)
        )
        self._drawn: dict[str, str] | None = None
        self.view = side_by_side(
            flexible_column(figure_pane(self._fit, HEIGHT), basis=440),
            flexible_column(self._skill, basis=320),
        )

    def update(self, parts: dict[str, dict], parameter: str, note: str) -> None:
        """Draw a parameter of the part ``fit``; redraw skill and spread if their figures are other ones."""
        fit, drawn = parts.get("fit"), parts.get("figures")
        self._held_out.data = fit_columns(fit, parameter, held_out=True)
        self._training.data = fit_columns(fit, parameter, held_out=False)
        if fit is not None:
            update_fit_labels(self._fit, fit, parameter, note)
        if drawn is not self._drawn:
            self._drawn = drawn
            set_content(self._skill, _drawn_pane(drawn, "skill"))
            set_content(self.spread, _drawn_pane(drawn, "spread"))


def _drawn_pane(drawn: dict[str, str] | None, name: str) -> pn.viewable.Viewable:
    if drawn is None:
        return html(_WAITING)
    if name not in drawn:
        return html(f"<p class='quiet'>{ONE_NETWORK}</p>")
    (plot,) = figures_from_json(drawn[name])
    plot.update(toolbar_location="right", outline_line_color=MUTED, outline_line_alpha=0.3)
    return figure_pane(plot, HEIGHT)
