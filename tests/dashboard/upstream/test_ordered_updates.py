"""Changes that Panel sends do not overtake those that Bokeh has yet to send."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import SimpleNamespace

import panel as pn
import pytest
from panel.io import document as panel_document

from dashboard.upstream import ordered_updates


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list:
    """What Panel's own way sends."""
    events: list = []
    for name in ("write_events", "schedule_write_events"):
        monkeypatch.setattr(panel_document, name, lambda document, connections, new: events.extend(new))
    ordered_updates.apply()
    return events


def _document(pending: list | None) -> SimpleNamespace:
    return SimpleNamespace(session_context=SimpleNamespace(session=SimpleNamespace(_pending_writes=pending)))


@pytest.mark.parametrize("name", ["write_events", "schedule_write_events"])
def test_while_bokeh_collects_panel_hands_its_changes_over(sent: list, name: str) -> None:
    change = SimpleNamespace(callback_invoker=sent.append)
    with pytest.raises(RuntimeError):  # which Panel answers by giving the events to Bokeh
        getattr(panel_document, name)(_document([]), [], [change])
    assert sent == []
    assert change.callback_invoker is None  # else Panel would take its own change for the browser's


@pytest.mark.parametrize("document", [_document(None), SimpleNamespace(session_context=None)])
def test_otherwise_panel_sends_at_once(sent: list, document: SimpleNamespace) -> None:
    panel_document.write_events(document, [], ["change"])
    assert sent == ["change"]


def test_a_second_call_changes_nothing(sent: list) -> None:
    before = panel_document.write_events
    ordered_updates.apply()
    assert panel_document.write_events is before


class _Document:
    """Notes what waits for its lock."""

    def __init__(self) -> None:
        self.waiting: list = []
        self.session_context = SimpleNamespace(session=object())

    def add_next_tick_callback(self, callback: object) -> None:
        self.waiting.append(callback)


@pytest.mark.parametrize("wrap", [lambda callback: callback, lambda callback: partial(callback)])
def test_an_answer_to_a_click_waits_for_the_lock(monkeypatch: pytest.MonkeyPatch, wrap) -> None:
    document, seen, failures = _Document(), [], []

    async def answer() -> None:
        seen.append("answered")
        raise ValueError("a slip")

    state = SimpleNamespace(
        curdoc=document, execute=lambda callback, schedule="auto": None, _handle_exception=failures.append
    )
    monkeypatch.setattr(pn, "state", state)
    ordered_updates.apply()
    pn.state.execute(wrap(answer), schedule=True)
    assert seen == [] and len(document.waiting) == 1
    with ThreadPoolExecutor(1) as thread:  # this one may run a loop already
        thread.submit(asyncio.run, document.waiting[0]()).result()
    assert seen == ["answered"] and [str(error) for error in failures] == ["a slip"]


def test_what_need_not_wait_goes_panels_way(monkeypatch: pytest.MonkeyPatch) -> None:
    document, done = _Document(), []
    state = SimpleNamespace(curdoc=document, execute=lambda callback, schedule="auto": done.append(schedule))
    monkeypatch.setattr(pn, "state", state)
    ordered_updates.apply()
    pn.state.execute(lambda: None, schedule=True)
    pn.state.execute(lambda: None)
    assert done == [True, "auto"] and document.waiting == []
