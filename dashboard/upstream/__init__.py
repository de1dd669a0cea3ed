"""Patches of Panel, panel-material-ui and Bokeh, one file each; README.md says why and for how long.

Every patch has ``check()``, which raises UpstreamChangedError where the library holds other code, and
either ``apply()``, which may be called again, or ``page_script()``, which runs before a page is drawn.
"""

from __future__ import annotations

from dashboard.upstream import (
    browser_history,
    busy_flag,
    css_lookups,
    early_updates,
    lazy_references,
    ordered_updates,
    react_state,
    slider_delay,
    tab_keyboard,
    text_input,
)
from dashboard.upstream.patching import UpstreamChangedError

SERVER_PATCHES = (ordered_updates, early_updates, text_input, lazy_references, busy_flag, slider_delay)
SCRIPT_PATCHES = (react_state, css_lookups, browser_history, tab_keyboard)
__all__ = ["UpstreamChangedError", "apply_all", "page_scripts"]


def apply_all() -> None:
    """Check all patches, then apply those of the server; raises UpstreamChangedError and applies none."""
    for patch in (*SERVER_PATCHES, *SCRIPT_PATCHES):
        patch.check()
    for patch in SERVER_PATCHES:
        patch.apply()


def page_scripts() -> str:
    """Return the scripts that a page runs before anything is drawn."""
    return "\n".join(patch.page_script() for patch in SCRIPT_PATCHES)
