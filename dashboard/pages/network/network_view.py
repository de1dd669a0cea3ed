"""The examination of a network: how well it predicts, which covariates matter, how its members differ."""

from __future__ import annotations

import panel as pn
import panel_material_ui as pmui

from dashboard.pages.network.fit_view import FitView
from dashboard.pages.network.importance_view import ImportanceView
from dashboard.plots.labels import parameter_label
from dashboard.state.session_state import SessionState
from dashboard.ui.callbacks import Updating
from dashboard.ui.help import Help
from dashboard.ui.layout import card, flexible_column, flexible_width, side_by_side, wrap_row
from dashboard.ui.text import heading
from proda_core.vocabulary.parameters import PARAMETERS, PRIORS

NAMES = PRIORS["proda"].names  # of nearly every network
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}


class NetworkView:
    """Each part of an examination is drawn when it arrives; a choice redraws the figures it concerns."""

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
        self._fit, self._importance = FitView(), ImportanceView()
        fit = card(
            heading("Network prediction vs fitted value", help_.button("network_fit", "these figures")),
            wrap_row(self._parameter),
            self._fit.view,
        )
        covariates = card(
            heading(
                "Which covariates matter", help_.button("covariate_importance", "importance and dependence")
            ),
            self._importance.bars,
            wrap_row(self._covariate),
            side_by_side(
                flexible_column(self._importance.dependence, basis=440),
                flexible_column(self._fit.spread, basis=320),
            ),
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
        parameter, covariate = self._parameter.value, self._covariate.value
        self._fit.update(self._parts, parameter, self._note)
        self._importance.update(self._parts, parameter, covariate, self._note)

    def _most_important(self) -> str:
        """Return the covariate with the greatest mean importance; the first one while that is unknown."""
        importance, names = self._parts.get("importance"), list(self._parts.get("dependence", ()))
        if importance is None:
            return names[0] if names else ""
        return str(importance["covariates"].mean(axis=1).idxmax())


def _known(name: str, names: tuple[str, ...]) -> str:
    return name if name in names else names[0]


def _options(parameters: tuple[str, ...]) -> dict[str, str]:
    return {f"{parameter_label(name)}: {_MEANINGS[name]}": name for name in parameters}
