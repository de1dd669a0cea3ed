"""Lets every change of a page reach the browser in the order in which it was made.

Two ways lead to a browser. Bokeh puts a change into a message at once, and sends all messages when the
callback that made them lets go of the document's lock. Panel sends changes of its own objects itself,
and so overtakes Bokeh or is overtaken: a figure may name a renderer whose message still waits, and the
browser drops the figure with "reference p1903 isn't known". Panel also answers a click that comes while
another is worked on without the lock at all. Here every answer holds the lock, and Panel's changes join
Bokeh's queue.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import panel as pn
from bokeh.document import Document
from panel.io import document as panel_document
from param.parameterized import iscoroutinefunction

from dashboard.ui.callbacks import session_of

_WAYS = ("write_events", "schedule_write_events")  # what Panel sends with; it falls back to Bokeh's queue


def keep_order() -> None:
    """One queue for all changes of a document; to be called once, a second call changes nothing."""
    for name in _WAYS:
        change_once(panel_document, name, _in_turn)
    change_once(pn.state, "execute", _holding_the_lock)


def change_once(owner: object, name: str, changed: Callable[[Callable], Callable]) -> None:
    """Put ``changed(original)`` in a function's place, unless it stands there."""
    original = getattr(owner, name)
    if getattr(original, "changed_by", None) is not changed:
        instead = changed(original)
        instead.changed_by = changed
        setattr(owner, name, instead)


def _in_turn(send: Callable) -> Callable:
    @wraps(send)
    def checked(document: Document, connections: list, events: list) -> None:
        if collects(document):
            for event in events:
                event.callback_invoker = None  # Panel knows what it has changed; told of it, it would answer
            raise RuntimeError("Bokeh sends these changes when it is their turn")  # Panel hands them over
        send(document, connections, events)

    return checked


def collects(document: Document) -> bool:
    """Whether Bokeh holds the document's lock, and sends what changes when it lets go."""
    return getattr(session_of(document), "_pending_writes", None) is not None


def _holding_the_lock(execute: Callable) -> Callable:
    """Panel's ``state.execute``, which starts coroutines at once: here they wait for the lock."""

    @wraps(execute)
    def scheduled(callback: Callable, schedule: bool | str = "auto") -> None:
        document = pn.state.curdoc
        if schedule is True and session_of(document) is not None and iscoroutinefunction(callback):
            document.add_next_tick_callback(_told(callback))
        else:
            execute(callback, schedule)

    return scheduled


def _told(callback: Callable) -> Callable:
    """The same coroutine; what fails in it is told as Panel tells it."""

    async def run() -> None:
        try:
            await callback()
        except Exception as error:
            pn.state._handle_exception(error)

    return run
