"""A few sites of the embedded example, and a schedule that is over in a moment."""

from __future__ import annotations

import pytest

from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.records.study import Study
from proda_core.sources import example


@pytest.fixture(scope="session")
def study() -> Study:
    return example.load(seed=0)


@pytest.fixture
def brief() -> Schedule:
    return SCHEDULES["quick"].with_(test_iterations=400, formal_iterations=600)
