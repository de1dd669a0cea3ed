"""Messages are those that Bokeh writes: known models as references, new ones in full, once."""

from __future__ import annotations

import numpy as np
import pytest
from bokeh.core.serialization import Serializer
from bokeh.document import Document
from bokeh.models import Column, ColumnDataSource, Div
from bokeh.plotting import figure

from dashboard.upstream import lazy_references
from dashboard.upstream.lazy_references import MESSAGES, LazySerializer


@pytest.fixture
def changes() -> list:
    """Changes of a document that a browser has: of a value, of data, and of children, one of them new."""
    document, seen = Document(), []
    source = ColumnDataSource({"x": np.arange(3.0), "y": np.arange(3.0)})
    plot = figure()
    plot.line("x", "y", source=source)
    column = Column(plot, Div(text="a"))
    document.add_root(column)
    document.models.flush_synced()
    document.on_change(seen.append)
    source.stream({"x": [3.0], "y": [4.0]})
    column.children[1].text = "b"
    column.children = [Div(text="new"), plot]
    plot.title = column.children[0].text
    return seen


@pytest.mark.parametrize("number", range(4))
def test_a_message_is_the_one_that_bokeh_writes(
    changes: list, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def message(kind: type) -> tuple:
        monkeypatch.setattr(MESSAGES, "Serializer", kind)
        document = changes[0].document
        new = set(document.models._new_models)
        found = MESSAGES.patch_doc.create([changes[number]])
        left = set(document.models._new_models)
        document.models._new_models = new
        return found.content, len(found.buffers), left

    assert str(message(LazySerializer)) == str(message(Serializer))


def test_what_is_no_model_has_no_reference() -> None:
    div = Div()
    serializer = LazySerializer(references={div})
    assert serializer.get_ref(div) == div.ref and serializer.has_ref(div)
    assert serializer.get_ref([1]) is None and not serializer.has_ref("words")


def test_bokeh_writes_its_messages_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MESSAGES, "Serializer", Serializer)
    lazy_references.apply()
    assert MESSAGES.Serializer is LazySerializer
