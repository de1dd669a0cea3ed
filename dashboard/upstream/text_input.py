"""Leave a text field as it is being typed in when an older text of it arrives at the server.

A field sends each key (``value_input``) and, when it loses the focus, the text (``value``). The Material
fields of panel-material-ui answered the second by writing the text back into the first. A busy server answers
late: what had been typed since was overwritten, and the older text was taken a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import panel as pn
from panel_material_ui.widgets.input import _TextInputBase

from dashboard.upstream.patching import expect_source, replace_once

_SYNC = "_sync_value_input"  # writes the value into the field
_FINGERPRINT = "c9894df39e062c69"


def check() -> None:
    """Raise UpstreamChangedError unless panel-material-ui copies a value into the field as in 0.16.6."""
    expect_source("panel-material-ui", getattr(_TextInputBase, _SYNC), _FINGERPRINT)


def apply() -> None:
    """Write into a field what Python has changed, not what the browser has sent."""
    replace_once(_TextInputBase, _SYNC, _unless_sent_by_browser)


def _unless_sent_by_browser(sync: Callable) -> Callable:
    @wraps(sync)
    def checked(field: _TextInputBase) -> None:
        sent = getattr(field, "_in_process__events", {}).get(pn.state.curdoc, {})
        if "value" not in sent or sent["value"] != field.value:
            sync(field)

    return checked
