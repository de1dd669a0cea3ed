"""The form that says how a network is trained."""

from __future__ import annotations

from collections.abc import Iterable

import panel as pn
import panel_material_ui as pmui

from dashboard.components.words import markdown
from dashboard.state.training_choices import FIELDS, TrainingChoices

_WIDE = {"size": "small", "sizing_mode": "stretch_width", "margin": (8, 0)}
_PRESETS = {
    "Modern: dropout, embeddings, weights by what a profile tells": "modern",
    "As published (PRODA 2020): four wide layers": "prodanet",
    "End to end: through the soil model, on observed carbon": "end_to_end",
}
_SPLITS = {
    "places: same coordinates stay together": "place",
    "sites: each by itself (chapter)": "site",
    "blocks: half-degree squares stay together": "block",
}
_PLAIN = {"& .MuiToggleButton-root": {"textTransform": "none", "whiteSpace": "nowrap"}}


class NetworkForm:
    """Covariates, preset, split and numbers. ``choices`` holds them; bad input raises InputError there."""

    def __init__(self) -> None:
        self.choices = TrainingChoices()
        self._groups = pmui.CheckButtonGroup(
            options=[], value=[], size="small", sizing_mode="stretch_width", margin=(4, 0), sx=_PLAIN
        )
        self._groups.param.watch(self._take_groups, "value")
        fields = (("preset", "Network", _PRESETS), ("by", "Held out together", _SPLITS))
        selects = [
            pmui.Select.from_param(
                self.choices.param[name], label=label, options=options, description="", **_WIDE
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
        """Offer the kinds of covariates a data set has, all of them chosen."""
        if self._groups.options != list(kinds):
            self._groups.param.update(options=list(kinds), value=list(kinds))

    def _take_groups(self, event: object) -> None:
        self.choices.groups = tuple(event.new)
