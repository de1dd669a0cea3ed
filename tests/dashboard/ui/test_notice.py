"""Claims on messages of a page."""

from __future__ import annotations

from dashboard.jobs.job import Job, State
from dashboard.ui.job_status import status_sentence
from dashboard.ui.notice import Notice
from proda_core.assimilation.schedules import SCHEDULES
from tests.dashboard.drivers import IdleWorkers

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)


def test_nothing_in_somebodys_words_is_taken_for_html() -> None:
    job = Job(IdleWorkers(), "Check", print)
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
