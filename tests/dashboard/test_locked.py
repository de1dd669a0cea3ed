"""Claims on what waits: a pause begins anew at each ask, and is none where no page is served."""

from __future__ import annotations

from types import SimpleNamespace

from bokeh.document import Document
from panel.io.state import set_curdoc

from dashboard.ui.callbacks import Debounce


def test_asked_often_it_calls_once_and_later() -> None:
    document, calls = Document(), []
    context = SimpleNamespace(session=object())
    document._session_context = lambda: context
    pause = Debounce(lambda: calls.append("called"), 250)
    with set_curdoc(document):
        for _ in range(3):
            pause.ask()
    (waiting,) = document.session_callbacks
    assert waiting.timeout == 250 and calls == []
    waiting.callback()
    assert calls == ["called"]


def test_where_no_page_is_served_it_calls_at_once() -> None:
    calls: list[str] = []
    Debounce(lambda: calls.append("called"), 250).ask()
    assert calls == ["called"]
