"""Claims on a run that another visitor started: it changes nothing in view until it is chosen."""

from __future__ import annotations

from dashboard.jobs.runs import RunJob
from dashboard.jobs.services import Services
from proda_core.runs import Run
from tests.dashboard.drivers.maps import MapsDriver


def test_the_end_of_another_visitors_run_moves_nobody(idle_services: Services, mapped_run: Run) -> None:
    page = MapsDriver(idle_services, run=mapped_run.id)
    theirs = idle_services.registry.start(RunJob(idle_services.run_workers, "example", "quick", 1))
    page.change(run="")
    page.change(run=mapped_run.id)
    page.tick()
    theirs.finish(None, None)
    page.tick()
    assert page.session.run == mapped_run.id
    assert any("Another run has ended" in notice for notice in page.notices)


def test_the_end_of_ones_own_run_is_shown(idle_services: Services, mapped_run: Run) -> None:
    page = MapsDriver(idle_services, run=mapped_run.id)
    page.click("Start the quick run")
    (mine,) = idle_services.registry.jobs(RunJob)
    page.tick()
    shown = []
    page.session.param.watch(lambda event: shown.append(event.new), "run")
    mine.finish(None, None)
    page.tick()
    assert mine.run_id in shown
