"""The form that says how a network is trained."""

from __future__ import annotations

from collections.abc import Iterable

import panel as pn
import panel_material_ui as pmui

from dashboard.state.session_state import SessionState
from dashboard.state.training_choices import FIELDS, PRESETS, SPLITS, TrainingChoices, read
from dashboard.ui.buttons import NO_CAPITALS
from dashboard.ui.text import markdown
from proda_core.records.checks import InputError

_WIDE = {"size": "small", "sizing_mode": "stretch_width", "margin": (8, 0)}


class NetworkForm:
    """Covariates, preset, split and numbers. ``choices`` holds them; bad input raises InputError there.

    What has been chosen goes to the session, and comes from there.
    """

    def __init__(self, session: SessionState) -> None:
        self._session = session
        self.choices = TrainingChoices(**read(session.recipe))
        self._following = False
        self.choices.param.watch(lambda *_: self._write_session(), ["groups", "preset", "by", *FIELDS])
        session.param.watch(lambda *_: self._follow(), "recipe")
        self._groups = pmui.CheckButtonGroup(
            options=[], value=[], size="small", sizing_mode="stretch_width", margin=(4, 0), sx=NO_CAPITALS
        )
        self._groups.param.watch(self._take_groups, "value")
        fields = (("preset", "Network", PRESETS), ("by", "Held out together", SPLITS))
        selects = [
            pmui.Select.from_param(
                self.choices.param[name],
                label=label,
                options={words: value for value, words in options.items()},
                description="",
                **_WIDE,
            )
            for name, label, options in fields
        ]
        typed = [
            pmui.TextInput.from_param(self.choices.param[name], label=label, description="", **_WIDE)
            for name, label in FIELDS.items()
        ]
        self.view = pn.Column(
            markdown("Covariates that may be used", styles={"margin-top": "6px"}),
            self._groups,
            *selects,
            *typed,
            sizing_mode="stretch_width",
            margin=0,
        )

    def open(self, kinds: Iterable[str]) -> None:
        """Offer the kinds of covariates a data set has; all of them are chosen, or those of the session."""
        kinds = list(kinds)
        if self._groups.options != kinds:
            chosen = [kind for kind in kinds if kind in self.choices.groups] or kinds
            self._groups.param.update(options=kinds, value=chosen)

    def _take_groups(self, event: object) -> None:
        self.choices.groups = tuple(event.new)

    def _write_session(self) -> None:
        """Let the session, and so the link, know; a number that is none is told when it is used."""
        if self._following or not self.choices.groups:  # none is told when it is used, too
            return
        try:
            self._session.recipe = self.choices.to_text(tuple(self._groups.options))
        except InputError:
            return

    def _follow(self) -> None:
        """Go where the session is sent; nothing happens if that has just come from here."""
        usual = {name: TrainingChoices.param[name].default for name in ("preset", "by", *FIELDS)}
        asked = usual | {"groups": tuple(self._groups.options)} | read(self._session.recipe)
        if asked == {name: getattr(self.choices, name) for name in asked}:
            return
        self._following = True
        try:
            self.choices.param.update(**asked)
            self._groups.value = [kind for kind in self._groups.options if kind in asked["groups"]]
        finally:
            self._following = False
