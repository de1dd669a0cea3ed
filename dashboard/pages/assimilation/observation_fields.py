"""Carbon and weight of every observation as fields: what is dragged on the figure can be typed here."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.state.profile_changes import ProfileChanges
from dashboard.ui.text import html

_MOST_HIGH = 392  # px; more depths are scrolled to
_FIELD = {"size": "small", "sizing_mode": "stretch_width", "margin": (6, 0)}


class ObservationFields:
    """Two fields per depth. ``take(row, what, text)`` is called with what is typed into one of them."""

    def __init__(self, take: Callable[[int, str, str], None]) -> None:
        self._take, self._showing = take, False
        self._fields: list[dict[str, pmui.TextInput]] = []
        styles = {"max-height": f"{_MOST_HIGH}px", "overflow-y": "auto", "padding": "2px 6px 2px 0"}
        self._rows = pn.Column(sizing_mode="stretch_width", margin=0, styles=styles)
        words = "Carbon in kgC m⁻³; weight times the schedule’s own, 0 leaves an observation out."
        self.view = pn.Column(
            html(f"<p class='quiet small'>{words}</p>"), self._rows, sizing_mode="stretch_width", margin=0
        )

    def open(self, changes: ProfileChanges) -> None:
        """Offer the fields of another profile, numbers in them: what is placed is not changed any more."""
        self._fields = [self._pair(row, depth) for row, depth in enumerate(changes.depth)]
        self.show(changes)
        style = {"display": "grid", "grid-template-columns": "1fr 1fr", "gap": "0 10px", "max-height": "none"}
        self._rows[:] = [
            pn.Row(*pair.values(), sizing_mode="stretch_width", styles=style, margin=0)
            for pair in self._fields
        ]

    def show(self, changes: ProfileChanges) -> None:
        """Show the numbers as they are now."""
        self._showing = True
        for row, pair in enumerate(self._fields):
            pair["carbon"].value = f"{changes.carbon[row]:.4g}"
            pair["weight"].value = f"{changes.weight[row]:g}"
        self._showing = False

    def _pair(self, row: int, depth: float) -> dict[str, pmui.TextInput]:
        return {what: self._field(row, what, depth) for what in ("carbon", "weight")}

    def _field(self, row: int, what: str, depth: float) -> pmui.TextInput:
        field = pmui.TextInput(label=f"{what.capitalize()} at {depth:.2f} m", **_FIELD)
        field.param.watch(lambda event: self._typed(row, what, event.new), "value")
        return field

    def _typed(self, row: int, what: str, text: str) -> None:
        if not self._showing:
            self._take(row, what, text)
