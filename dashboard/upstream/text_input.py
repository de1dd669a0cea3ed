"""Leaves a field as it is being typed in, whatever the server is still told of what was typed before.

A field tells the server each key (``value_input``) and, when it is left, the text (``value``). Panel's
Material fields answered the second by writing the text back into the first. A page that is busy answers
late: what had been typed since was overwritten, and the older text was taken a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import panel as pn
from panel_material_ui.widgets.input import _TextInputBase

from dashboard.upstream.ordered_updates import change_once

_SYNC = "_sync_value_input"  # Panel's: shows in the field what its value has become


def keep_typed_text() -> None:
    """Write into a field what Python has changed, not what it was told; a second call changes nothing."""
    change_once(_TextInputBase, _SYNC, _unless_told)


def _unless_told(sync: Callable) -> Callable:
    @wraps(sync)
    def checked(field: _TextInputBase) -> None:
        told = getattr(field, "_in_process__events", {}).get(pn.state.curdoc, {})
        if "value" not in told or told["value"] != field.value:
            sync(field)

    return checked
