"""Lets what changes while a browser is still drawing a page for the first time reach that browser.

Panel drops changes of layouts until the browser has drawn the page: it expects the document to be fetched
later, with the changes in it. But a browser fetches the document first and draws it then, for a second on a
slow computer. Whatever a page put into its place in between was never seen: "Taking the model up…" stayed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from threading import Lock

from bokeh.document import Document
from bokeh.document.events import DocumentChangedEvent, SessionCallbackAdded, SessionCallbackRemoved
from panel.io import document as panel_document

from dashboard.ui.callbacks import session_of
from dashboard.upstream.ordered_updates import change_once, collects

_DRAIN = "_drain_unconnected_events"  # Panel's: which of the held events are to be sent now


def keep_early_changes() -> None:
    """Send changes to a browser that has fetched the document; a second call changes nothing."""
    change_once(panel_document, _DRAIN, _complete)


def _complete(drain: Callable) -> Callable:
    @wraps(drain)
    def drained(document: Document, lock: Lock) -> list[DocumentChangedEvent]:
        if not _fetched(document):
            return drain(document, lock)
        with lock:
            events = list(document.callbacks._held_events or [])
            document.callbacks._held_events, document.callbacks._hold = [], None
        if collects(document):
            return events
        at_once = [e for e in events if isinstance(e, SessionCallbackAdded | SessionCallbackRemoved)]
        later = [event for event in events if event not in at_once]
        if later:
            document.add_next_tick_callback(partial(panel_document.retrigger_events, document, later))
        return at_once

    return drained


def _fetched(document: Document) -> bool:
    """Whether a browser is there to be told; one that has yet to fetch the document passes over changes."""
    return bool(getattr(session_of(document), "_subscribed_connections", None))
