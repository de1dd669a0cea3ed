"""Changes that a page makes before its browser has drawn it reach the browser."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import panel as pn
from bokeh.client import pull_session
from panel.io import document as panel_document
from panel.io.server import get_server

from dashboard.upstream import early_updates, ordered_updates

PATIENCE = 20.0  # s
SOON = 700  # ms: after the document has been fetched


def _page() -> pn.Column:
    place, document = pn.Column(pn.pane.Markdown("still waiting")), pn.state.curdoc

    def change() -> None:
        if document.session_context.session._subscribed_connections:  # a browser has fetched the document
            place[:] = [pn.pane.Markdown("the change")]
            document.remove_periodic_callback(ticking)

    ticking = document.add_periodic_callback(change, SOON)
    return place


def _words_seen(port: int) -> str:
    """Texts known to a browser that has fetched the document and has not reported a drawing yet."""
    session = pull_session(url=f"http://127.0.0.1:{port}/")
    connection = session._connection  # the public way to wait for messages has no timeout

    def words() -> str:
        return " ".join(model.text for model in session.document.models if hasattr(model, "text"))

    connection._loop.call_later(PATIENCE, connection._loop.stop)
    connection._loop_until(lambda: "the change" in words())
    session.close()
    return words()


def test_a_change_between_fetching_and_drawing_reaches_the_browser() -> None:
    """Expected: Panel by itself drops it (1.9.4), because it takes the document to be fetched later."""
    ordered_updates.apply()
    early_updates.apply()
    with ThreadPoolExecutor(1) as thread:  # this one may run a loop already
        assert "the change" in thread.submit(_served).result()


def _served() -> str:
    """What a browser has seen of the page, served in this thread."""
    seen: list[str] = []
    server = get_server(_page, port=0, websocket_origin=["*"])

    def read() -> None:
        try:
            seen.append(_words_seen(server.port))
        finally:
            server.io_loop.add_callback(server.io_loop.stop)

    server.start()
    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    server.io_loop.start()
    thread.join()
    server.stop()
    return seen[0]


def test_a_second_call_changes_nothing() -> None:
    early_updates.apply()
    before = panel_document._drain_unconnected_events
    early_updates.apply()
    assert panel_document._drain_unconnected_events is before
