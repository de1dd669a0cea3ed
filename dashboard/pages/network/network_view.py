"""The examination of a network: how well it predicts, which covariates matter, how its members differ."""

from __future__ import annotations

import pandas as pd
import panel as pn
import panel_material_ui as pmui
from bokeh.plotting import figure

from dashboard.plots.elements import figures_from_json, figures_of
from dashboard.plots.labels import parameter_label
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Updating
from dashboard.ui.figure_place import FigurePlace
from dashboard.ui.help import Help
from dashboard.ui.layout import card, flexible_column, flexible_width, side_by_side, wrap_row
from dashboard.ui.text import heading
from proda_core import figures
from proda_core.vocabulary.parameters import PARAMETERS, PRIORS

HEIGHT = 430  # px
ONE_NETWORK = "One network has no other to disagree with"
NAMES = PRIORS["proda"].names  # of nearly every network
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}


class NetworkView:
    """Each part of an examination is drawn when it arrives; a choice redraws the figures it concerns.

    Skill and spread are the same for every choice, so a worker draws them.
    """

    def __init__(self, session: SessionState, help_: Help) -> None:
        self._session = session
        self._parts: dict[str, dict] = {}
        self._note = ""
        self._updating = Updating()
        self._parameter = pmui.Select(
            label="Parameter",
            options=_options(NAMES),
            value=_known(session.parameter, NAMES),
            size="small",
            **flexible_width(420),
        )
        self._covariate = pmui.Select(label="Covariate", options=[], size="small", **flexible_width(300))
        for widget in (self._parameter, self._covariate):
            widget.param.watch(lambda *_: self._on_choice(), "value")
        session.param.watch(lambda *_: self._sync_from_state(), ["parameter", "covariate"])
        self._fit, self._skill, self._covariates, self._groups, self._dependence, self._spread = (
            FigurePlace(HEIGHT) for _ in range(6)
        )
        fit = card(
            heading("Network prediction vs fitted value", help_.button("network_fit", "these figures")),
            wrap_row(self._parameter),
            _abreast(self._fit, self._skill),
        )
        covariates = card(
            heading(
                "Which covariates matter", help_.button("covariate_importance", "importance and dependence")
            ),
            _abreast(self._covariates, self._groups),
            wrap_row(self._covariate),
            _abreast(self._dependence, self._spread),
        )
        self.view = pn.Column(fit, covariates, sizing_mode="stretch_width", styles={"gap": "14px"}, margin=0)

    def update(self, parts: dict[str, dict], note: str) -> None:
        """Draw the parts of an examination that are known so far; ``note`` ends the titles."""
        new = {name for name in parts if parts[name] is not self._parts.get(name)}
        gone = set(self._parts) - set(parts)
        self._parts, self._note = parts, note
        if {"fit", "dependence"} & new:
            self._set_options()
        if new or gone:
            self._draw()

    def _set_options(self) -> None:
        """Set what the network knows as options; keep the session's parameter and covariate among them."""
        fit, dependence = self._parts.get("fit"), self._parts.get("dependence")
        with self._updating:
            if fit is not None:
                names = fit["parameters"]
                value = _known(self._session.parameter, names)
                self._parameter.param.update(options=_options(names), value=value)
            if dependence is not None:
                # value and options in one message: a menu that gets its value first stays blank
                wanted = self._session.covariate
                value = wanted if wanted in dependence else self._most_important()
                self._covariate.param.update(options=list(dependence), value=value)

    def _on_choice(self) -> None:
        """Write the visitor's choice to the session; the default covariate is left out of it."""
        if self._updating:
            return
        covariate = self._covariate.value or ""
        default = not self._session.covariate and covariate == self._most_important()
        self._session.param.update(parameter=self._parameter.value, covariate="" if default else covariate)

    def _sync_from_state(self) -> None:
        self._set_options()
        self._draw()

    def _draw(self) -> None:
        parameter, covariate, note = self._parameter.value, self._covariate.value, self._note
        fit, dependence, drawn = (self._parts.get(name) for name in ("fit", "dependence", "figures"))
        importance = self._parts.get("importance") or {}
        found = None if dependence is None else dependence.get(covariate)
        self._fit.update(_parameter_fit, fit, parameter, note)
        self._covariates.update(_importance, importance.get("covariates"), "covariates", parameter, note)
        self._groups.update(_importance, importance.get("groups"), "groups", parameter, note)
        self._dependence.update(_dependence, found, fit, parameter, covariate, note)
        self._skill.update(figures_from_json, None if drawn is None else drawn["skill"])
        self._spread.update(figures_from_json, None if drawn is None else drawn.get("spread"))
        if drawn is not None and "spread" not in drawn:
            self._spread.report(ONE_NETWORK)

    def _most_important(self) -> str:
        """Return the covariate with the greatest mean importance; the first one while that is unknown."""
        importance, names = self._parts.get("importance"), list(self._parts.get("dependence", ()))
        if importance is None:
            return names[0] if names else ""
        return str(importance["covariates"].mean(axis=1).idxmax())


def _abreast(wide: FigurePlace, narrow: FigurePlace) -> pn.Row:
    return side_by_side(flexible_column(wide.view, basis=440), flexible_column(narrow.view, basis=320))


def _parameter_fit(fit: dict, parameter: str, note: str) -> list[figure]:
    return figures_of(figures.parameter_fit(fit, parameter, note=note))


def _importance(frame: pd.DataFrame, kind: str, parameter: str, note: str) -> list[figure]:
    title, name = f"{kind.capitalize()} that {parameter} depends on", f"importance-{kind}"
    return figures_of(figures.importance(frame, parameter, title=title, name=name, note=note))


def _dependence(found: dict, fit: dict, parameter: str, covariate: str, note: str) -> list[figure]:
    return figures_of(figures.dependence(found, fit, parameter, covariate, note=note))


def _known(name: str, names: tuple[str, ...]) -> str:
    return name if name in names else names[0]


def _options(parameters: tuple[str, ...]) -> dict[str, str]:
    return {f"{parameter_label(name)}: {_MEANINGS[name]}": name for name in parameters}
