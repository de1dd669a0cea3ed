"""Claims on shared results: computed once, tried again after a failure, another one for other inputs."""

from __future__ import annotations

import time

import numpy as np
import pytest

from dashboard.jobs.job import RETRY_SECONDS, State
from dashboard.jobs.services import Services
from dashboard.jobs.tasks.common import PRIOR_DRAWS
from proda_core.assimilation.prior_predictive import prior_predictive
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.study import Study
from proda_core.soil_model.steady_state import simulate
from tests.dashboard.drivers import wait_until

SHORT = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=600, max_reruns=0)


def test_the_default_run_is_the_soil_models(services: Services, study: Study) -> None:
    job = services.results.default_run("example")
    assert services.results.default_run("example") is job
    wait_until(lambda: job.state.ended)
    carbon = simulate(None, study.forcing)["carbon"].sel(pool=["soil1", "soil2", "soil3"]).sum("pool")
    np.testing.assert_allclose(job.result, carbon.values, rtol=1e-5)


def test_the_band_of_a_prior_is_that_of_its_draws_at_the_site(services: Services, study: Study) -> None:
    site = int(study.assimilable()[2])
    job = services.results.prior_band("example", site, "informed")
    assert services.results.prior_band("example", site, "informed") is job
    wait_until(lambda: job.state.ended)
    found = prior_predictive(study.forcing.select([site]), "informed", seed=0, draws=PRIOR_DRAWS)
    np.testing.assert_allclose(job.result[0], found["carbon_q50"][0])
    np.testing.assert_allclose(job.result[2], found["carbon_q95"][0])


def test_what_failed_is_tried_again_after_a_while(
    idle_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = idle_services.results.default_run("example")
    assert idle_services.results.default_run("example") is first
    now = time.monotonic()
    monkeypatch.setattr("dashboard.jobs.job.time.monotonic", lambda: now)
    first.finish(None, KeyError("depth"))
    assert first.state is State.FAILED
    assert idle_services.results.default_run("example") is first  # although pages poll
    now += RETRY_SECONDS + 1
    assert idle_services.results.default_run("example") is not first


def test_what_has_been_fetched_meanwhile_is_read(
    idle_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[str] = []
    monkeypatch.setattr("dashboard.jobs.results.products_here", lambda: tuple(here))
    before = idle_services.results.references("example")
    here.append("sanderman2017")
    assert idle_services.results.references("example") is not before
