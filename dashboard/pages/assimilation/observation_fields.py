"""Fields for carbon and weight of every observation, as an alternative to dragging it."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.state.profile_changes import ProfileChanges
from dashboard.ui.callbacks import Updating
from dashboard.ui.text import html

MAX_HEIGHT = 392  # px; more depths are scrolled to
NOTE = "Carbon in kgC m⁻³; weight as a factor on the schedule’s own, 0 leaves an observation out."
_FIELD = {"size": "small", "sizing_mode": "stretch_width", "margin": (6, 0)}
_ROW = {"display": "grid", "grid-template-columns": "1fr 1fr", "gap": "0 10px", "max-height": "none"}


class ObservationFields:
    """Two fields per depth. ``on_text(row, quantity, text)`` gets what is typed into one of them."""

    def __init__(self, on_text: Callable[[int, str, str], None]) -> None:
        self._on_text, self._updating = on_text, Updating()
        self._fields: list[dict[str, pmui.TextInput]] = []
        styles = {"max-height": f"{MAX_HEIGHT}px", "overflow-y": "auto", "padding": "2px 6px 2px 0"}
        self._rows = pn.Column(sizing_mode="stretch_width", margin=0, styles=styles)
        note = html(f"<p class='quiet small'>{NOTE}</p>")
        self.view = pn.Column(note, self._rows, sizing_mode="stretch_width", margin=0)

    def set_profile(self, changes: ProfileChanges) -> None:
        """Build the fields of another profile, with their values."""
        self._fields = [
            {what: self._field(row, what, depth) for what in ("carbon", "weight")}
            for row, depth in enumerate(changes.depth)
        ]
        self.update(changes)
        self._rows[:] = [
            pn.Row(*pair.values(), sizing_mode="stretch_width", styles=_ROW, margin=0)
            for pair in self._fields
        ]

    def update(self, changes: ProfileChanges) -> None:
        """Set the fields to the changed values."""
        with self._updating:
            for row, pair in enumerate(self._fields):
                pair["carbon"].value = f"{changes.carbon[row]:.4g}"
                pair["weight"].value = f"{changes.weight[row]:g}"

    def _field(self, row: int, quantity: str, depth: float) -> pmui.TextInput:
        field = pmui.TextInput(label=f"{quantity.capitalize()} at {depth:.2f} m", **_FIELD)
        field.param.watch(lambda event: self._on_value(row, quantity, event.new), "value")
        return field

    def _on_value(self, row: int, quantity: str, text: str) -> None:
        if not self._updating:
            self._on_text(row, quantity, text)
