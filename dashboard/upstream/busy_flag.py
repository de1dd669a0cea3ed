"""Disconnect a page from the busy flag of the whole process.

A Page of panel-material-ui links its ``busy`` to ``pn.state.busy``, one flag for all visitors: every callback
of one visitor is sent to all others, and the watcher keeps the document of each closed session in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import panel as pn
import panel_material_ui as pmui
from panel.util import edit_readonly

from dashboard.upstream.patching import expect_source, replace_once

_INIT = "b03d6b8695242491"


def check() -> None:
    """Raise UpstreamChangedError unless a Page is built as in panel-material-ui 0.16.6."""
    expect_source("panel-material-ui", pmui.Page.__init__, _INIT)


def apply() -> None:
    """Build pages without the link to the flag."""
    replace_once(pmui.Page, "__init__", _disconnected)


def _disconnected(init: Callable) -> Callable:
    @wraps(init)
    def built(page: pmui.Page, *arguments: object, **options: object) -> None:
        init(page, *arguments, **options)
        _disconnect(page)

    return built


def _disconnect(page: pmui.Page) -> None:
    with edit_readonly(page):
        page.busy = False
    for watcher in list(pn.state.param.watchers.get("busy", {}).get("value", ())):
        owner = getattr(watcher.fn, "__self__", None)
        if getattr(owner, "self", None) is page:
            pn.state.param.unwatch(watcher)
