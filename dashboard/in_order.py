"""Lets every change of a page reach the browser in the order in which it was made.

Two ways lead to a browser. Bokeh puts a change into a message at once and sends all messages when the
callback that made them is over. Panel sends changes of its own objects immediately, and so overtakes
Bokeh: a figure that Panel sends may refer to a renderer whose message still waits, and the browser drops
the figure with "reference p1903 isn't known". While Bokeh collects, Panel's changes join its queue here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from bokeh.document import Document
from panel.io import document as panel_document

_WAYS = ("write_events", "schedule_write_events")  # what Panel sends with; it falls back to Bokeh's queue


def keep_order() -> None:
    """Let Panel's changes wait for Bokeh's; to be called once, a second call changes nothing."""
    for name in _WAYS:
        send = getattr(panel_document, name)
        if not hasattr(send, "__wrapped__"):
            setattr(panel_document, name, _in_turn(send))


def _in_turn(send: Callable) -> Callable:
    @wraps(send)
    def checked(document: Document, connections: list, events: list) -> None:
        if _collects(document):
            raise RuntimeError("Bokeh sends these changes when it is their turn")  # Panel hands them over
        send(document, connections, events)

    return checked


def _collects(document: Document) -> bool:
    """Whether Bokeh holds the document's lock, and sends what changes when it lets go."""
    session = getattr(document.session_context, "session", None)
    return getattr(session, "_pending_writes", None) is not None
