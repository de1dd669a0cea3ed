"""Claims on jobs: they report progress, stop when asked, fail with a sentence, and outlive tabs."""

from __future__ import annotations

import logging
import time

import psutil
import pytest

from dashboard.jobs.job import Job, State
from dashboard.jobs.registry import Registry
from dashboard.jobs.workers import Workers
from proda_core.assimilation.schedules import SCHEDULES
from tests.dashboard.drivers import wait_until

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)


def test_a_job_tells_how_far_it_is_and_ends_with_its_result(workers: Workers, tasks) -> None:
    job = Job(workers, "count", tasks.count, 10, 0.05)
    assert job.state is State.NEW
    job.start()
    wait_until(lambda: job.progress.done > 0)
    assert job.state is State.RUNNING
    wait_until(lambda: job.state.ended)
    assert (job.state, job.result, job.progress.fraction) == (State.DONE, 10, 1.0)


def test_work_steps_behind_who_looks_at_a_page(workers: Workers, tasks) -> None:
    job = Job(workers, "niceness", tasks.niceness).start()
    wait_until(lambda: job.state.ended)
    assert job.result > psutil.Process().nice()


def test_a_running_job_stops_within_a_second(workers: Workers, tasks) -> None:
    job = Job(workers, "count", tasks.count, 2000, 0.02).start()
    wait_until(lambda: job.progress.done > 50)
    assert job.seconds_left > 0
    asked = time.monotonic()
    job.stop()
    wait_until(lambda: job.state.ended)
    assert job.state is State.STOPPED
    assert time.monotonic() - asked < 2.0


def test_a_waiting_job_stops_without_ever_running(workers: Workers, tasks) -> None:
    first = Job(workers, "count", tasks.count, 2000, 0.02).start()
    wait_until(lambda: first.state is State.RUNNING)
    second = Job(workers, "count", tasks.count, 2000, 0.02).start()
    time.sleep(0.3)
    assert second.state is State.WAITING
    second.stop()
    wait_until(lambda: second.state is State.STOPPED, 5)
    assert second.progress.total == 0
    first.stop()
    wait_until(lambda: first.state.ended)


def test_a_stopped_job_can_be_started_again(workers: Workers, tasks) -> None:
    job = Job(workers, "count", tasks.count, 400, 0.02).start()
    wait_until(lambda: job.progress.done > 5)
    job.stop()
    wait_until(lambda: job.state is State.STOPPED)
    before = job.version
    job.start()
    wait_until(lambda: job.state is State.RUNNING)
    assert job.version > before
    assert job.error == ""
    job.stop()
    wait_until(lambda: job.state.ended)


def test_bad_input_is_a_sentence_and_no_log(
    workers: Workers, tasks, caplog: pytest.LogCaptureFixture
) -> None:
    job = Job(workers, "refuse", tasks.refuse).start()
    wait_until(lambda: job.state.ended)
    assert (job.state, job.error) == (State.FAILED, "Depth: expected 0 to 50 m; found -3")
    assert not caplog.records


def test_a_mistake_of_the_program_is_told_and_logged(
    workers: Workers, tasks, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, logger="dashboard.jobs"):
        job = Job(workers, "stumble", tasks.stumble).start()
        wait_until(lambda: job.state.ended)
    assert job.state is State.FAILED
    assert "KeyError" in job.error
    assert any(record.exc_info for record in caplog.records)


def test_a_process_that_dies_fails_its_job_and_no_other(tasks) -> None:
    workers = Workers(1)
    try:
        job = Job(workers, "die", tasks.die).start()
        wait_until(lambda: job.state.ended)
        assert job.state is State.FAILED
        assert "process" in job.error
        after = Job(workers, "count", tasks.count, 2, 0.01).start()
        wait_until(lambda: after.state.ended)
        assert after.state is State.DONE
    finally:
        workers.close()


def test_the_registry_keeps_what_runs_and_the_last_that_ended(workers: Workers, tasks) -> None:
    registry = Registry(most_ended=2)
    jobs = []
    for _ in range(4):
        job = registry.start(Job(workers, "count", tasks.count, 1, 0.0))
        wait_until(lambda job=job: job.state.ended)
        jobs.append(job)
    running = registry.start(Job(workers, "count", tasks.count, 500, 0.02))
    assert registry.get(jobs[0].id) is None
    assert registry.get(jobs[-1].id) is jobs[-1]
    assert registry.get("nonsense") is None
    waiting = registry.start(Job(workers, "count", tasks.count, 1, 0.0))
    assert registry.jobs_before(waiting) == 1
    running.stop()
    wait_until(lambda: waiting.state.ended)
