"""A text that is being typed is not overwritten by an earlier one."""

from __future__ import annotations

import panel_material_ui as pmui
import pytest
from bokeh.document import Document
from bokeh.model import Model
from panel.io.state import set_curdoc

from dashboard.upstream import text_input


@pytest.fixture
def field() -> pmui.TextInput:
    text_input.apply()
    text_input.apply()  # a second call changes nothing
    return pmui.TextInput(label="Chains", value="3")


def _shown(field: pmui.TextInput, document: Document) -> Model:
    return field.get_root(document).data


def test_a_text_that_comes_late_leaves_what_has_been_typed_since(field: pmui.TextInput) -> None:
    """Expected: panel-material-ui 0.16.6 by itself writes the older text over the newer one."""
    document = Document()
    model = _shown(field, document)
    with set_curdoc(document):
        model.value_input = "12"  # typed since 9 was
        field._process_events({"value": "9"})
    assert field.value == "9"
    assert model.value_input == "12"


def test_what_comes_with_a_newer_text_does_not_undo_it(field: pmui.TextInput) -> None:
    document = Document()
    model = _shown(field, document)
    with set_curdoc(document):
        model.value_input = "12"
        field._process_events({"value": "9", "value_input": "12"})
    assert (field.value, field.value_input, model.value_input) == ("9", "12", "12")


def test_a_value_from_python_is_shown(field: pmui.TextInput) -> None:
    document = Document()
    model = _shown(field, document)
    field.value = "5"
    assert (field.value_input, model.value_input) == ("5", "5")


def test_an_answer_that_corrects_what_was_typed_is_shown(field: pmui.TextInput) -> None:
    document = Document()
    model = _shown(field, document)
    field.param.watch(lambda event: field.param.update(value="8") if event.new == "12" else None, "value")
    with set_curdoc(document):
        model.value = "12"
    assert (field.value, model.value, model.value_input) == ("8", "8", "8")
