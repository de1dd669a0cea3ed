"""What Panel sends does not overtake what Bokeh has yet to send."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from panel.io import document as panel_document

from dashboard.in_order import keep_order


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list:
    """What Panel's own way sends."""
    events: list = []
    for name in ("write_events", "schedule_write_events"):
        monkeypatch.setattr(panel_document, name, lambda document, connections, new: events.extend(new))
    keep_order()
    return events


def _document(pending: list | None) -> SimpleNamespace:
    return SimpleNamespace(session_context=SimpleNamespace(session=SimpleNamespace(_pending_writes=pending)))


@pytest.mark.parametrize("name", ["write_events", "schedule_write_events"])
def test_while_bokeh_collects_panel_hands_its_changes_over(sent: list, name: str) -> None:
    with pytest.raises(RuntimeError):  # which Panel answers by giving the events to Bokeh
        getattr(panel_document, name)(_document([]), [], ["change"])
    assert sent == []


@pytest.mark.parametrize("document", [_document(None), SimpleNamespace(session_context=None)])
def test_otherwise_panel_sends_at_once(sent: list, document: SimpleNamespace) -> None:
    panel_document.write_events(document, [], ["change"])
    assert sent == ["change"]


def test_a_second_call_changes_nothing(sent: list) -> None:
    before = panel_document.write_events
    keep_order()
    assert panel_document.write_events is before
