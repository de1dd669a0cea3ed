"""Claims on the frame and the pages, without a browser: links, bad links, data sets, empty states."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlencode

import panel as pn
import panel_material_ui as pmui
import param
import pytest
from bokeh.models import ColumnDataSource

from dashboard import upstream
from dashboard.app import origins, session
from dashboard.jobs.data.studies import Studies
from dashboard.jobs.services import Services
from dashboard.shell import shell as shell_module
from dashboard.shell.loading_page import loading_page
from dashboard.shell.shell import Shell
from dashboard.state import link
from dashboard.state.session_state import PAGE_TITLES, PAGES
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.runs import start

VISITORS = 9


class Address(param.Parameterized):
    """Stands in for the browser's location."""

    search = param.String(default="")


@pytest.fixture
def open_at(services: Services, monkeypatch: pytest.MonkeyPatch):
    """A session opened with a link."""

    def opened(**query: str) -> tuple[Shell, Address]:
        address = Address(search=f"?{urlencode(query)}" if query else "")
        monkeypatch.setattr(type(pn.state), "location", property(lambda self: address))
        return Shell(services), address

    return opened


def _words(shell: Shell) -> str:
    """All words of a page."""
    page = shell.page()
    parts = [str(pane.object) for pane in page.select(pn.pane.base.PaneBase) if isinstance(pane.object, str)]
    return " ".join(parts + [alert.object for alert in page.select(pmui.Alert) if alert.visible])


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_from_its_link(open_at, name: str) -> None:
    shell, address = open_at(page=name)
    assert shell.session.page == name
    named = {str(each.name): each for each in shell.page().select(pmui.Column)}
    frames = {n.removeprefix("page-"): each for n, each in named.items() if n.startswith("page-")}
    shown = [other for other, frame in frames.items() if frame.styles["visibility"] != "hidden"]
    assert list(frames) == list(PAGES) and shown == [name]
    (place,) = frames[name].objects
    assert len(place) == 1
    assert (f"page={name}" in address.search) == (name != PAGES[0])


def test_every_page_is_named_while_it_arrives() -> None:
    shown = loading_page()
    assert list(shown["pages"].items()) == list(zip(PAGES, PAGE_TITLES, strict=True))
    assert "<h3>What PRODA is</h3>" in shown["words"]


def test_the_theme_travels_in_the_link(open_at) -> None:
    shell, address = open_at(theme="dark")
    page = shell.page()
    assert page.dark_theme and address.search == "?theme=dark"
    page.dark_theme = False
    assert address.search == "" and shell.session.theme == "light"
    again, _ = open_at(theme="moon")
    assert again.session.theme == "light" and "theme=moon" in _words(again)


def test_a_link_restores_site_selection_and_interval(open_at) -> None:
    shell, address = open_at(page="sites", site="4", selected="3-5", interval="0-30")
    assert (shell.session.site, shell.session.selected, shell.session.interval) == (4, (3, 4, 5), "0-30")
    assert set(address.search[1:].split("&")) == {
        "page=sites",
        "site=4",
        "selected=3-5",
        "interval=0-30",
    }
    assert "Site 4" in _words(shell)


def test_what_is_chosen_goes_into_the_link_at_once(open_at) -> None:
    shell, address = open_at()
    assert address.search == ""
    shell.session.select((7, 8), 8)
    assert set(address.search[1:].split("&")) == {"site=8", "selected=7-8"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"page": "nowhere"}, "page=nowhere"),
        ({"selected": "abc"}, "expected numbers such as 3, 7-12"),
        ({"data": "nothing"}, "expected one of example"),
        ({"data": "northeast"}, "proda data fetch northeast"),
        ({"data": "../../etc"}, "expected one of example"),
        ({"site": "99999"}, "no site 99999"),
        ({"selected": "2-4,888"}, "no site 888"),
        ({"page": "assimilation", "job": "00000000"}, "no longer on the server"),
        ({"page": "maps", "run": "gone"}, "no run gone"),
    ],
)
def test_a_bad_link_is_told_and_the_page_lives_on(open_at, query: dict, said: str) -> None:
    shell, _ = open_at(**query)
    words = re.sub(r"\\(.)", r"\1", _words(shell))
    assert said in words
    assert shell.session.data == "example"


def test_without_a_run_the_maps_page_says_what_to_do(open_at) -> None:
    shell, _ = open_at(page="maps")
    assert "No finished run" in _words(shell)
    labels = [button.label for button in shell.page().select(pmui.Button)]
    assert "Start the quick run" in labels


def test_without_a_site_the_pages_say_what_to_do(open_at) -> None:
    assert "No site chosen yet" in _words(open_at(page="sites")[0])
    shell, _ = open_at(page="assimilation")
    assert "No site chosen" in _words(shell)
    start = next(button for button in shell.page().select(pmui.Button) if button.label == "Start")
    assert start.disabled


@pytest.mark.parametrize(
    ("label", "typed", "said"),
    [
        ("Sites", "twelve", "expected numbers such as 3, 7-12; found 'twelve'"),
        ("Sites", "100000", "expected numbers of this data set"),
        ("Sites", "9-3", "smaller number first"),
        ("Latitude, longitude", "here", "expected latitude, longitude"),
        ("Latitude, longitude", "95, 10", "latitude of -90 to 90"),
    ],
)
def test_bad_typing_is_a_sentence_and_changes_nothing(open_at, label: str, typed: str, said: str) -> None:
    shell, _ = open_at(page="sites", site="4", selected="4")
    page = shell.page()
    field = next(field for field in page.select(pmui.TextInput) if field.label == label)
    field.value = typed
    assert said in re.sub(r"\\(.)", r"\1", _words(shell))
    assert shell.session.selected == (4,)
    field.value = "5" if label == "Sites" else "45, -94"
    assert shell.session.selected != (4,)
    assert said not in re.sub(r"\\(.)", r"\1", _words(shell))


