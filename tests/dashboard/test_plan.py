"""Claims on how an assimilation shall run: it travels in a link, and what cannot be is a sentence."""

from __future__ import annotations

import pytest

from dashboard.pages.assimilation.assimilation_form import AssimilationForm
from dashboard.state import assimilation_link, link
from dashboard.state.assimilation_choices import AssimilationChoices
from dashboard.state.session_state import SessionState
from dashboard.ui.help import Help
from proda_core.assimilation.schedules import SCHEDULES

CHOSEN = "schedule:chapter,seed:7,chains:5,errors:lognormal"


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_an_untouched_schedule_is_its_name_alone(schedule: str) -> None:
    choices = AssimilationChoices(schedule=schedule, **assimilation_link.usual(schedule))
    assert assimilation_link.write(choices) == ("" if schedule == "quick" else f"schedule:{schedule}")
    assert (
        AssimilationChoices(
            **assimilation_link.split(assimilation_link.read(assimilation_link.write(choices)))
        ).to_schedule()
        == choices.to_schedule()
    )


def test_what_is_chosen_travels_in_the_link() -> None:
    session = SessionState(page="assimilation")
    form = AssimilationForm(session, Help())
    assert session.plan == ""
    form.choices.schedule = "chapter"
    form.choices.param.update(seed="7", chains="5")
    form._others["errors"].value = "lognormal"
    assert session.plan == CHOSEN
    form.choices.formal_iterations = "many"
    assert session.plan == CHOSEN  # what cannot be is not sent on
    again = AssimilationForm(SessionState(**link.read(link.write(session))[0]), Help())
    assert (again.choices.seed, again.choices.chains, again.choices.schedule) == ("7", "5", "chapter")
    assert again._others["errors"].value == "lognormal" and again.schedule().errors == "lognormal"
    session.plan = ""
    assert (form.choices.schedule, form.choices.seed, form.choices.other) == ("quick", "1", {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chapter", "Plan: expected pairs such as name:value"),
        ("schedule:best", "schedule: expected quick, chapter"),
        ("prior:none", "prior: expected"),
        ("errors:cauchy", "errors: expected"),
        ("tea:2", "Plan: expected way, schedule, prior, seed or a field of a schedule; found 'tea'"),
        ("chains:three", "Chains: expected a whole number"),
        ("chains:99", "chains: expected"),
        ("formal_iterations:9999999", "Formal iterations: expected at most"),
        ("sigma_fraction:-1", "expected a number above 0"),
        ("target_acceptance:2", "target_acceptance: expected between 0 and 1"),
        ("seed:-1", "Seed: expected a whole number"),
        ("acceptance_window:0.5", "acceptance_window: expected two numbers"),
        ("seed:1,seed:2", "expected every name once"),
    ],
)
def test_a_plan_that_cannot_be_is_told_and_not_obeyed(text: str, said: str) -> None:
    choices, complaints = link.read({"plan": text})
    assert choices == {}
    assert complaints[0].startswith("The link's plan cannot be read. ") and said in complaints[0]
