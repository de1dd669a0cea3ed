"""Which column of a visitor's file is which of ours, and in which unit."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.tasks.profile_import import guess_columns
from dashboard.ui.layout import flexible_width, wrap_row
from dashboard.ui.text import markdown
from proda_core.records.checks import InputError
from proda_core.sources.own_profiles_columns import BY_NAME, DEGREES

AS_NAMED, NOT_STATED = "as it is named", "as the header says"
_MEANINGS = {"site": "name of the place of a profile"} | {n: c.meaning for n, c in BY_NAME.items()}


class ColumnMapping:
    """Two menus per column of ours; empty until there is a file."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._columns: dict[str, pmui.Select] = {}
        self._units: dict[str, pmui.Select] = {}
        self.view = pn.Column(sizing_mode="stretch_width", margin=0, styles={"gap": "2px"})

    def show(self, header: list[str]) -> None:
        """Menus for the columns of a file, set to what their names tell."""
        known = guess_columns(header)
        names = list(dict.fromkeys(filter(None, header)))
        self._columns = {ours: self._column(ours, names, known) for ours in ("site", *BY_NAME)}
        self._units = {ours: self._unit(ours) for ours in BY_NAME if ours not in DEGREES}
        rows = [
            wrap_row(menu, *filter(None, [self._units.get(ours)])) for ours, menu in self._columns.items()
        ]
        words = markdown("Which column is which? Units are needed where the header does not state them.")
        self.view[:] = [words, *rows]

    def clear(self) -> None:
        """No file, no menus."""
        self._columns, self._units = {}, {}
        self.view[:] = []

    def chosen(self) -> tuple[dict[str, str], dict[str, str]]:
        """Our names -> the file's, and -> units; what is left to the header is left out."""
        columns = {ours: menu.value for ours, menu in self._columns.items() if menu.value != AS_NAMED}
        units = {ours: menu.value for ours, menu in self._units.items() if menu.value != NOT_STATED}
        twice = [name for name in columns.values() if list(columns.values()).count(name) > 1]
        if twice:
            raise InputError(f"Columns: expected each column of the file once, found {twice[0]!r} twice")
        return columns, units

    def _column(self, ours: str, names: list[str], known: dict) -> pmui.Select:
        value = known.get(ours, (AS_NAMED, ""))[0]
        label = f"{ours}: {_MEANINGS[ours]}"
        return self._menu(label, [AS_NAMED, *names], value, 330)

    def _unit(self, ours: str) -> pmui.Select:
        return self._menu("unit", [NOT_STATED, *BY_NAME[ours].factors], NOT_STATED, 150)

    def _menu(self, label: str, options: list[str], value: str, width: int) -> pmui.Select:
        menu = pmui.Select(label=label, options=options, value=value, size="small", **flexible_width(width))
        menu.param.watch(lambda _: self._on_change(), "value")
        return menu