@pytest.mark.parametrize(
    ("label", "typed"), [("Chains", "many"), ("Chains", "9"), ("Sampling iterations", "0"), ("Seed", "-1")]
)
def test_a_bad_choice_of_the_schedule_is_a_sentence_and_starts_nothing(
    open_at, label: str, typed: str
) -> None:
    shell, _ = open_at(page="assimilation", selected="3", site="3")
    page = shell.page()
    next(field for field in page.select(pmui.TextInput) if field.label == label).value = typed
    start = next(button for button in page.select(pmui.Button) if button.label == "Start")
    start.clicks += 1
    alerts = [alert.object for alert in page.select(pmui.Alert) if alert.visible]
    assert len(alerts) == 1 and "expected" in alerts[0]
    assert shell.session.job == ""


def test_selecting_on_the_map_selects_for_the_visit(open_at) -> None:
    shell, _ = open_at(page="sites")
    panes = shell.page().select(pn.pane.Bokeh)
    sources = [pane.object.select_one({"name": "sites"}) for pane in panes]
    source = next(found for found in sources if isinstance(found, ColumnDataSource))
    source.selected.indices = [2, 5, 9]
    assert shell.session.selected == (2, 5, 9)
    assert shell.session.site == 2
    shell.session.select((4,))
    assert source.selected.indices == [4]


def test_a_session_that_cannot_be_made_says_so(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object, name: str) -> None:
        raise RuntimeError("a broken file")

    monkeypatch.setattr(Studies, "study", refuse)
    page = session(services)
    assert any("could not be made" in alert.object for alert in page.select(pmui.Alert))


def test_a_page_that_cannot_be_made_says_so_and_the_others_work(
    open_at, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise KeyError("a broken file")

    monkeypatch.setitem(shell_module.PAGE_CLASSES, "sites", refuse)
    shell, _ = open_at(page="sites")
    assert "This page could not be made" in _words(shell)
    shell.session.page = "data"
    assert "Runs" in _words(shell)


def test_asking_twice_for_the_same_goes_there_twice(open_at) -> None:
    shell, _ = open_at(page="data")
    for _ in range(2):
        shell.session.request(data="example", page="sites")
        assert shell.session.page == "sites"
        shell.session.page = "data"


def test_a_page_asks_nothing_of_the_process_wide_busy_flag(open_at) -> None:
    upstream.apply_all()
    before = len(pn.state.param.watchers["busy"]["value"])
    for _ in range(3):
        open_at()[0].page()
    assert len(pn.state.param.watchers["busy"]["value"]) == before


def test_visitors_leave_no_document_behind(data_directory: Path, repository: Path) -> None:
    """Sessions of all pages, opened and closed on a real server; Expected: 0 Documents, 1 busy watcher."""
    script = Path(__file__).with_name("visitors.py")
    done = subprocess.run(
        [sys.executable, str(script), str(VISITORS)],
        cwd=repository,
        env={"PYTHONPATH": str(repository), "PRODA_DATA_DIR": str(data_directory), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert "documents=0 busy_watchers=1" in done.stdout, done.stdout + done.stderr


def test_a_data_set_is_opened_once_for_all(services: Services) -> None:
    assert services.studies.study("example") is services.studies.study("example")
    with pytest.raises(InputError, match="expected one of example"):
        services.studies.study("nonsense")


def test_only_pages_of_the_server_may_open_sessions_unless_it_listens_to_all() -> None:
    assert origins(80, "127.0.0.1") == ["127.0.0.1:80", "localhost:80"]
    assert origins(80, "0.0.0.0") == ["*"]


def test_a_run_that_a_server_left_unfinished_can_be_gone_on_with(
    open_at, study: Study, data_directory: Path
) -> None:
    """A run directory with settings and no maps, as an interrupted server leaves it."""
    start(data_directory / "runs" / "half", study, {"schedule": "quick", "seed": 17})
    shell, _ = open_at(page="maps")
    page = shell.page()
    offered = [button.label for button in page.select(pmui.Button) if button.visible]
    assert "Resume the run: quick, seed 17" in offered and "Start the quick run" in offered


def test_the_browsers_way_back_is_followed(open_at, study: Study) -> None:
    site = int(study.sites[3])
    shell, address = open_at(page="sites", data="example", site=str(site))
    before = address.search
    shell.session.param.update(page="model", site=int(study.sites[5]), setting="q10:2.1")
    assert "page=model" in address.search
    address.search = f"{before}&again=1"  # as browser_history.js does
    assert (shell.session.page, shell.session.site, shell.session.setting) == ("sites", site, "")
    assert address.search == before
    address.search = "?page=model&site=nine&again=2"
    assert (shell.session.page, shell.session.site) == ("model", None)


def test_a_run_that_is_not_here_is_told_on_every_page(open_at) -> None:
    for name in ("compare", "network", "maps", "overview"):
        shell, address = open_at(page=name, data="example", run="gone")
        assert "There is no run gone of this data set here." in _words(shell)
        assert shell.session.run == "" and "run=" not in address.search


def test_a_site_number_beyond_all_bounds_is_refused(idle_services: Services) -> None:
    choices, complaints = link.read({"site": "9" * 19})
    assert choices == {} and "site=9999" in complaints[0]
    assert Shell(idle_services, query={"site": "9" * 19, "page": "data"}).session.site is None
