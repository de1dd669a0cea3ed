"""A list of named items of which one is selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel as pn
import panel_material_ui as pmui

from dashboard.ui.callbacks import Updating

MOST_HEIGHT = 560  # px; a longer list scrolls


class ItemList:
    """The list; ``on_select`` gets the name of the item that was clicked."""

    def __init__(self, on_select: Callable[[str], None]) -> None:
        self._on_select = on_select
        self._names: list[str] = []
        self._updating = Updating()
        self._menu = pmui.MenuList(items=[], sizing_mode="stretch_width", margin=0)
        self._menu.param.watch(self._on_click, "active")
        styles = {"max-height": f"{MOST_HEIGHT}px", "overflow-y": "auto"}
        self.view = pn.Column(self._menu, sizing_mode="stretch_width", styles=styles, margin=0)

    def update(self, items: Mapping[str, dict], selected: str) -> None:
        """Show items (name -> label, secondary, icon) with one of them selected."""
        lines = list(items.values())
        with self._updating:
            if lines != self._menu.items or list(items) != self._names:
                self._names = list(items)
                self._menu.param.update(active=None, items=lines)
            active = (self._names.index(selected),) if selected in items else None
            if self._menu.active != active:
                self._menu.active = active

    def _on_click(self, event: object) -> None:
        if not self._updating and event.new:
            self._on_select(self._names[event.new[0]])
