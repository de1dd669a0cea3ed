"""What one visitor, one file or one failure does not do to the others on the same server."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard.jobs.job import RETRY_SECONDS, Job, State
from dashboard.jobs.runs import Runs
from dashboard.jobs.services import Services
from dashboard.jobs.workers import Workers
from dashboard.pages.maps.page import MapsPage
from dashboard.pages.network.page import NetworkPage
from dashboard.shell.shell import Shell
from dashboard.state import link
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from dashboard.ui.job_status import status_sentence
from dashboard.ui.notice import Notice
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.runs import start


class Idle(Workers):
    """Takes every task and does none."""

    def in_background(self, function: object, *arguments: object) -> None:
        """Do nothing."""


@pytest.fixture
def still(data_directory: Path) -> Services:
    """What visitors share; nothing is ever done."""
    names = ("workers", "run_workers", "io_workers", "read_workers")
    return Services(**{name: Idle(1) for name in names}, default_data="example")


def test_the_end_of_another_visitors_run_moves_nobody() -> None:
    session, notice, under_way = SessionState(data="example", page="maps", run="older"), Notice(), [True]
    launcher = SimpleNamespace(
        update=lambda: under_way[0], finished_run_id="newer", started_here=False, empty_view=None
    )
    page = MapsPage.__new__(MapsPage)
    page._session, page._notice, page._launcher, page._busy = session, notice, launcher, False
    page._desk, page._place = SimpleNamespace(tick=lambda: True), ()
    page._ticker = SimpleNamespace(stop=lambda: None)

    def end() -> None:
        for under_way[0] in (True, False):
            page._tick()

    end()
    assert session.run == "older" and "Another run has ended" in notice.view.object
    launcher.started_here = True
    end()
    assert session.run == "newer"


def test_a_network_page_without_a_run_ticks_no_more(still: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.pages.network.page.chosen_run", lambda *_: None)
    page = NetworkPage(still, SessionState(data="example", page="network"), Help())
    stopped = []
    monkeypatch.setattr(page._ticker, "stop", lambda: stopped.append(True))
    page._come()
    assert stopped


def test_what_failed_is_tried_again_after_a_while(still: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    first = still.results.default_run("example")
    assert still.results.default_run("example") is first
    now = time.monotonic()
    monkeypatch.setattr("dashboard.jobs.job.time.monotonic", lambda: now)
    first.finish(None, KeyError("depth"))
    assert first.state is State.FAILED
    assert still.results.default_run("example") is first  # a page that polls does not start it again at once
    now += RETRY_SECONDS + 1
    assert still.results.default_run("example") is not first


def test_what_has_been_fetched_meanwhile_is_read(still: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    here: list[str] = []
    monkeypatch.setattr("dashboard.jobs.results.products_here", lambda: tuple(here))
    before = still.results.references("example")
    here.append("sanderman2017")
    assert still.results.references("example") is not before


@pytest.mark.parametrize(
    "change",
    [
        {"choices": None},
        {"choices": {"study": "example", "schedule": "quick", "seed": None}},
        {"started": 5},
        {"stages": None},
    ],
)
def test_a_run_of_an_odd_shape_takes_no_page_down(
    still: Services, study: Study, data_directory: Path, change: dict
) -> None:
    good = start(data_directory / "runs" / "good", study, {"schedule": "quick", "seed": 5})
    odd = data_directory / "runs" / "odd"
    odd.mkdir()
    (odd / "settings.json").write_text(json.dumps(good.settings | change))
    assert "good" in [choice.id for choice in Runs().all()]
    for text in ("null", "[]", '{"choices"', ""):
        (odd / "settings.json").write_text(text)
        assert "good" in [choice.id for choice in Runs().all()]
    Shell(still, query={"page": "data"})


@pytest.mark.parametrize(
    "content", [b"", b"part,method\nheld out", b"\x00\xff\x00", b"part,method,r2\na,b,c\n"]
)
def test_scores_that_cannot_be_read_are_a_sentence(
    study: Study, data_directory: Path, content: bytes
) -> None:
    run = start(data_directory / "runs" / "half", study, {"schedule": "quick", "seed": 5})
    run.path("scores").write_bytes(content)
    with pytest.raises(InputError, match=r"scores\.csv: expected a table of scores; found"):
        Runs().scores("half")


def test_nothing_in_somebodys_words_is_taken_for_html() -> None:
    job = Job(Idle(1), "Check", print)
    job.state, job.error = State.FAILED, "column '<img src=x onerror=alert(1)>' & **b**"
    assert (
        r"\<img" in status_sentence(job)
        and r"\&" in status_sentence(job)
        and r"\*\*b" in status_sentence(job)
    )


def test_a_warning_is_said_once() -> None:
    notice = Notice()
    for _ in range(3):
        notice.report("There is no run gone here.")
    notice.report("Another thing.")
    assert notice.view.object == "There is no run gone here. Another thing."


def test_a_site_number_beyond_all_bounds_is_refused(still: Services) -> None:
    choices, complaints = link.read({"site": "9" * 19})
    assert choices == {} and "site=9999" in complaints[0]
    assert Shell(still, query={"site": "9" * 19, "page": "data"}).session.site is None
