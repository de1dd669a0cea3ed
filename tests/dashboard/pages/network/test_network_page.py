"""Claims on the page Network: losses are streamed, figures are of the network, bad choices start nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.jobs.data.site_estimates import batch_estimate, chosen_run, runs_with, site_estimate
from dashboard.jobs.job import State
from dashboard.jobs.registry import Registry
from dashboard.jobs.runs import SHOWCASE
from dashboard.jobs.services import Services
from dashboard.jobs.workers import Workers
from dashboard.pages.network.network_view import ONE_NETWORK
from dashboard.pages.network.training_job import NetworkTraining, RunExamination, find_training
from dashboard.state import link
from dashboard.state.session_state import SessionState
from dashboard.state.training_choices import TrainingChoices
from proda_core import journey
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.network.settings import PRESETS
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.vocabulary.parameters import PRIORS
from tests.dashboard.drivers import wait_until
from tests.dashboard.drivers.network import NetworkDriver
from tests.runs_of_parts import recorded_as_run_of

NAMES = PRIORS["proda"].names
PATIENCE = 240.0  # s
GOOD = {
    "groups": ("soil", "climate"),
    "preset": "modern",
    "by": "place",
    "members": 2,
    "epochs": 3,
    "seed": 5,
}


@pytest.fixture(scope="session")
def run_directory(tmp_path_factory: pytest.TempPathFactory, study: Study) -> Path:
    """A data directory with one tiny finished run of the example."""
    sites = study.assimilable()[:24]
    part = {name: getattr(study, name).select(sites) for name in ("profiles", "forcing", "covariates")}
    directory = tmp_path_factory.mktemp("with-a-run")
    schedule = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=500, max_reruns=0)
    network = PRESETS["modern"].changed(max_epochs=4, hidden=(8,), rare=2, members=2)
    run = journey.run(
        replace(study, **part), directory / "runs" / "tiny", schedule=schedule, network=network, seed=3
    )
    recorded_as_run_of(run, study)
    return directory


@pytest.fixture
def with_run(run_directory: Path, services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """What visitors share, with the tiny run. (Workers know it by its directory.)"""
    monkeypatch.setenv("PRODA_DATA_DIR", str(run_directory))
    return services


@pytest.fixture
def run_workers_of_another_server() -> Iterator[Workers]:
    """Worker processes that a test may stop."""
    found = Workers(1)
    yield found
    found.close()


@pytest.fixture
def session() -> SessionState:
    """A session on the page."""
    return SessionState(page="network", data="example")


def _wait(job: object) -> None:
    wait_until(lambda: job.state.ended, PATIENCE)
    assert job.state is State.DONE, job.error


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"members": "many"}, "Networks in the ensemble: expected a whole number"),
        ({"members": "0"}, "Networks in the ensemble: expected 1 to 8"),
        ({"epochs": "99999"}, "Epochs at most: expected 1 to 2000"),
        ({"seed": "-4"}, "Seed: expected a whole number"),
        ({"seed": "99999999999"}, "Seed: expected at most"),
    ],
)
def test_a_bad_number_is_a_sentence(choices: dict, said: str) -> None:
    with pytest.raises(InputError, match=said):
        TrainingChoices(**choices).numbers()


def test_no_covariates_are_a_sentence() -> None:
    with pytest.raises(InputError, match="at least one group"):
        TrainingChoices().kinds()


def test_without_a_run_the_page_says_what_to_do(services: Services, session: SessionState) -> None:
    page = NetworkDriver(services, session)
    assert "No assimilated run of this data set yet" in page.words
    page.click("Go to Maps")
    assert session.page == "maps"


def test_the_showcase_shows_its_network_where_there_is_no_other_run(services: Services) -> None:
    run = chosen_run("teaching", SHOWCASE, "posterior", "network", "split")
    assert run.id == SHOWCASE and chosen_run("teaching", "", "posterior").id == SHOWCASE
    assert chosen_run("example", SHOWCASE, "posterior") is None  # it is of another data set
    found = site_estimate(run, int(run["posterior"].sites[0]))
    assert set(found.mean) == set(run["posterior"].parameters)


def test_a_run_gives_the_parameters_of_its_sites(with_run: Services, study: Study) -> None:
    run = chosen_run("example", "gone", "posterior")
    assert run.id == "tiny" and runs_with("example", "network")[0].id == "tiny"
    site = int(run["posterior"].sites[0])
    found = site_estimate(run, site)
    wanted = run["posterior"].ds["mean"].sel(site=site, parameter="q10")
    assert found.mean["q10"] == pytest.approx(float(wanted))
    assert len(found.band[0]) == study.forcing.grid.size
    assert set(batch_estimate(run).mean) == set(NAMES)
    assert site_estimate(run, 99_999) is None


def test_the_network_of_a_run_is_shown_at_once(with_run: Services, session: SessionState) -> None:
    """The visitor does nothing; Expected: losses, fit, scores, importance and dependence of the run."""
    page = NetworkDriver(with_run, session)
    job = with_run.registry.jobs(RunExamination)[-1]
    _wait(job)
    assert set(job.parts) == {"fit", "scores", "figures", "importance", "dependence"}
    page.tick()
    assert len(page.source("losses", "losses-0").data["epoch"]) == 4
    assert len(page.plot("parameter-skill").yaxis[0].major_label_overrides) == 21
    assert page.plot("ensemble-spread").title.text == "Where the networks disagree · synthetic data"
    assert page.plot("importance-covariates").yaxis[0].major_label_overrides
    assert "CLM5 default" in page.words and "The network of run tiny" in page.words
    again = NetworkDriver(with_run, session)
    assert len(with_run.registry.jobs(RunExamination)) == 1 and again.view is not page.view


def test_a_training_is_started_followed_and_left(with_run: Services, session: SessionState) -> None:
    page = NetworkDriver(with_run, session)
    for label, text in (("Networks in the ensemble", "2"), ("Epochs at most", "3"), ("Seed", "5")):
        page.set(label, text)
    page.click("Train")
    job = with_run.registry.get(session.training)
    assert isinstance(job, NetworkTraining) and job.choices["members"] == 2
    _wait(job)
    page.tick()
    assert {member: len(epochs) for member, epochs in job.losses.items()} == {0: 3, 1: 3}
    assert len(page.source("losses", "losses-1").data["epoch"]) == 3
    assert "Your training" in page.words
    page.click("Back to the run's network")
    assert session.training == "" and "The network of run tiny" in page.words


def test_an_ensemble_of_one_says_that_it_has_no_spread(with_run: Services, session: SessionState) -> None:
    page = NetworkDriver(with_run, session)
    page.set("Networks in the ensemble", "1")
    page.set("Epochs at most", "2")
    page.click("Train")
    _wait(with_run.registry.get(session.training))
    page.tick()
    assert ONE_NETWORK in page.words and "parameter-skill" in [plot.name for plot in page.plots]


def test_a_bad_choice_starts_nothing(with_run: Services, session: SessionState) -> None:
    page = NetworkDriver(with_run, session)
    page.set("Epochs at most", "forever")
    page.click("Train")
    assert "Epochs at most: expected a whole number" in " ".join(page.notices)
    assert session.training == ""


@pytest.mark.parametrize("preset", ["end_to_end", "prodanet"])
def test_every_preset_trains(with_run: Services, preset: str) -> None:
    run = chosen_run("example", "", "posterior")
    choices = GOOD | {"preset": preset, "members": 1, "epochs": 1}
    job = with_run.registry.start(NetworkTraining(with_run.workers, "example", run, choices))
    _wait(job)
    assert np.isfinite(job.parts["scores"]["table"]["r2"]).all()


def test_a_training_that_a_stopped_server_left_is_resumed_with_its_trained_members(
    with_run: Services, run_workers_of_another_server: Workers
) -> None:
    run, choices = chosen_run("example", "", "posterior"), GOOD | {"members": 3, "epochs": 60}
    job = NetworkTraining(run_workers_of_another_server, "example", run, choices).start()
    wait_until(lambda: len(job.losses) >= 2, PATIENCE)
    run_workers_of_another_server.close()
    again = find_training(job.id, Registry(), with_run.workers, with_run.runs)
    _wait(again)
    assert again.losses[0] == job.losses[0] and set(again.losses) == {0, 1, 2}
    assert "scores" in again.parts


def test_a_training_that_a_person_has_stopped_is_not_resumed(with_run: Services) -> None:
    run = chosen_run("example", "", "posterior")
    job = NetworkTraining(with_run.workers, "example", run, GOOD | {"epochs": 2000}).start()
    job.stop()
    assert find_training(job.id, Registry(), with_run.workers, with_run.runs) is None
    assert find_training("../../etc", Registry(), with_run.workers, with_run.runs) is None


def test_a_training_that_is_gone_is_reported(with_run: Services, session: SessionState) -> None:
    session.training = "00000000"
    page = NetworkDriver(with_run, session)
    assert "no longer on the server" in " ".join(page.notices) and session.training == ""


def test_the_menu_of_covariates_is_filled_at_the_first_examination(
    with_run: Services, session: SessionState
) -> None:
    """Expected: one message holds options and value; a menu that gets its value first stays blank."""
    page = NetworkDriver(with_run, session)
    menu, messages = page.menu("Covariate"), []
    menu.param.watch(lambda *events: messages.append({event.name for event in events}), ["options", "value"])
    page.wait_for_dependence()
    found = with_run.registry.jobs(RunExamination)[-1].parts["importance"]["covariates"]
    assert menu.value in menu.options and menu.value == found.mean(axis=1).idxmax()
    assert messages == [{"options", "value"}]
    assert session.covariate == ""  # the default is not a choice


def test_parameter_and_covariate_in_view_travel_in_the_link(
    with_run: Services, session: SessionState
) -> None:
    page = NetworkDriver(with_run, session)
    page.wait_for_dependence()
    menu = page.menu("Covariate")
    other = next(name for name in menu.options if name != menu.value)
    page.set("Covariate", other)
    page.set("Parameter", "q10")
    query = link.write(session)
    assert (query["covariate"], query["parameter"]) == (other, "q10")
    again = NetworkDriver(with_run, SessionState(**link.read(query)[0]))
    assert (again.menu("Covariate").value, again.menu("Parameter").value) == (other, "q10")


def test_a_covariate_that_the_network_does_not_have_is_reported(
    with_run: Services, session: SessionState
) -> None:
    session.covariate = "moonshine"
    page = NetworkDriver(with_run, session)
    page.wait_for_dependence()
    assert "has no covariate moonshine" in " ".join(page.notices)
    assert session.covariate == "" and page.menu("Covariate").value


def test_how_a_network_shall_be_trained_travels_in_the_link(
    with_run: Services, session: SessionState
) -> None:
    page = NetworkDriver(with_run, session)
    assert session.recipe == ""
    kinds = page.groups.options
    page.choose_groups(kinds[:2])
    page.set("Epochs at most", "1,000")
    page.set("Network", "prodanet")
    assert session.recipe == f"groups:{'+'.join(kinds[:2])},preset:prodanet,epochs:1000"
    before = session.recipe
    page.set("Seed", "much")
    assert session.recipe == before  # an invalid choice does not get into the link
    again = NetworkDriver(with_run, SessionState(**link.read(link.write(session))[0]))
    assert again.groups.value == kinds[:2]
    assert (again.field("Epochs at most").value, again.menu("Network").value) == ("1000", "prodanet")
    session.recipe = ""
    assert page.field("Epochs at most").value == "200" and page.groups.value == kinds


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"recipe": "epochs:0"}, "Epochs at most: expected 1 to 2000"),
        ({"recipe": "epochs:many"}, "expected a whole number, 0 or more; found 'many'"),
        ({"recipe": "members:9"}, "Networks in the ensemble: expected 1 to 8"),
        ({"recipe": "seed:99999999999"}, "Seed: expected at most"),
        ({"recipe": "preset:best"}, "preset: expected modern, prodanet, end_to_end; found 'best'"),
        ({"recipe": "by:moon"}, "by: expected place, site, block; found 'moon'"),
        ({"recipe": "groups:soil+wine"}, "groups: expected place, climate, soil, vegetation"),
        ({"recipe": "depth:3"}, "Training: expected preset, by, groups, members, epochs, seed"),
        ({"recipe": "epochs"}, "Training: expected pairs such as name:value"),
        ({"parameter": "q11"}, "The link asks for parameter=q11, which is not known here."),
    ],
)
def test_a_training_that_is_not_possible_is_reported_and_ignored(query: dict, said: str) -> None:
    choices, complaints = link.read(query)
    assert choices == {} and said in complaints[0]
