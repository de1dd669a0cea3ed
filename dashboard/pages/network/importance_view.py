"""Which covariates matter for a parameter, singly and by group, and its dependence on one of them."""

from __future__ import annotations

from bokeh.models import ColumnDataSource

from dashboard.pages.network.dependence_figure import (
    dependence_columns,
    dependence_figure,
    update_dependence_labels,
)
from dashboard.pages.network.importance_figure import (
    importance_columns,
    importance_figure,
    update_importance,
)
from dashboard.ui.layout import figure_pane, flexible_column, side_by_side

HEIGHT = 430  # px
_WAITING = "Not computed yet"
_BARS = {"covariates": ("importance", "importance-bars"), "groups": ("group-importance", "group-bars")}


class ImportanceView:
    """``bars`` of covariates and groups; ``dependence`` on a covariate. Figures are made once."""

    def __init__(self) -> None:
        self._sources = {
            kind: ColumnDataSource(importance_columns(), name=source) for kind, (source, _) in _BARS.items()
        }
        self._bars = {kind: importance_figure(self._sources[kind], name) for kind, (_, name) in _BARS.items()}
        self._line = ColumnDataSource(dependence_columns(), name="dependence-line")
        self._dependence = dependence_figure(self._line)
        panes = [figure_pane(plot, HEIGHT) for plot in self._bars.values()]
        self.bars = side_by_side(flexible_column(panes[0], basis=440), flexible_column(panes[1], basis=320))
        self.dependence = figure_pane(self._dependence, HEIGHT)

    def update(self, parts: dict[str, dict], parameter: str, covariate: str | None, note: str) -> None:
        """Draw the parts ``importance`` and ``dependence`` for a parameter and a covariate."""
        self._update_bars(parts.get("importance"), parameter, note)
        fit, known = parts.get("fit"), parts.get("dependence")
        found = None if known is None else known.get(covariate)
        self._line.data = dependence_columns(found, fit, parameter)
        if found is None:
            self._dependence.title.text = _WAITING
        elif fit is not None:
            update_dependence_labels(self._dependence, found, covariate, parameter, fit["prior"], note)

    def _update_bars(self, importance: dict | None, parameter: str, note: str) -> None:
        for kind, plot in self._bars.items():
            frame = None if importance is None else importance[kind]
            update_importance(plot, self._sources[kind], importance_columns(frame, parameter))
            title = f"{kind.capitalize()} that {parameter} depends on"
            plot.title.text = _WAITING if importance is None else " · ".join(filter(None, (title, note)))
