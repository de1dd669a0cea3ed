"""A row of buttons, one of them selected."""

from __future__ import annotations

from collections.abc import Mapping

import panel_material_ui as pmui

from dashboard.ui.layout import flexible_width

NO_CAPITALS = {"& .MuiToggleButton-root": {"textTransform": "none", "whiteSpace": "nowrap"}}


def toggle_buttons(options: Mapping[str, str], value: str | None, width: int) -> pmui.RadioButtonGroup:
    """Return buttons by their labels, ``width`` px wide where there is room."""
    return pmui.RadioButtonGroup(
        options=dict(options), value=value, size="small", **flexible_width(width), sx=NO_CAPITALS
    )
