"""The pages in a notebook, executed by a real kernel: each one renders, and figures follow the widgets."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from dashboard import notebook
from dashboard.jobs.services import Services
from dashboard.state.session_state import PAGES
from proda_core.records.checks import InputError

LONGEST = 300  # s for one cell
BEGIN = """
import asyncio
import panel as pn
import panel_material_ui as pmui
from dashboard.notebook import page, window

def said(view):
    return [alert.object for alert in view.select(pmui.Alert) if alert.visible]
"""
SHOWN = "view = page({name!r}, data='example', site=9)\nview"
# A browser answers with a comm; here what would be sent to it is caught.
CATCH = """
from panel.io import notebook as panel_notebook
from panel.io.state import state
sent = []
panel_notebook.send = lambda comm, message: sent.append(message.content)
shown = [state._views[ref] for ref in view._models if ref in state._views]
for _, _, _, comm in shown:
    comm._comm = object()
len(shown)
"""
MOVE = """
slider = next(s for s in view.select(pmui.IntSlider) if s.label.startswith("q10 ="))
def carbon():
    panes = view.select(pn.pane.Bokeh)
    line = next(s for pane in panes for s in pane.object.select({"name": "model-line"}))
    return line.id, float(line.data["carbon"].sum())
name, before = carbon()
await asyncio.sleep(0.5)
sent.clear()
slider.value = slider.end
await asyncio.sleep(0.5)
changed = any(f"'id': '{name}'" in str(message) and "carbon" in str(message) for message in sent)
carbon()[1] > before, slider.label, changed
"""
FETCH = """
import re
from tornado.httpclient import AsyncHTTPClient
answer = await AsyncHTTPClient().fetch(frame.src)
html = answer.body.decode()
answer.code, 'data-page="maps">Maps' in html, re.findall(r'(?:src|href)="(https?://[^"]*)', html)
"""
TICKS = """
from dashboard.ui.callbacks import Poller
ticks = []
poller = Poller(lambda: ticks.append(1), 20)
poller.start()
await asyncio.sleep(0.3)
poller.stop()
count = len(ticks)
await asyncio.sleep(0.1)
count > 2, len(ticks) == count, poller.running
"""


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory, repository: Path):
    """A notebook that is executed cell by cell."""
    client = NotebookClient(nbformat.v4.new_notebook(), timeout=LONGEST, kernel_name="python3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRODA_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        with client.setup_kernel(cwd=str(repository)):
            _run(client, BEGIN)
            yield client


def _run(client: NotebookClient, source: str) -> list:
    """What a cell puts out."""
    client.nb.cells.append(nbformat.v4.new_code_cell(source))
    return client.execute_cell(client.nb.cells[-1], len(client.nb.cells) - 1).outputs


def _value(outputs: list) -> str:
    return next(out.data["text/plain"] for out in outputs if out.output_type == "execute_result")


@pytest.mark.parametrize("name", PAGES)
def test_every_page_renders_in_a_notebook(kernel: NotebookClient, name: str) -> None:
    *before, shown = _run(kernel, SHOWN.format(name=name))
    assert {"text/html", "application/vnd.holoviews_exec.v0+json"} <= set(shown.data)
    words = [out.data["text/html"] for out in before if "text/html" in out.get("data", {})]
    assert sum("scripts of this page could not be loaded" in said for said in words) == 1  # hidden at first
    assert _value(_run(kernel, "said(view)")) == "[]"


def test_a_figure_follows_its_slider_and_is_sent_to_the_browser(kernel: NotebookClient) -> None:
    _run(kernel, SHOWN.format(name="model"))
    assert _value(_run(kernel, CATCH)) == "1"
    assert _value(_run(kernel, MOVE)) == "(True, 'q10 = 3', True)"


def test_choices_are_given_by_name_as_a_link_holds_them(kernel: NotebookClient) -> None:
    _run(kernel, "view = page('model', data='example', site=9, setting='q10:2.5', behind='response')\nview")
    labels = _value(_run(kernel, "[s.label for s in view.select(pmui.IntSlider) if s.label[:4] == 'q10 ']"))
    assert labels == "['q10 = 2.5']"


def test_without_a_session_a_page_ticks_in_the_kernel(kernel: NotebookClient) -> None:
    assert _value(_run(kernel, TICKS)) == "(True, True, False)"


def test_the_whole_dashboard_stands_in_a_frame_and_comes_from_this_computer(kernel: NotebookClient) -> None:
    shown = _run(kernel, "frame = window('maps', data='example', height=700, interval='0-30')\nframe")[-1]
    assert "height: 700px" in shown.data["text/html"]
    assert "?page=maps&data=example&interval=0-30" in _value(_run(kernel, "frame.src"))
    assert _value(_run(kernel, FETCH)) == "(200, True, [])"
    with pytest.raises(CellExecutionError, match="There is no site 99999 in this data set"):
        _run(kernel, "window('sites', data='example', site=99999)")


def test_a_bad_choice_is_a_sentence_in_the_cell(kernel: NotebookClient) -> None:
    with pytest.raises(CellExecutionError, match="page: expected one of overview, .*found 'home'"):
        _run(kernel, "page('home')")


@pytest.mark.parametrize(
    ("name", "choices", "said"),
    [
        ("home", {}, "page: expected one of overview, sites"),
        ("maps", {"data": "nothing"}, "Data set: expected one of example"),
        ("maps", {"data": "northeast"}, "proda data fetch northeast"),
        ("maps", {"data": "example", "colour": "red"}, "choice: expected one of along, .*found 'colour'"),
        ("maps", {"data": "example", "interval": "0-1"}, "interval=0-1, which is not known"),
        ("sites", {"data": "example", "site": "nine"}, "site=nine, which is not known"),
        ("sites", {"data": "example", "site": 99999}, "There is no site 99999 in this data set"),
        ("sites", {"data": "example", "selected": (3, -4)}, "expected whole numbers, 0 or more"),
        ("sites", {"data": "example", "selected": ["a"]}, "expected whole numbers, 0 or more"),
        ("model", {"data": "example", "setting": "q10:99"}, "q10: expected 1.2 to 3; found 99"),
    ],
)
def test_what_cannot_be_shown_is_an_input_error(
    services: Services, monkeypatch: pytest.MonkeyPatch, name: str, choices: dict, said: str
) -> None:
    monkeypatch.setattr(notebook, "_services", lambda: services)
    with pytest.raises(InputError, match=said):
        notebook.page(name, **choices)


def test_outside_a_kernel_a_page_can_be_made_too(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notebook, "_services", lambda: services)
    view = notebook.page("sites", data="example", site=4, selected=range(3, 6))
    assert "Site 4" in " ".join(str(getattr(part, "object", "")) for part in view.select())
