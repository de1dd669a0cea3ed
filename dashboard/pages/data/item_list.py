"""A list of named things of which one is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import panel as pn
import panel_material_ui as pmui

TALLEST = 560  # px; a longer list scrolls


class ItemList:
    """The list; ``on_choose`` hears the name of what a person has tapped."""

    def __init__(self, on_choose: Callable[[str], None]) -> None:
        self._on_choose = on_choose
        self._names: list[str] = []
        self._quiet = False
        self._menu = pmui.MenuList(items=[], sizing_mode="stretch_width", margin=0)
        self._menu.param.watch(self._take, "active")
        styles = {"max-height": f"{TALLEST}px", "overflow-y": "auto"}
        self.view = pn.Column(self._menu, sizing_mode="stretch_width", styles=styles, margin=0)

    def show(self, items: Mapping[str, dict], chosen: str) -> None:
        """Show these lines (name -> label, secondary, icon) with one of them marked."""
        lines = list(items.values())
        self._quiet = True
        try:
            if lines != self._menu.items or list(items) != self._names:
                self._names = list(items)
                self._menu.param.update(active=None, items=lines)
            wanted = (self._names.index(chosen),) if chosen in items else None
            if self._menu.active != wanted:
                self._menu.active = wanted
        finally:
            self._quiet = False

    def _take(self, event: object) -> None:
        if not self._quiet and event.new:
            self._on_choose(self._names[event.new[0]])
