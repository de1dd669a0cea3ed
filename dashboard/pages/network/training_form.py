"""The form of a training: covariates, network, split and numbers."""

from __future__ import annotations

from collections.abc import Iterable

import panel as pn
import panel_material_ui as pmui

from dashboard.state.session_state import SessionState
from dashboard.state.training_choices import FIELDS, PRESETS, SPLITS, TrainingChoices, read
from dashboard.ui.buttons import NO_CAPITALS
from dashboard.ui.callbacks import Updating
from dashboard.ui.text import markdown
from proda_core.records.checks import InputError

_WIDE = {"size": "small", "sizing_mode": "stretch_width", "margin": (8, 0)}
_SELECTS = (("preset", "Network", PRESETS), ("by", "Held-out split", SPLITS))


class TrainingForm:
    """``choices`` holds the fields, where bad input raises InputError; valid ones are in the session too."""

    def __init__(self, session: SessionState) -> None:
        self._session = session
        self.choices = TrainingChoices(**read(session.recipe))
        self._updating = Updating()
        self.choices.param.watch(lambda *_: self._on_choice(), ["groups", "preset", "by", *FIELDS])
        session.param.watch(lambda *_: self._sync_from_state(), "recipe")
        self._groups = pmui.CheckButtonGroup(
            options=[], value=[], size="small", sizing_mode="stretch_width", margin=(4, 0), sx=NO_CAPITALS
        )
        self._groups.param.watch(self._on_groups, "value")
        selects = [self._select(name, label, titles) for name, label, titles in _SELECTS]
        typed = [
            pmui.TextInput.from_param(self.choices.param[name], label=label, description="", **_WIDE)
            for name, label in FIELDS.items()
        ]
        self.view = pn.Column(
            markdown("Covariates of the network", styles={"margin-top": "6px"}),
            self._groups,
            *selects,
            *typed,
            sizing_mode="stretch_width",
            margin=0,
        )

    def set_options(self, kinds: Iterable[str]) -> None:
        """Set the kinds of covariates of a data set; all are chosen unless the session names some."""
        kinds = list(kinds)
        if self._groups.options != kinds:
            chosen = [kind for kind in kinds if kind in self.choices.groups] or kinds
            self._groups.param.update(options=kinds, value=chosen)

    def _select(self, name: str, label: str, titles: dict[str, str]) -> pmui.Select:
        options = {title: value for value, title in titles.items()}
        return pmui.Select.from_param(
            self.choices.param[name], label=label, options=options, description="", **_WIDE
        )

    def _on_groups(self, event: object) -> None:
        self.choices.groups = tuple(event.new)

    def _on_choice(self) -> None:
        """Write valid choices to the session; invalid ones are reported when the training is started."""
        if self._updating or not self.choices.groups:
            return
        try:
            self._session.recipe = self.choices.to_text(tuple(self._groups.options))
        except InputError:
            return

    def _sync_from_state(self) -> None:
        """Set the fields to the session's choices, unless these have come from here."""
        defaults = {name: TrainingChoices.param[name].default for name in ("preset", "by", *FIELDS)}
        wanted = defaults | {"groups": tuple(self._groups.options)} | read(self._session.recipe)
        if wanted == {name: getattr(self.choices, name) for name in wanted}:
            return
        with self._updating:
            self.choices.param.update(**wanted)
            self._groups.value = [kind for kind in self._groups.options if kind in wanted["groups"]]
