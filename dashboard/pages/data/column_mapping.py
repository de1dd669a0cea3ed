"""Which column of a file is which variable, and in which unit."""

from __future__ import annotations

from collections.abc import Callable

import panel as pn
import panel_material_ui as pmui

from dashboard.jobs.tasks.profile_import import guess_columns
from dashboard.ui.layout import flexible_width, wrap_row
from dashboard.ui.text import markdown
from proda_core.records.checks import InputError
from proda_core.sources.own_profiles_columns import BY_NAME, DEGREES

NOT_CHOSEN, NOT_STATED = "the column of this name, if there is one", "as the header says"
_MEANINGS = {"site": "name of the place of a profile"} | {n: c.meaning for n, c in BY_NAME.items()}


class ColumnMapping:
    """A menu of columns per variable, and one of units; empty until there is a file."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self._on_change = on_change
        self._columns: dict[str, pmui.Select] = {}
        self._units: dict[str, pmui.Select] = {}
        self.view = pn.Column(sizing_mode="stretch_width", margin=0, styles={"gap": "2px"})

    def update(self, header: list[str]) -> None:
        """Show menus for the columns of a file, set by the names in its header."""
        known = guess_columns(header)
        names = list(dict.fromkeys(filter(None, header)))
        self._columns = {variable: self._column(variable, names, known) for variable in ("site", *BY_NAME)}
        self._units = {variable: self._unit(variable) for variable in BY_NAME if variable not in DEGREES}
        rows = [
            wrap_row(menu, *filter(None, [self._units.get(variable)]))
            for variable, menu in self._columns.items()
        ]
        words = markdown("Which column is which? Units are needed where the header does not state them.")
        self.view[:] = [words, *rows]

    def clear(self) -> None:
        """Remove the menus."""
        self._columns, self._units = {}, {}
        self.view[:] = []

    def chosen(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return columns and units by variable, only those chosen; InputError for a column chosen twice."""
        columns = {name: menu.value for name, menu in self._columns.items() if menu.value != NOT_CHOSEN}
        units = {name: menu.value for name, menu in self._units.items() if menu.value != NOT_STATED}
        twice = [name for name in columns.values() if list(columns.values()).count(name) > 1]
        if twice:
            raise InputError(f"Columns: expected each column of the file once, found {twice[0]!r} twice")
        return columns, units

    def _column(self, variable: str, names: list[str], known: dict) -> pmui.Select:
        value = known.get(variable, (NOT_CHOSEN, ""))[0]
        return self._menu(f"{variable}: {_MEANINGS[variable]}", [NOT_CHOSEN, *names], value, 330)

    def _unit(self, variable: str) -> pmui.Select:
        return self._menu("unit", [NOT_STATED, *BY_NAME[variable].factors], NOT_STATED, 150)

    def _menu(self, label: str, options: list[str], value: str, width: int) -> pmui.Select:
        menu = pmui.Select(label=label, options=options, value=value, size="small", **flexible_width(width))
        menu.param.watch(lambda _: self._on_change(), "value")
        return menu
