"""Claims on starting runs: a start is a new run with the choices in view, resuming has its own button."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import panel_material_ui as pmui
import pytest

from dashboard.jobs.job import State
from dashboard.jobs.runs import ResumedRun, RunJob
from dashboard.jobs.services import Services
from dashboard.jobs.tasks import common, maintenance
from dashboard.state.session_state import SessionState
from dashboard.ui.notice import Notice
from dashboard.ui.run_launcher import RunLauncher
from proda_core import journey
from proda_core.network.settings import PRESETS, NetworkSettings
from proda_core.records.progress import Cancelled
from proda_core.records.study import Study
from proda_core.runs import start
from tests.dashboard.drivers import IdleWorkers


@pytest.fixture
def launched(data_directory: Path) -> SimpleNamespace:
    """A launcher of the example, its buttons and jobs."""
    idle = {name: IdleWorkers() for name in ("workers", "run_workers", "io_workers")}
    services, notice = Services(**idle, default_data="example"), Notice()
    launcher = RunLauncher(services, SessionState(data="example"), notice, lambda: None)
    launcher.reset()
    buttons = launcher.controls.select(pmui.Button)
    words = ("start", "resume", "stop")
    return SimpleNamespace(
        services=services,
        launcher=launcher,
        notice=notice,
        schedule=launcher.controls.select(pmui.Select)[0],
        seed=launcher.controls.select(pmui.TextInput)[0],
        **dict(zip(words, buttons, strict=True)),
        jobs=lambda: services.registry.jobs(RunJob),
    )


def _stop(launched: SimpleNamespace, study: Study, directory: Path) -> RunJob:
    """The last job is stopped after it has begun: its directory is there, its maps are not."""
    job = launched.jobs()[-1]
    _, (_, _, schedule, seed) = launched.services.run_workers.calls[-1]
    choices = {"schedule": schedule, "seed": seed}
    start(directory / "runs" / job.run_id, study, choices)
    job.finish(None, Cancelled())
    launched.launcher.update()
    return job


def test_after_a_stopped_run_another_schedule_is_a_new_run_with_that_schedule(
    launched: SimpleNamespace, study: Study, data_directory: Path
) -> None:
    launched.start.clicks += 1
    stopped = _stop(launched, study, data_directory)
    launched.schedule.value = "chapter"
    assert launched.start.label == "Start the chapter run"
    launched.start.clicks += 1
    new = launched.jobs()[-1]
    assert new is not stopped and new.run_id != stopped.run_id
    function, arguments = launched.services.run_workers.calls[-1]
    assert function is common.run_study and arguments[2:] == ("chapter", 1)
    assert stopped.state is State.STOPPED and new.state is State.WAITING


def test_even_with_the_same_choices_a_start_is_a_new_run(
    launched: SimpleNamespace, study: Study, data_directory: Path
) -> None:
    launched.start.clicks += 1
    stopped = _stop(launched, study, data_directory)
    launched.start.clicks += 1
    assert launched.jobs()[-1] is not stopped and type(launched.jobs()[-1]) is RunJob


def test_resuming_is_named_after_the_run_and_does_not_ask_the_choices_in_view(
    launched: SimpleNamespace, study: Study, data_directory: Path
) -> None:
    assert not launched.resume.visible
    launched.seed.value = "7"
    launched.start.clicks += 1
    assert not launched.resume.visible
    stopped = _stop(launched, study, data_directory)
    assert launched.resume.visible and launched.resume.label == "Resume the run: quick, seed 7"
    launched.schedule.value, launched.seed.value = "modern", "8"
    launched.resume.clicks += 1
    job = launched.jobs()[-1]
    assert isinstance(job, ResumedRun) and job.run_id == stopped.run_id
    assert not launched.resume.visible and launched.start.disabled is True


def test_a_run_that_was_deleted_meanwhile_cannot_be_resumed_and_it_is_said(
    launched: SimpleNamespace, study: Study, data_directory: Path
) -> None:
    launched.start.clicks += 1
    stopped = _stop(launched, study, data_directory)
    launched.services.runs.delete(stopped.run_id)
    launched.resume.clicks += 1
    assert launched.jobs()[-1] is stopped
    assert "There is no run" in launched.notice.view.object


@pytest.mark.parametrize("seed", ["", "one", "-1", "1.5", "99999999999"])
def test_a_seed_that_is_none_starts_nothing(launched: SimpleNamespace, seed: str) -> None:
    launched.seed.value = seed
    launched.start.clicks += 1
    assert launched.jobs() == () and "Seed: expected" in launched.notice.view.object


def test_a_run_is_resumed_the_networks_it_was_started_with(
    study: Study, data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings travel as JSON; the journey wants them back as what they were."""
    asked = {}
    monkeypatch.setattr(journey, "run", lambda *_, **choices: asked.update(choices))
    monkeypatch.setattr(maintenance, "study_of", lambda run: study)
    networks = {name: PRESETS[name].to_dict() for name in ("modern", "end_to_end")}
    choices = {"schedule": "quick", "seed": 3, "prior": "proda", "split_by": "place", "sites_at_most": 0}
    choices |= {"network": networks["modern"], "end_to_end": networks["end_to_end"]}
    start(data_directory / "runs" / "half", study, choices)
    maintenance.resume_run(str(data_directory / "runs" / "half"), SimpleNamespace(should_stop=lambda: False))
    assert asked["network"] == PRESETS["modern"] and asked["end_to_end"] == PRESETS["end_to_end"]
    assert isinstance(asked["end_to_end"], NetworkSettings) and asked["schedule"] == "quick"


def test_a_run_has_the_choices_of_the_form_only_where_that_is_chosen(
    data_directory: Path, idle_services: Services
) -> None:
    chosen = {"prior": "binn", "errors": "lognormal", "grid": "clm45_10"}
    session = SessionState(data="example", page="assimilation")
    launcher = RunLauncher(idle_services, session, Notice(), lambda: None, lambda: chosen)
    launcher.update()
    (box,) = launcher.controls.select(pmui.Checkbox)
    start = next(b for b in launcher.controls.select(pmui.Button) if b.label.startswith("Start"))
    assert box.visible and not box.value
    box.value = True
    start.clicks += 1
    function, arguments = idle_services.run_workers.calls[-1]
    assert function is common.run_chosen_study and arguments[2:] == ("quick", 1, chosen)
