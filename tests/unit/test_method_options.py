"""Choices of the method by name: what can be typed, and what is said where it cannot."""

from __future__ import annotations

import pytest

from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.method_options import METHOD_OPTIONS, assignments, field_names, method_choices
from proda_core.records.checks import InputError
from proda_core.records.settings import field_help
from proda_core.run_choices import _batch_schedule
from proda_core.soil_model.settings import ModelSettings
from tests.unit.command_line import CommandLine


def test_every_field_can_be_chosen_by_its_name_and_has_an_explanation():
    helped = {**field_help(Schedule), **field_help(ModelSettings)}
    assert set(field_names()) == set(helped) - {"texture"}
    for name in field_names():
        default = getattr(SCHEDULES["quick"], name, None) or getattr(ModelSettings(), name, None)
        method_choices({name: default})


def test_typed_text_has_the_type_of_the_field():
    found = method_choices(
        assignments(["acceptance_window=0.1,0.6", "annealed=yes", "chains=4", "minpsi=-10"])
    )
    assert found.schedule == {"acceptance_window": (0.1, 0.6), "annealed": True, "chains": 4}
    assert found.model == {"minpsi": -10.0}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("chains", "--set: expected NAME=VALUE, found 'chains'"),
        ("=4", "--set: expected NAME=VALUE, found '=4'"),
        ("chains=four", "chains: expected a whole number, found 'four'"),
        ("sigma_fraction=much", "sigma_fraction: expected a number, found 'much'"),
        ("errors=cauchy", "errors: expected one of gaussian, lognormal, lognormal_estimated; found 'cauchy'"),
        ("annealed=maybe", "annealed: expected one of yes, true, 1, no, false, 0; found 'maybe'"),
        ("acceptance_window=0.2", "acceptance_window: expected 2 numbers separated by commas"),
        ("chain=4", "expected a field of schedule or soil model, found 'chain'; did you mean chains?"),
        ("texture=True", "expected a field of schedule or soil model, found 'texture'"),
        ("name=mine", "expected a field of schedule or soil model, found 'name'"),
    ],
)
def test_what_cannot_be_chosen_is_named(text, sentence):
    with pytest.raises(InputError) as refused:
        method_choices(assignments([text]))
    assert sentence in str(refused.value)


def test_a_field_is_given_once():
    with pytest.raises(InputError, match="expected chains once, found it twice"):
        assignments(["chains=3", "chains=4"])


def test_choices_get_what_they_need_unless_it_is_chosen():
    found = SCHEDULES["chapter"].with_(errors="lognormal_estimated")
    assert found.weights == "none"
    with pytest.raises(
        InputError, match="weights: expected none with errors lognormal_estimated, found rank"
    ):
        SCHEDULES["chapter"].with_(errors="lognormal_estimated", weights="rank")


@pytest.mark.parametrize("command", [("run",), ("assimilate", "sites"), ("assimilate", "batch"), ("twin",)])
def test_every_option_is_in_the_help_of_the_command(proda: CommandLine, command):
    text = " ".join(proda(*command, "--help").out.split())
    for name in (*METHOD_OPTIONS, "set", "prior"):
        assert f"--{name} " in text


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--prior", "clm45_18"), "prior clm45_18: expected soil_water_potential in the forcing"),
        (("--water", "potential"), "prior proda: expected water form scalar"),
        (("--errors", "lognormal_estimated", "--weights", "rank"), "weights: expected none"),
        (("--set", "chains=12"), "chains: expected 1 to 8, found 12"),
        (
            ("--bedrock", "authors", "--advection", "0.001"),
            "advection: expected 0 with bedrock scheme 'authors'",
        ),
    ],
)
def test_a_combination_that_cannot_work_is_one_sentence(proda: CommandLine, tmp_path, options, sentence):
    for command in (("run",), ("assimilate", "sites", "--limit", 1), ("assimilate", "batch", "--limit", 2)):
        answer = proda(*command, *options, "--output", tmp_path / "out.nc")
        assert answer.code == 2 and sentence in " ".join(answer.err.split()), answer.err


@pytest.mark.parametrize(
    ("schedule", "chosen", "batch"),
    [
        ("quick", {"formal_iterations": 900}, {"sampler": "metropolis", "formal_iterations": 900}),
        ("quick", {"target_acceptance": 0.3}, {"first_temperature": 1e3, "target_acceptance": 0.3}),
        ("quick", {"sampler": "hmc"}, {"sampler": "metropolis", "formal_iterations": 16_000}),
        ("modern", {"formal_iterations": 900}, {"sampler": "hmc", "formal_iterations": 600}),
    ],
)
def test_choices_for_sites_keep_what_a_batch_needs(schedule, chosen, batch):
    """Leapfrog steps at a site are no lengths of a random walk, nor of the trajectories of a batch."""
    found = _batch_schedule(schedule, None, chosen)
    assert {name: getattr(found, name) for name in batch} == batch
