"""React to a slider within a millisecond while it moves.

Panel collects the changes of a widget for 50 ms before it runs its callbacks, and offers no option for it;
of a profile that follows a slider one feels that.
"""

from __future__ import annotations

import panel_material_ui as pmui
from panel.reactive import Syncable

from dashboard.upstream.patching import expect_source

DELAY_MS = 1
_SERVER_CHANGE = "75e125039b5c102d"


def check() -> None:
    """Raise UpstreamChangedError unless Panel delays changes as in 1.9.4."""
    expect_source("panel", Syncable._server_change, _SERVER_CHANGE)


def apply() -> None:
    """Set the delay of all integer sliders."""
    pmui.IntSlider._debounce = DELAY_MS
