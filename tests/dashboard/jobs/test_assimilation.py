"""Claims on assimilations on disk: they survive the end of a server, and a batch is that of the library."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from dashboard.jobs import assimilation_request, assimilation_store, job_store
from dashboard.jobs.assimilation import SiteAssimilation, find_assimilation
from dashboard.jobs.assimilation_request import AssimilationRequest
from dashboard.jobs.job import Job, State
from dashboard.jobs.registry import Registry
from dashboard.jobs.services import Services
from dashboard.state.modes import ALL, CHOSEN, EACH, MODES, schedules_of
from proda_core.assimilation import assimilate_batch
from proda_core.mapping.soil_carbon import batch_draws, soil_carbon
from proda_core.records.checks import InputError
from proda_core.records.posterior import BATCH_SITE
from proda_core.records.study import Study
from tests.dashboard.drivers import wait_until


def _short(mode: str, **choices: int) -> object:
    lengths = {"test_iterations": 300, "formal_iterations": 600, "max_reruns": 0, "chains": 2}
    return schedules_of(mode)["quick"].with_(**lengths | choices)


def _found_after_the_server(services: Services, number: str) -> SiteAssimilation:
    """The assimilation as the next server has it."""
    return find_assimilation(number, Registry(), services.workers, services.run_workers)


def test_an_assimilation_sends_its_chains_and_posteriors(services: Services, study: Study) -> None:
    sites = tuple(map(int, study.assimilable()[:2]))
    job = SiteAssimilation(
        services.workers, AssimilationRequest(EACH, "example", sites, _short(EACH, chains=3), "proda", 7)
    ).start()
    wait_until(lambda: job.state.ended)
    assert (job.state, job.error) == (State.DONE, "")
    assert tuple(job.traces) == tuple(job.posteriors) == sites
    traces = job.traces[sites[0]]
    assert traces.reached == traces.total == 900
    assert [len(chain) for chain in traces.chains] == [90] * 3


@pytest.mark.parametrize("mode", MODES)
def test_a_request_is_read_back_as_it_was(mode: str) -> None:
    asked = AssimilationRequest(mode, "example", (3, 9), _short(mode), "proda", 7, {"grid": "clm45_10"})
    assert assimilation_request.read(asked.to_json()) == asked


def test_a_request_from_before_the_soil_model_could_be_chosen_is_read() -> None:
    asked = AssimilationRequest(EACH, "example", (3, 9), _short(EACH), "proda", 7)
    stored = json.loads(asked.to_json())
    del stored["model"]
    assert assimilation_request.read(json.dumps(stored)) == asked


@pytest.mark.parametrize("mode", (EACH, CHOSEN))
def test_chosen_layers_are_those_of_the_posterior_and_its_profile(
    services: Services, study: Study, mode: str
) -> None:
    sites = tuple(map(int, study.assimilable()[:2]))
    model = {"grid": "clm45_10", "bedrock": "authors"}
    request = AssimilationRequest(mode, "example", sites, _short(mode), "proda", 7, model)
    job = SiteAssimilation(services.workers, request).start()
    wait_until(lambda: job.state.ended)
    assert (job.state, job.error) == (State.DONE, "")
    assert job.posterior_at(sites[0])["carbon_mean"].sizes["layer"] == 10


def test_a_soil_model_that_the_prior_does_not_fit_is_one_sentence(services: Services, study: Study) -> None:
    site = (int(study.assimilable()[0]),)
    request = AssimilationRequest(EACH, "example", site, _short(EACH), "proda", 7, {"water": "potential"})
    job = SiteAssimilation(services.workers, request).start()
    wait_until(lambda: job.state.ended)
    assert job.state is State.FAILED
    assert "prior proda: expected water form scalar, the only one to use its parameter w_scaling" in job.error


def test_a_finished_assimilation_is_there_after_the_server_has_ended(
    services: Services, study: Study
) -> None:
    sites = tuple(map(int, study.assimilable()[:2]))
    request = AssimilationRequest(EACH, "example", sites, _short(EACH), "proda", 7)
    job = SiteAssimilation(services.workers, request).start()
    wait_until(lambda: job.state.ended)
    again = _found_after_the_server(services, job.id)
    wait_until(lambda: again.state.ended)
    assert (again.state, again.error, again.id) == (State.DONE, "", job.id)
    for site in sites:
        assert np.array_equal(again.posterior_at(site)["mean"].values, job.posterior_at(site)["mean"].values)
        for new, old in zip(again.traces_at(site).chains, job.traces_at(site).chains, strict=True):
            np.testing.assert_array_equal(new.values, old.values)
            np.testing.assert_array_equal(new.acceptance, old.acceptance)
    store = assimilation_store.store_of(job.id)
    for name in (f"{sites[0]}.npz", f"{sites[1]}.nc"):
        (store.directory / name).write_bytes(b"broken")
    assert store.read(sites[0]) is None and store.read(sites[1]) is None  # they are done again


def test_what_was_found_for_other_data_of_the_same_name_is_not_shown_as_theirs(
    services: Services, study: Study
) -> None:
    request = AssimilationRequest(EACH, "example", (int(study.assimilable()[0]),), _short(EACH), "proda", 7)
    job = SiteAssimilation(services.workers, request).start()
    wait_until(lambda: job.state.ended)
    (assimilation_store.store_of(job.id).directory / "input").write_text(
        "of the data set as it was", encoding="utf-8"
    )
    again = _found_after_the_server(services, job.id)
    wait_until(lambda: again.state.ended)
    assert again.state is State.FAILED and not again.posteriors
    assert "Data set 'example': expected the profiles and the forcing with which this" in again.error


def test_what_a_server_left_unfinished_is_gone_on_with(services: Services, study: Study) -> None:
    sites = tuple(map(int, study.assimilable()[:3]))
    request = AssimilationRequest(EACH, "example", sites, _short(EACH, formal_iterations=200_000), "proda", 7)
    job = SiteAssimilation(services.workers, request).start()
    wait_until(lambda: len(job.posteriors) >= 1)
    Job.stop(job)  # as a server that ends does; a person presses a button, see below
    wait_until(lambda: job.state.ended)
    first = dict(job.posteriors)
    assert job.state is State.STOPPED and len(first) < len(sites)
    again = _found_after_the_server(services, job.id)
    wait_until(lambda: again.state.ended)
    assert again.state is State.DONE and tuple(again.posteriors) == sites
    for site, found in first.items():
        np.testing.assert_array_equal(again.posteriors[site]["draws"].values, found["draws"].values)


def test_what_a_person_stopped_rests_until_it_is_gone_on_with(services: Services, study: Study) -> None:
    sites = tuple(map(int, study.assimilable()[:2]))
    request = AssimilationRequest(
        EACH, "example", sites, _short(EACH, formal_iterations=2_000_000), "proda", 7
    )
    job = SiteAssimilation(services.workers, request).start()
    wait_until(lambda: bool(job.traces))
    job.stop()
    wait_until(lambda: job.state.ended)
    again = _found_after_the_server(services, job.id)
    wait_until(lambda: again.state.ended)
    assert again.state is State.STOPPED and again.unfinished and not again.posteriors
    again.start()
    wait_until(lambda: bool(again.traces))
    again.stop()
    wait_until(lambda: again.state.ended)


@pytest.mark.parametrize("mode", [ALL, CHOSEN])
def test_a_batch_that_is_watched_is_the_batch_of_the_library(
    services: Services, study: Study, mode: str
) -> None:
    sites = study.assimilable() if mode == ALL else study.assimilable()[:5]
    shown = tuple(map(int, sites[:5]))
    request = AssimilationRequest(mode, "example", shown, _short(mode), "proda", 3)
    job = SiteAssimilation(services.run_workers, request).start()
    wait_until(lambda: job.state.ended)
    assert (job.state, job.error) == (State.DONE, "")
    alone = assimilate_batch(study.profiles.select(sites), study.forcing, request.schedule, seed=3)
    np.testing.assert_array_equal(job.posteriors[BATCH_SITE]["draws"].values, alone.ds["draws"].values)
    traces = job.traces_at(shown[0])
    assert traces.reached == traces.total == 900
    assert [len(chain) for chain in traces.chains] == [90, 90]
    here = job.posterior_at(shown[1])
    expected = soil_carbon(batch_draws(alone), study.forcing.select([shown[1]]))
    np.testing.assert_allclose(here["carbon_mean"].values, expected.values, rtol=1e-9)
    assert (here["carbon_q05"] <= here["carbon_q95"]).all()
    again = _found_after_the_server(services, job.id)
    wait_until(lambda: again.state.ended)
    np.testing.assert_array_equal(
        again.posterior_at(shown[0])["mean"].values, job.posterior_at(shown[0])["mean"].values
    )
    assert again.traces_at(shown[0]).reached == 900


def test_a_batch_goes_on_from_its_last_checkpoint_with_the_chains_it_had(
    services: Services, study: Study
) -> None:
    shown = tuple(map(int, study.assimilable()[:2]))
    request = AssimilationRequest(ALL, "example", shown, _short(ALL, formal_iterations=1_000_000), "proda", 3)
    job = SiteAssimilation(services.run_workers, request).start()
    wait_until(lambda: bool(job.traces) and job.traces_at(shown[0]).reached > 1000)
    Job.stop(job)
    wait_until(lambda: job.state.ended)
    reached = job.traces_at(shown[0]).reached
    again = _found_after_the_server(services, job.id)
    wait_until(lambda: bool(again.traces))
    assert again.traces_at(shown[0]).reached >= min(reached, 300)
    wait_until(lambda: again.traces_at(shown[0]).reached > reached)
    again.stop()
    wait_until(lambda: again.state.ended)


@pytest.mark.parametrize("number", ["", "nonsense", "../../etc", "00000000", "0000000g"])
def test_a_number_that_no_assimilation_has_is_none(data_directory: Path, number: str) -> None:
    assert assimilation_store.find(number) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"way": "each"}'])
def test_a_request_that_cannot_be_read_is_none(data_directory: Path, text: str) -> None:
    store = assimilation_store.store_of("0123abcd")
    store.directory.mkdir(parents=True)
    (store.directory / "request.json").write_text(text)
    assert assimilation_store.find("0123abcd") is None


def test_where_nothing_can_be_written_is_a_sentence(data_directory: Path) -> None:
    (data_directory / "jobs").write_text("a file where a directory should be")
    with pytest.raises(InputError, match="jobs.*expected to be able to write"):
        assimilation_store.store_of("0123abcd").write_request(
            AssimilationRequest(EACH, "example", (3,), _short(EACH), "proda", 1)
        )


def test_the_oldest_assimilations_go(data_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_store, "MOST_JOBS", 2)
    for number in range(4):
        assimilation_store.store_of(f"{number:08x}").write_request(
            AssimilationRequest(EACH, "example", (3,), _short(EACH), "proda", number)
        )
        time.sleep(0.02)
    assert [assimilation_store.find(f"{number:08x}") is None for number in range(4)] == [
        True,
        True,
        False,
        False,
    ]
