"""Claims on jobs: they say where they are, stop when asked, fail with a sentence, and outlive tabs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from dashboard.jobs.assimilation import SiteAssimilation
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.data.chain_traces import ChainTrace, SiteTraces, trace_message
from dashboard.jobs.job import Job, State
from dashboard.jobs.messages import pack, unpack
from dashboard.jobs.registry import Registry
from dashboard.jobs.runs import Runs
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.common import run_progress
from dashboard.jobs.tasks.streaming_runner import assimilate_site, thinning
from dashboard.jobs.workers import Workers
from dashboard.state.modes import EACH
from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.assimilation.site import run_site
from proda_core.assimilation.spec import spec_of
from proda_core.records.checks import InputError
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.soil_model.steady_state import simulate
from proda_core.stages import STAGES

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)
PATIENCE = 90.0  # s; the first task of a process compiles the model


def _wait(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition(), f"not within {seconds} s"


def test_a_job_tells_how_far_it_is_and_ends_with_its_result(workers: Workers, tasks) -> None:
    job = Job(workers, "count", tasks.count, 10, 0.05)
    assert job.state is State.NEW
    job.start()
    _wait(lambda: job.progress.done > 0)
    assert job.state is State.RUNNING
    _wait(lambda: job.state.ended)
    assert (job.state, job.result, job.progress.fraction) == (State.DONE, 10, 1.0)


def test_work_steps_behind_who_looks_at_a_page(workers: Workers, tasks) -> None:
    job = Job(workers, "niceness", tasks.niceness).start()
    _wait(lambda: job.state.ended)
    assert job.result > psutil.Process().nice()


def test_a_running_job_stops_within_a_second(workers: Workers, tasks) -> None:
    job = Job(workers, "count", tasks.count, 2000, 0.02).start()
    _wait(lambda: job.progress.done > 50)
    assert job.seconds_left > 0
    asked = time.monotonic()
    job.cancel()
    _wait(lambda: job.state.ended)
    assert job.state is State.CANCELLED
    assert time.monotonic() - asked < 2.0


def test_a_waiting_job_stops_without_ever_running(workers: Workers, tasks) -> None:
    first = Job(workers, "count", tasks.count, 2000, 0.02).start()
    _wait(lambda: first.state is State.RUNNING)
    second = Job(workers, "count", tasks.count, 2000, 0.02).start()
    time.sleep(0.3)
    assert second.state is State.WAITING
    second.cancel()
    _wait(lambda: second.state is State.CANCELLED, 5)
    assert second.progress.total == 0
    first.cancel()
    _wait(lambda: first.state.ended)


def test_a_stopped_job_can_be_started_again(workers: Workers, tasks) -> None:
    job = Job(workers, "count", tasks.count, 400, 0.02).start()
    _wait(lambda: job.progress.done > 5)
    job.cancel()
    _wait(lambda: job.state is State.CANCELLED)
    before = job.version
    job.start()
    _wait(lambda: job.state is State.RUNNING)
    assert job.version > before
    assert job.error == ""
    job.cancel()
    _wait(lambda: job.state.ended)


def test_bad_input_is_a_sentence_and_no_log(
    workers: Workers, tasks, caplog: pytest.LogCaptureFixture
) -> None:
    job = Job(workers, "refuse", tasks.refuse).start()
    _wait(lambda: job.state.ended)
    assert (job.state, job.error) == (State.FAILED, "Depth: expected 0 to 50 m; found -3")
    assert not caplog.records


def test_a_mistake_of_the_program_is_told_and_logged(
    workers: Workers, tasks, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="dashboard.jobs"):
        job = Job(workers, "stumble", tasks.stumble).start()
        _wait(lambda: job.state.ended)
    assert job.state is State.FAILED
    assert "KeyError" in job.error
    assert any(record.exc_info for record in caplog.records)


def test_a_process_that_dies_fails_its_job_and_no_other(tasks) -> None:
    workers = Workers(1)
    try:
        job = Job(workers, "die", tasks.die).start()
        _wait(lambda: job.state.ended)
        assert job.state is State.FAILED
        assert "process" in job.error
        after = Job(workers, "count", tasks.count, 2, 0.01).start()
        _wait(lambda: after.state.ended)
        assert after.state is State.DONE
    finally:
        workers.close()


def test_arrays_travel_in_single_precision() -> None:
    array = np.random.default_rng(0).normal(size=(3, 5, 21))
    np.testing.assert_array_equal(unpack(pack(array)), array.astype(np.float32))


def test_the_default_run_is_the_soil_models(services: Services, study: Study) -> None:
    job = services.results.default_run("example")
    assert services.results.default_run("example") is job
    _wait(lambda: job.state.ended)
    carbon = simulate(None, study.forcing)["carbon"].sel(pool=["soil1", "soil2", "soil3"]).sum("pool")
    np.testing.assert_allclose(job.result, carbon.values, rtol=1e-5)


def test_an_assimilation_sends_its_chains_and_posteriors(services: Services, study: Study) -> None:
    sites = tuple(map(int, study.assimilable()[:2]))
    job = SiteAssimilation(
        services.workers, AssimilationRequest(EACH, "example", sites, SHORT, "proda", 7)
    ).start()
    _wait(lambda: job.state.ended)
    assert (job.state, job.error) == (State.DONE, "")
    assert tuple(job.traces) == tuple(job.posteriors) == sites
    traces = job.traces[sites[0]]
    assert traces.reached == traces.total == 900
    assert [len(chain) for chain in traces.chains] == [90] * SHORT.chains


def test_chains_that_are_watched_are_the_chains_of_a_run(study: Study) -> None:
    """Bitwise: watching must not change the result. Shown states are among those of ``run_site``."""
    site, chunks = int(study.assimilable()[3]), []
    job = spec_of(study.forcing, SHORT, "proda", None, 5)
    watched = assimilate_site(study, site, job, chunks.append, lambda: False)
    alone = assimilate(study.profiles.select([site]), study.forcing.select([site]), SHORT, seed=5)
    np.testing.assert_array_equal(watched.ds["mean"].values, alone.ds["mean"].values)
    full = run_site(study.profiles, study.forcing, site, SHORT, seed=5, keep_every=10)
    shown = np.concatenate([unpack(chunk["values"]) for chunk in chunks], axis=1)
    np.testing.assert_array_equal(shown, full["value"].values.astype(np.float32))
    rates = np.concatenate([unpack(chunk["acceptance"]) for chunk in chunks], axis=1)
    np.testing.assert_allclose(rates, full["acceptance"].values, rtol=1e-6)


@pytest.mark.parametrize("iterations", [1, 10, 999, 50_000, 1_000_000])
def test_a_chain_shows_no_more_than_a_screen_can(iterations: int) -> None:
    how = thinning(iterations, 10)
    assert how.every % 10 == 0
    assert how.chunk >= how.every
    assert iterations // how.every <= 2 * 1500


def test_a_chain_that_goes_back_replaces_what_was_shown() -> None:
    def message(first: int, last: int, value: float) -> dict:
        iteration = np.arange(first, last, dtype=np.float32)
        nothing = np.zeros((1, len(iteration)))
        return trace_message([0], iteration, np.full((1, len(iteration), 1), value), nothing, nothing)

    traces = SiteTraces(("q10",), 5, 20, (ChainTrace.empty(1),)).extended(message(0, 10, 1.0))
    traces = traces.extended(message(5, 8, 2.0))
    chain = traces.chains[0]
    assert chain.restarts == 1
    assert chain.values[:, 0].tolist() == [1.0] * 5 + [2.0] * 3
    assert traces.reached == 7


def test_the_registry_keeps_what_runs_and_the_last_that_ended(workers: Workers, tasks) -> None:
    registry = Registry(most_ended=2)
    jobs = []
    for _ in range(4):
        job = registry.start(Job(workers, "count", tasks.count, 1, 0.0))
        _wait(lambda job=job: job.state.ended)
        jobs.append(job)
    running = registry.start(Job(workers, "count", tasks.count, 500, 0.02))
    assert registry.get(jobs[0].id) is None
    assert registry.get(jobs[-1].id) is jobs[-1]
    assert registry.get("nonsense") is None
    waiting = registry.start(Job(workers, "count", tasks.count, 1, 0.0))
    assert registry.jobs_before(waiting) == 1
    running.cancel()
    _wait(lambda: waiting.state.ended)


def test_progress_of_a_run_only_grows() -> None:
    told = [
        run_progress(Progress(done, 10, "", {"stage": stage})).fraction
        for stage in STAGES
        for done in (0, 5, 10)
    ]
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["../secret", "a/b", ".hidden", ""])
def test_a_run_is_named_and_never_a_path(data_directory: Path, name: str) -> None:
    with pytest.raises(InputError, match="^Run: expected the name of a run"):
        Runs().carbon_map(name)


def test_a_run_that_is_not_there_is_a_sentence(data_directory: Path) -> None:
    with pytest.raises(InputError, match="expected a finished carbon map"):
        Runs().carbon_map("gone")
    assert Runs().with_maps("example") == ()
