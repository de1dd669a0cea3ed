"""Claims on the page Network: losses come live, the pictures are the network's, bad choices start nothing."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import panel as pn
import panel_material_ui as pmui
import pytest
from bokeh.models import ColumnDataSource

from dashboard.jobs.data.site_estimates import batch_estimate, chosen_run, runs_with, site_estimate
from dashboard.jobs.job import State
from dashboard.jobs.registry import Registry
from dashboard.jobs.runs import SHOWCASE
from dashboard.jobs.services import Services
from dashboard.pages.network.page import NetworkPage
from dashboard.pages.network.training_job import NetworkTraining, RunExamination, find
from dashboard.state import link
from dashboard.state.session_state import SessionState
from dashboard.state.training_choices import TrainingChoices
from dashboard.ui.help import Help
from proda_core import journey
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.network.settings import PRESETS
from proda_core.records.checks import InputError
from proda_core.records.study import Study
from proda_core.vocabulary.parameters import PRIORS

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
    journey.run(
        replace(study, **part), directory / "runs" / "tiny", schedule=schedule, network=network, seed=3
    )
    return directory


@pytest.fixture
def with_run(run_directory: Path, services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """What visitors share, with the tiny run. (Workers know it by its directory.)"""
    monkeypatch.setenv("PRODA_DATA_DIR", str(run_directory))
    return services


@pytest.fixture
def session() -> SessionState:
    """A session to the page."""
    return SessionState(page="network", data="example")


def _wait(job: object) -> None:
    end = time.monotonic() + PATIENCE
    while not job.state.ended and time.monotonic() < end:
        time.sleep(0.05)
    assert job.state is State.DONE, job.error


def _words(page: NetworkPage) -> str:
    panes = page.view.select(pn.pane.base.PaneBase)
    said = [str(pane.object) for pane in panes if isinstance(pane.object, str)]
    said += [alert.object for alert in page.view.select(pmui.Alert) if alert.visible]
    return re.sub(r"\\(.)", r"\1", " ".join(said))


def _source(page: NetworkPage, name: str) -> ColumnDataSource:
    panes = page.view.select(pn.pane.Bokeh)
    found = (source for pane in panes for source in pane.object.select({"name": name}))
    return next(source for source in found if isinstance(source, ColumnDataSource))


def _field(page: NetworkPage, label: str) -> pmui.TextInput:
    return next(field for field in page.view.select(pmui.TextInput) if field.label == label)


def _press(page: NetworkPage, label: str) -> None:
    next(button for button in page.view.select(pmui.Button) if button.label == label).clicks += 1


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
    page = NetworkPage(services, session, Help())
    assert "No assimilated run of this data set yet" in _words(page)
    _press(page, "Go to Maps")
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
    page = NetworkPage(with_run, session, Help())
    job = with_run.registry.jobs(RunExamination)[-1]
    _wait(job)
    assert set(job.parts) == {"fit", "scores", "importance", "dependence"}
    page._tick()
    assert len(_source(page, "losses-0").data["epoch"]) == 4
    assert len(_source(page, "skill").data["parameter"]) == 21
    assert _source(page, "importance").data["name"]
    assert "CLM5 default" in _words(page) and "The network of run tiny" in _words(page)
    again = NetworkPage(with_run, session, Help())
    assert len(with_run.registry.jobs(RunExamination)) == 1 and again.view is not page.view


def test_a_training_is_started_followed_and_left(with_run: Services, session: SessionState) -> None:
    page = NetworkPage(with_run, session, Help())
    for label, text in (("Networks in the ensemble", "2"), ("Epochs at most", "3"), ("Seed", "5")):
        _field(page, label).value = text
    _press(page, "Train")
    job = with_run.registry.get(session.training)
    assert isinstance(job, NetworkTraining) and job.choices["members"] == 2
    _wait(job)
    page._tick()
    assert {member: len(epochs) for member, epochs in job.losses.items()} == {0: 3, 1: 3}
    assert len(_source(page, "losses-1").data["epoch"]) == 3
    assert "Your training" in _words(page)
    _press(page, "The run's own")
    assert session.training == "" and "The network of run tiny" in _words(page)


def test_a_bad_choice_starts_nothing(with_run: Services, session: SessionState) -> None:
    page = NetworkPage(with_run, session, Help())
    _field(page, "Epochs at most").value = "forever"
    _press(page, "Train")
    assert "Epochs at most: expected a whole number" in _words(page)
    assert session.training == ""


@pytest.mark.parametrize("preset", ["end_to_end", "prodanet"])
def test_every_preset_trains(with_run: Services, preset: str) -> None:
    run = chosen_run("example", "", "posterior")
    choices = GOOD | {"preset": preset, "members": 1, "epochs": 1}
    job = with_run.registry.start(NetworkTraining(with_run.workers, "example", run, choices))
    _wait(job)
    assert np.isfinite(job.parts["scores"]["table"]["r2"]).all()


def test_a_training_that_a_server_left_behind_goes_on_with_what_is_trained(with_run: Services) -> None:
    run, choices = chosen_run("example", "", "posterior"), GOOD | {"members": 3, "epochs": 60}
    job = NetworkTraining(with_run.workers, "example", run, choices).start()
    end = time.monotonic() + PATIENCE
    while len(job.losses) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    job._task.stop()  # as the end of a server does
    again = find(job.id, Registry(), with_run.workers, with_run.runs)
    _wait(again)
    assert again.losses[0] == job.losses[0] and set(again.losses) == {0, 1, 2}
    assert "scores" in again.parts


def test_a_training_that_a_person_has_cancelled_is_gone_with_the_server(with_run: Services) -> None:
    run = chosen_run("example", "", "posterior")
    job = NetworkTraining(with_run.workers, "example", run, GOOD | {"epochs": 2000}).start()
    job.cancel()
    assert find(job.id, Registry(), with_run.workers, with_run.runs) is None
    assert find("../../etc", Registry(), with_run.workers, with_run.runs) is None


def test_a_training_that_is_gone_is_told(with_run: Services, session: SessionState) -> None:
    session.training = "00000000"
    page = NetworkPage(with_run, session, Help())
    assert "no longer on the server" in _words(page) and session.training == ""


def _menu(page: NetworkPage, label: str) -> pmui.Select:
    return next(menu for menu in page.view.select(pmui.Select) if menu.label == label)


def test_the_menu_of_covariates_is_filled_at_the_first_examination(
    with_run: Services, session: SessionState
) -> None:
    """Expected: one message holds options and value; a menu that gets its value first stays blank."""
    page = NetworkPage(with_run, session, Help())
    menu, told = _menu(page, "Covariate"), []
    menu.param.watch(lambda *events: told.append({event.name for event in events}), ["options", "value"])
    _wait(page._job)
    page._tick()
    assert menu.value in menu.options and menu.value == page._view._most_important()
    assert told == [{"options", "value"}]
    assert session.covariate == ""  # nobody has chosen it


def test_parameter_and_covariate_in_view_travel_in_the_link(
    with_run: Services, session: SessionState
) -> None:
    page = NetworkPage(with_run, session, Help())
    _wait(page._job)
    page._tick()
    other = next(name for name in _menu(page, "Covariate").options if name != _menu(page, "Covariate").value)
    _menu(page, "Covariate").value, _menu(page, "Parameter").value = other, "q10"
    query = link.write(session)
    assert (query["covariate"], query["parameter"]) == (other, "q10")
    again = NetworkPage(with_run, SessionState(**link.read(query)[0]), Help())
    assert (_menu(again, "Covariate").value, _menu(again, "Parameter").value) == (other, "q10")


def test_a_covariate_that_the_network_does_not_know_is_told(
    with_run: Services, session: SessionState
) -> None:
    session.covariate = "moonshine"
    page = NetworkPage(with_run, session, Help())
    _wait(page._job)
    page._tick()
    assert "knows no covariate moonshine" in _words(page)
    assert session.covariate == "" and _menu(page, "Covariate").value


def test_how_a_network_shall_be_trained_travels_in_the_link(
    with_run: Services, session: SessionState
) -> None:
    page = NetworkPage(with_run, session, Help())
    assert session.recipe == ""
    groups = page.view.select(pmui.CheckButtonGroup)[0]
    groups.value = groups.options[:2]
    _field(page, "Epochs at most").value = "1,000"
    _menu(page, "Network").value = "prodanet"
    assert session.recipe == f"groups:{'+'.join(groups.options[:2])},preset:prodanet,epochs:1000"
    before = session.recipe
    _field(page, "Seed").value = "much"
    assert session.recipe == before  # what cannot be is not sent on
    again = NetworkPage(with_run, SessionState(**link.read(link.write(session))[0]), Help())
    assert again.view.select(pmui.CheckButtonGroup)[0].value == groups.options[:2]
    assert (_field(again, "Epochs at most").value, _menu(again, "Network").value) == ("1000", "prodanet")
    session.recipe = ""
    assert _field(page, "Epochs at most").value == "200" and groups.value == groups.options


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
def test_a_training_that_cannot_be_is_told_and_not_obeyed(query: dict, said: str) -> None:
    choices, complaints = link.read(query)
    assert choices == {} and said in complaints[0]
