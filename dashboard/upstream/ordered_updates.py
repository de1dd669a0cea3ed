"""Send every change of a page in the order in which it was made.

Two ways lead to a browser. Bokeh puts a change into a message at once and sends all messages when the
callback that made them releases the document's lock. Panel sends changes of its own objects itself, before or
after them: a change may name a renderer whose message still waits, and the browser drops the figure with
"reference p1903 isn't known". Panel also runs the callback of a click that comes while another one is running
without the lock. With this patch every callback holds the lock and Panel's changes join Bokeh's queue.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import panel as pn
from bokeh.document import Document
from panel.io import document as panel_document
from param.parameterized import iscoroutinefunction

from dashboard.ui.callbacks import session_of
from dashboard.upstream.patching import expect_source, replace_once

_FINGERPRINTS = {
    "write_events": "abb3b4b7d0438a32",
    "schedule_write_events": "1373bb4356d5b48c",
}  # Panel's two ways to send
_EXECUTE = "25026f4af39012b5"


def check() -> None:
    """Raise UpstreamChangedError unless Panel sends and executes as in 1.9.4."""
    for name, fingerprint in _FINGERPRINTS.items():
        expect_source("panel", getattr(panel_document, name), fingerprint)
    expect_source("panel", pn.state.execute, _EXECUTE)


def apply() -> None:
    """Use one queue for all changes of a document."""
    for name in _FINGERPRINTS:
        replace_once(panel_document, name, _queued)
    replace_once(pn.state, "execute", _with_lock)


def holds_lock(document: Document) -> bool:
    """Return whether Bokeh holds the document's lock, and so sends what changes when it releases it."""
    return getattr(session_of(document), "_pending_writes", None) is not None


def _queued(send: Callable) -> Callable:
    @wraps(send)
    def checked(document: Document, connections: list, events: list) -> None:
        if holds_lock(document):
            for event in events:
                event.callback_invoker = None  # Panel would take its own change for one of the browser
            raise RuntimeError("Bokeh sends these changes")  # Panel then hands them to Bokeh
        send(document, connections, events)

    return checked


def _with_lock(execute: Callable) -> Callable:
    """Return Panel's ``state.execute`` with coroutines that wait for the lock instead of starting at once."""

    @wraps(execute)
    def scheduled(callback: Callable, schedule: bool | str = "auto") -> None:
        document = pn.state.curdoc
        if schedule is True and session_of(document) is not None and iscoroutinefunction(callback):
            document.add_next_tick_callback(_with_errors_handled(callback))
        else:
            execute(callback, schedule)

    return scheduled


def _with_errors_handled(callback: Callable) -> Callable:
    """Return the coroutine function with its errors handled as Panel does."""

    async def run() -> None:
        try:
            await callback()
        except Exception as error:
            pn.state._handle_exception(error)

    return run
