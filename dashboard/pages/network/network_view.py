"""What is known of one network: how well it predicts, where its members disagree, what it listens to."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui
from bokeh.models import ColumnDataSource

from dashboard.pages.network import covariate_importance, parameter_fit_figures
from dashboard.plots.labels import parameter_label
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from dashboard.ui.layout import card, figure_pane, flexible_column, flexible_width, side_by_side, wrap_row
from dashboard.ui.text import heading
from proda_core.vocabulary.parameters import PARAMETERS, PRIORS

FIT_HEIGHT, BARS_HEIGHT = 430, 430  # px
NAMES = PRIORS["proda"].names  # of nearly every network
_SOON = "Still to be looked at"
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}


class NetworkView:
    """Drawn part by part as the parts of an examination come; a choice redraws what it concerns."""

    def __init__(self, session: SessionState, help_: Help) -> None:
        self._session = session
        self._parts: dict[str, dict] = {}
        self._note = ""
        self._parameter = pmui.Select(
            label="Parameter",
            options=_options(NAMES),
            value=_known(session.parameter, NAMES),
            size="small",
            **flexible_width(420),
        )
        self._covariate = pmui.Select(label="Covariate", options=[], size="small", **flexible_width(300))
        self._offering = False
        self._parameter.param.watch(lambda *_: self._choose(), "value")
        self._covariate.param.watch(lambda *_: self._choose(), "value")
        session.param.watch(lambda *_: self._follow(), ["parameter", "covariate"])
        self._make_fit()
        self._make_listening()
        fit = card(
            heading("Predicted against retrieved", help_.button("network_fit", "these figures")),
            wrap_row(self._parameter),
            side_by_side(
                flexible_column(figure_pane(self._fit, FIT_HEIGHT), basis=440),
                flexible_column(figure_pane(self._skill, FIT_HEIGHT), basis=320),
            ),
        )
        heard = card(
            heading("What the network listens to", help_.button("listening", "importance and dependence")),
            side_by_side(
                flexible_column(figure_pane(self._bars, BARS_HEIGHT), basis=440),
                flexible_column(figure_pane(self._group_bars, BARS_HEIGHT), basis=320),
            ),
            wrap_row(self._covariate),
            side_by_side(
                flexible_column(figure_pane(self._dependence, BARS_HEIGHT), basis=440),
                flexible_column(figure_pane(self._spread, BARS_HEIGHT), basis=320),
            ),
        )
        self.view = pn.Column(fit, heard, sizing_mode="stretch_width", styles={"gap": "14px"}, margin=0)

    def show(self, parts: dict[str, dict], note: str) -> None:
        """Draw the parts there are; what is missing is empty."""
        new = {name for name in parts if parts[name] is not self._parts.get(name)}
        gone = set(self._parts) - set(parts)
        self._parts, self._note = parts, note
        if {"fit", "dependence"} & new:
            self._offer()
        if new or gone:
            self._draw()

    def _offer(self) -> None:
        """Offer what the network knows; keep the session's parameter and covariate if they are there."""
        fit, dependence = self._parts.get("fit"), self._parts.get("dependence")
        self._offering = True
        try:
            if fit is not None:
                names = fit["parameters"]
                value = _known(self._session.parameter, names)
                self._parameter.param.update(options=_options(names), value=value)
            if dependence is not None:
                # Value and options in one message: a menu that gets its value first stays blank.
                wanted = self._session.covariate
                value = wanted if wanted in dependence else self._most_important()
                self._covariate.param.update(options=list(dependence), value=value)
        finally:
            self._offering = False

    def _choose(self) -> None:
        """Take what the visitor has chosen to the session, which everything follows."""
        if self._offering:
            return
        covariate = self._covariate.value or ""
        usual = not self._session.covariate and covariate == self._most_important()
        chosen = {"parameter": self._parameter.value, "covariate": "" if usual else covariate}
        self._session.param.update(**chosen)

    def _follow(self) -> None:
        self._offer()
        self._draw()

    def _make_fit(self) -> None:
        self._held_out, self._training = (
            ColumnDataSource(parameter_fit_figures.fit_columns()) for _ in range(2)
        )
        self._held_out.name = "held-out"
        self._skill_bars = ColumnDataSource(parameter_fit_figures.skill_columns(), name="skill")
        self._spread_bars = ColumnDataSource(parameter_fit_figures.spread_columns())
        self._fit = parameter_fit_figures.fit_figure(self._held_out, self._training)
        self._skill = parameter_fit_figures.skill_figure(self._skill_bars)
        self._spread = parameter_fit_figures.spread_figure(self._spread_bars)

    def _make_listening(self) -> None:
        self._heard, self._heard_groups = (
            ColumnDataSource(covariate_importance.importance_columns(), name=name)
            for name in ("importance", "group-importance")
        )
        self._line = ColumnDataSource(covariate_importance.dependence_columns())
        self._bars = covariate_importance.importance_figure(self._heard, "importance-bars")
        self._group_bars = covariate_importance.importance_figure(self._heard_groups, "group-bars")
        self._dependence = covariate_importance.dependence_figure(self._line)

    def _draw(self) -> None:
        fit, heard = self._parts.get("fit"), self._parts.get("importance")
        parameter = self._parameter.value
        self._held_out.data = parameter_fit_figures.fit_columns(fit, parameter, True)
        self._training.data = parameter_fit_figures.fit_columns(fit, parameter, False)
        for plot, source, columns in (
            (self._skill, self._skill_bars, parameter_fit_figures.skill_columns(fit)),
            (self._spread, self._spread_bars, parameter_fit_figures.spread_columns(fit)),
        ):
            plot.y_range.factors = columns["parameter"]
            source.data = columns
        self._spread.title.text = parameter_fit_figures.spread_title(fit)
        if fit is not None:
            parameter_fit_figures.relabel_fit(self._fit, fit, parameter, self._note)
        for plot, source, name in (
            (self._bars, self._heard, "covariates"),
            (self._group_bars, self._heard_groups, "groups"),
        ):
            frame = None if heard is None else heard[name]
            columns = covariate_importance.importance_columns(frame, parameter or covariate_importance.ALL)
            covariate_importance.show_importance(plot, source, columns)
            plot.title.text = f"{name.capitalize()} that {parameter} depends on" if heard else _SOON
        self._draw_dependence()

    def _draw_dependence(self) -> None:
        found, fit = self._parts.get("dependence"), self._parts.get("fit")
        covariate, parameter = self._covariate.value, self._parameter.value
        one = None if found is None else found.get(covariate)
        self._line.data = covariate_importance.dependence_columns(one, fit, parameter)
        if one is None:
            self._dependence.title.text = _SOON
        if one is not None and fit is not None:
            covariate_importance.relabel_dependence(
                self._dependence, one, covariate, parameter, fit["prior"], self._note
            )

    def _most_important(self) -> str:
        """The covariate most depends on; the first one where that has not been looked at, "" without any."""
        heard, names = self._parts.get("importance"), list(self._parts.get("dependence", ()))
        if heard is None:
            return names[0] if names else ""
        return str(heard["covariates"].mean(axis=1).idxmax())


def _known(name: str, names: tuple[str, ...]) -> str:
    return name if name in names else names[0]


def _options(parameters: tuple[str, ...]) -> dict[str, str]:
    return {f"{parameter_label(name)}: {_MEANINGS[name]}": name for name in parameters}
