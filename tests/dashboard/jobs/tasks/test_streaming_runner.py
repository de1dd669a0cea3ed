"""Claims on chains that are shown while they run: they are those of a run, thinned for a screen."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.jobs.messages import unpack
from dashboard.jobs.tasks.streaming_runner import assimilate_site, thinning
from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.assimilation.site import run_site
from proda_core.assimilation.spec import spec_of
from proda_core.records.study import Study

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)


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
