"""A slider is answered within a millisecond; Panel by itself (1.9.4) waits for 50 ms."""

from __future__ import annotations

from types import SimpleNamespace

import panel_material_ui as pmui
from bokeh.document import Document

from dashboard.upstream import slider_delay


def test_a_moved_slider_is_answered_after_a_millisecond(monkeypatch) -> None:
    slider_delay.apply()
    document = Document()
    slider = pmui.IntSlider(start=0, end=9, value=3)
    model = slider.get_root(document)
    context = SimpleNamespace(session=object())
    monkeypatch.setattr(Document, "session_context", property(lambda self: context))
    slider._server_change(document, model.ref["id"], None, "value", 3, 4)  # as Bokeh calls it
    assert [callback.timeout for callback in document.session_callbacks] == [slider_delay.DELAY_MS]
