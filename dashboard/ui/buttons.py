"""A row of buttons of which one is pressed."""

from __future__ import annotations

from collections.abc import Mapping

import panel_material_ui as pmui

from dashboard.ui.layout import flexible_width

AS_WRITTEN = {"& .MuiToggleButton-root": {"textTransform": "none", "whiteSpace": "nowrap"}}  # not in capitals


def toggle_buttons(options: Mapping[str, str], value: str | None, width: int) -> pmui.RadioButtonGroup:
    """Buttons by their words, some px wide where there is room."""
    return pmui.RadioButtonGroup(
        options=dict(options), value=value, size="small", **flexible_width(width), sx=AS_WRITTEN
    )
