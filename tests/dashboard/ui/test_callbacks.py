"""Claims on callbacks: a delay starts again with each request, an update is seen by the watchers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from bokeh.document import Document
from panel.io.state import set_curdoc

from dashboard.ui.callbacks import Debounce, Updating


def test_asked_often_it_calls_once_and_later() -> None:
    document, calls = Document(), []
    context = SimpleNamespace(session=object())
    document._session_context = lambda: context
    debounce = Debounce(lambda: calls.append("called"), 250)
    with set_curdoc(document):
        for _ in range(3):
            debounce.request()
    (waiting,) = document.session_callbacks
    assert waiting.timeout == 250 and calls == []
    waiting.callback()
    assert calls == ["called"]


def test_where_no_page_is_served_it_calls_at_once() -> None:
    calls: list[str] = []
    Debounce(lambda: calls.append("called"), 250).request()
    assert calls == ["called"]


def test_watchers_see_that_an_update_is_under_way() -> None:
    updating, seen = Updating(), []

    def on_change() -> None:
        seen.append(bool(updating))

    with updating:
        with updating:
            on_change()
        on_change()
    on_change()
    assert seen == [True, True, False]


def test_an_update_ends_with_an_error_too() -> None:
    updating = Updating()
    with pytest.raises(ValueError), updating:
        raise ValueError
    assert not updating
