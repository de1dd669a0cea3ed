"""A few sites of the embedded example, and a schedule that is over in a moment."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.records.horizons import horizons
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.sources import example


@pytest.fixture(scope="session")
def study() -> Study:
    """Return the example with the bounds of horizons, of which every fifth is not known."""
    plain = example.load(seed=0)
    known = horizons(plain.profiles)
    given = np.arange(len(known.top)) % 5 != 3
    bounds = {
        name: ("observation", np.where(given, getattr(known, name), np.nan)) for name in ("top", "bottom")
    }
    return replace(plain, profiles=Profiles(plain.profiles.ds.assign(bounds)))


@pytest.fixture
def brief() -> Schedule:
    return SCHEDULES["quick"].with_(test_iterations=400, formal_iterations=600)
