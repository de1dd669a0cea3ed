"""Claims on the choices of an assimilation in a link: what cannot be read is reported in a sentence."""

from __future__ import annotations

import pytest

from dashboard.state import assimilation_link, link
from dashboard.state.assimilation_choices import AssimilationChoices
from proda_core.assimilation.schedules import SCHEDULES


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_an_untouched_schedule_is_its_name_alone(schedule: str) -> None:
    choices = AssimilationChoices(schedule=schedule, **assimilation_link.default_fields(schedule))
    assert assimilation_link.write(choices) == ("" if schedule == "quick" else f"schedule:{schedule}")
    assert (
        AssimilationChoices(
            **assimilation_link.form_choices(assimilation_link.read(assimilation_link.write(choices)))
        ).to_schedule()
        == choices.to_schedule()
    )


def test_the_soil_model_travels_with_the_plan() -> None:
    choices = AssimilationChoices(
        model={"grid": "clm45_10", "advection": "-0.001"}, **assimilation_link.default_fields("quick")
    )
    text = assimilation_link.write(choices)
    assert text == "grid:clm45_10,advection:-0.001"
    again = AssimilationChoices(**assimilation_link.form_choices(assimilation_link.read(text)))
    assert again.to_model() == {"grid": "clm45_10", "advection": -0.001}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("chapter", "Plan: expected pairs such as name:value"),
        ("schedule:best", "schedule: expected quick, chapter"),
        ("prior:none", "prior: expected"),
        ("errors:cauchy", "errors: expected"),
        (
            "tea:2",
            "Plan: expected way, schedule, prior, seed or a field of schedule or soil model; found 'tea'",
        ),
        ("water:tea", "water: expected auto, scalar, potential; found 'tea'"),
        ("advection:fast", "advection: expected a number, found 'fast'"),
        ("chains:three", "Chains: expected a whole number"),
        ("chains:99", "chains: expected"),
        ("formal_iterations:9999999", "Sampling iterations: expected at most"),
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
