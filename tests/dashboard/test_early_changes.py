"""What a page changes before its browser has drawn it is not lost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import panel as pn
from bokeh.client import pull_session
from panel.io import document as panel_document
from panel.io.server import get_server

from dashboard.upstream.early_updates import keep_early_changes
from dashboard.upstream.ordered_updates import keep_order

PATIENCE = 20.0  # s
SOON = 700  # ms: after the document has been fetched


def _page() -> pn.Column:
    place, document = pn.Column(pn.pane.Markdown("still waiting")), pn.state.curdoc

    def change() -> None:
        if document.session_context.session._subscribed_connections:  # a browser has fetched the document
            place[:] = [pn.pane.Markdown("it has come")]
            document.remove_periodic_callback(ticking)

    ticking = document.add_periodic_callback(change, SOON)
    return place


def _words_seen(port: int) -> str:
    """What a browser knows that has fetched the document and never says that it has drawn it."""
    session = pull_session(url=f"http://127.0.0.1:{port}/")
    connection = session._connection  # the public way to wait for messages waits for ever

    def words() -> str:
        return " ".join(model.text for model in session.document.models if hasattr(model, "text"))

    connection._loop.call_later(PATIENCE, connection._loop.stop)
    connection._loop_until(lambda: "it has come" in words())
    session.close()
    return words()


def test_a_change_between_fetching_and_drawing_reaches_the_browser() -> None:
    """Expected: Panel by itself drops it (1.9.4), because it takes the document to be fetched later."""
    keep_order()
    keep_early_changes()
    with ThreadPoolExecutor(1) as thread:  # this one may run a loop already
        assert "it has come" in thread.submit(_served).result()


def _served() -> str:
    """What a browser has seen of the page, served in this thread."""
    seen: list[str] = []
    server = get_server(_page, port=0, websocket_origin=["*"])

    def look() -> None:
        try:
            seen.append(_words_seen(server.port))
        finally:
            server.io_loop.add_callback(server.io_loop.stop)

    server.start()
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    server.io_loop.start()
    thread.join()
    server.stop()
    return seen[0]


def test_a_second_call_changes_nothing() -> None:
    keep_early_changes()
    before = panel_document._drain_unconnected_events
    keep_early_changes()
    assert panel_document._drain_unconnected_events is before
