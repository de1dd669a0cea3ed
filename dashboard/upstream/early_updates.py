"""Send changes that a page makes between the browser's request for the document and its first drawing.

Panel 1.9.4 drops changes of layouts until the browser has drawn the page, because it expects the document to
be fetched later, with the changes in it. A browser fetches the document first and draws it then, for a second
on a slow computer; whatever a page changed in between never appeared.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from threading import Lock

from bokeh.document import Document
from bokeh.document.events import DocumentChangedEvent, SessionCallbackAdded, SessionCallbackRemoved
from panel.io import document as panel_document

from dashboard.ui.callbacks import session_of
from dashboard.upstream.ordered_updates import holds_lock
from dashboard.upstream.patching import expect_source, replace_once

_DRAIN = "_drain_unconnected_events"  # returns which of the held events are dispatched now
_FINGERPRINT = "3af857c238df697b"


def check() -> None:
    """Raise UpstreamChangedError unless Panel drains events as in 1.9.4."""
    expect_source("panel", getattr(panel_document, _DRAIN), _FINGERPRINT)


def apply() -> None:
    """Send changes to a browser that has fetched the document."""
    replace_once(panel_document, _DRAIN, _complete)


def _complete(drain: Callable) -> Callable:
    @wraps(drain)
    def drained(document: Document, lock: Lock) -> list[DocumentChangedEvent]:
        if not _fetched(document):
            return drain(document, lock)
        with lock:
            events = list(document.callbacks._held_events or [])
            document.callbacks._held_events, document.callbacks._hold = [], None
        if holds_lock(document):
            return events
        at_once = [e for e in events if isinstance(e, SessionCallbackAdded | SessionCallbackRemoved)]
        later = [event for event in events if event not in at_once]
        if later:
            document.add_next_tick_callback(partial(panel_document.retrigger_events, document, later))
        return at_once

    return drained


def _fetched(document: Document) -> bool:
    """Return whether a browser has fetched the document and listens to changes."""
    return bool(getattr(session_of(document), "_subscribed_connections", None))
