"""Claims on the page Assimilation: which job it shows, and that of other visitors it stops none."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.jobs.assimilation import SiteAssimilation, find_assimilation
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.job import Job, State
from dashboard.jobs.services import Services
from dashboard.state.modes import EACH
from dashboard.state.session_state import SessionState
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.study import Study
from tests.dashboard.drivers import IdleWorkers
from tests.dashboard.drivers.assimilation import AssimilationDriver


@pytest.fixture
def idle(data_directory: Path) -> Services:
    """What visitors share; nothing is ever done."""
    names = ("workers", "run_workers", "io_workers", "read_workers")
    return Services(**{name: IdleWorkers() for name in names}, default_data="example")


def _assimilation(services: Services, study: Study, data: str = "example") -> SiteAssimilation:
    site = int(study.assimilable()[0])
    request = AssimilationRequest(EACH, data, (site,), SCHEDULES["quick"], "proda", 1)
    return services.registry.add(SiteAssimilation(services.workers, request))


def _session(job: SiteAssimilation) -> SessionState:
    return SessionState(data="example", page="assimilation", site=job.sites[0], job=job.id)


def test_a_link_to_an_assimilation_of_other_data_is_told(idle: Services, study: Study) -> None:
    session = _session(_assimilation(idle, study, data="teaching"))
    page = AssimilationDriver(idle, session)
    assert session.job == "" and "of the data set teaching" in " ".join(page.notices)


def test_who_starts_again_stops_only_what_they_began(idle: Services, study: Study) -> None:
    theirs = _assimilation(idle, study)
    theirs.state = State.RUNNING
    stopped = []
    theirs.stop = lambda: stopped.append("theirs")
    session = _session(theirs)
    page = AssimilationDriver(idle, session)
    page.click("Start again")
    mine = idle.registry.get(session.job)
    assert mine is not theirs and not stopped
    mine.stop = lambda: stopped.append("mine")
    page.click("Start again")
    assert stopped == ["mine"]


def test_chains_of_one_data_set_do_not_stay_under_another(idle: Services, study: Study) -> None:
    session = _session(_assimilation(idle, study))
    page = AssimilationDriver(idle, session)
    assert page.has_chains and not page.is_empty
    session.job = ""
    assert page.is_empty
    page.tick()  # nothing is left to draw


def test_a_link_to_another_kind_of_job_is_told(idle: Services, study: Study) -> None:
    report = idle.registry.add(Job(idle.io_workers, "Report", print))
    assert find_assimilation(report.id, idle.registry, idle.workers, idle.run_workers) is None
    session = _session(_assimilation(idle, study))
    page = AssimilationDriver(idle, session)
    session.job = report.id
    assert session.job == "" and "no longer on the server" in " ".join(page.notices)


def test_sites_that_cannot_be_assimilated_are_counted(idle: Services, study: Study) -> None:
    usable = set(map(int, study.assimilable()))
    good, bad = sorted(usable)[0], next(site for site in map(int, study.sites) if site not in usable)
    session = SessionState(data="example", page="assimilation", selected=(good, bad), site=good)
    page = AssimilationDriver(idle, session)
    words = page.words.replace("**", "")
    assert f"1 site chosen: {good}. 1 of the chosen cannot be assimilated." in words
    session.select((bad,))
    assert "None of the 1 chosen can be assimilated." in page.words
    session.select(())
    assert "No site chosen. Tap one on the page Sites" in page.words.replace("**", "")
