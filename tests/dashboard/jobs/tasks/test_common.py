"""Claims on what tasks share."""

from __future__ import annotations

import pytest

from dashboard.jobs.tasks.common import run_progress
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.progress import Progress
from proda_core.stages import STAGES

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)


def test_progress_of_a_run_only_grows() -> None:
    seen = [
        run_progress(Progress(done, 10, "", {"stage": stage})).fraction
        for stage in STAGES
        for done in (0, 5, 10)
    ]
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)
