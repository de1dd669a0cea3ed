"""Claims on the form of an assimilation: its choices are in the link, in both directions."""

from __future__ import annotations

from dashboard.state import link
from dashboard.state.session_state import SessionState
from tests.dashboard.drivers.assimilation import FormDriver

CHOSEN = "schedule:chapter,seed:7,chains:5,errors:lognormal"


def test_what_is_chosen_travels_in_the_link() -> None:
    session = SessionState(page="assimilation")
    form = FormDriver(session)
    assert session.plan == ""
    form.set("Schedule", "chapter")
    form.set("Seed", "7")
    form.set("Chains", "5")
    form.set("Distribution of errors", "lognormal")
    assert session.plan == CHOSEN
    form.set("Sampling iterations", "many")
    assert session.plan == CHOSEN  # what cannot be read is not written
    again = FormDriver(SessionState(**link.read(link.write(session))[0]))
    assert [again.value(label) for label in ("Seed", "Chains", "Schedule")] == ["7", "5", "chapter"]
    assert again.value("Distribution of errors") == "lognormal" == again.page.schedule().errors
    session.plan = ""
    assert [form.value(label) for label in ("Schedule", "Seed")] == ["quick", "1"]
    assert form.value("Distribution of errors") == form.page.schedule().errors == "gaussian"


def test_the_soil_model_is_chosen_and_travels_in_the_link() -> None:
    session = SessionState(page="assimilation")
    form = FormDriver(session)
    form.set("Soil layers", "clm45_10")
    form.set("Bedrock", "authors")
    assert session.plan == "grid:clm45_10,bedrock:authors"
    again = FormDriver(SessionState(**link.read(link.write(session))[0]))
    assert again.page.choices.to_model() == {"grid": "clm45_10", "bedrock": "authors"}
    session.plan = ""
    assert (form.value("Soil layers"), form.value("Bedrock")) == ("auto", "closed")
    assert form.page.choices.to_model() == {}


def test_one_button_makes_every_choice_of_the_chapter() -> None:
    session = SessionState(page="assimilation")
    form = FormDriver(session)
    form.set("Prior", "binn")
    form.set("Distribution of errors", "lognormal")
    form.click("As chapter 37")
    assert session.plan == "schedule:chapter,water:scalar,grid:clm45_10"
    assert (form.value("Prior"), form.page.schedule().errors) == ("proda", "gaussian")
