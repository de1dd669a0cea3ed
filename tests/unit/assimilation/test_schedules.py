"""Schedules say what is wrong with a choice, and keep what the chapter asks for."""

from __future__ import annotations

import pytest

from proda_core.assimilation.batch_schedules import BATCH_SCHEDULES, batch_schedule_of
from proda_core.assimilation.schedules import SAMPLERS, SCHEDULES, Schedule, from_json, schedule_of
from proda_core.records.checks import InputError


def test_the_chapter_is_as_chapter_37_has_it() -> None:
    chapter = SCHEDULES["chapter"]
    assert (chapter.chains, chapter.test_iterations, chapter.formal_iterations) == (3, 20_000, 30_000)
    assert chapter.acceptance_window == (0.15, 0.50) and chapter.discard == 0.5
    assert chapter.pooling == "one_chain" and chapter.sigma_fraction == 0.6 and chapter.weights == "chapter"
    batch = BATCH_SCHEDULES["chapter"]
    assert (batch.test_iterations, batch.formal_iterations, batch.stored_draws) == (50_000, 200_000, 1_000)


@pytest.mark.parametrize("schedule", [*SCHEDULES.values(), *BATCH_SCHEDULES.values()], ids=lambda s: s.name)
def test_every_schedule_survives_json(schedule: Schedule) -> None:
    assert from_json(schedule.to_json()) == schedule


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        ({"chains": 9}, "chains: expected 1 to 8, found 9"),
        ({"space": "cube"}, "space: expected one of box, probit; found 'cube'"),
        ({"acceptance_window": (0.5, 0.1)}, "acceptance_window: expected 0 <= low < high <= 1"),
        ({"keep_every": 0}, "keep_every: expected at least 1, found 0"),
        ({"speed": 2}, "expected choices among"),
        ({"target_acceptance": 2.0}, "target_acceptance: expected between 0 and 1, found 2"),
        ({"target_acceptance": 0.0}, "target_acceptance: expected between 0 and 1, found 0"),
        ({"first_temperature": 0.0}, "first_temperature: expected at least 1, found 0"),
        ({"first_step": 0.0}, "first_step: expected more than 0, found 0"),
        ({"rhat_limit": 0.5}, "rhat_limit: expected 0 or more than 1, found 0.5"),
        ({"gelman_rubin_limit": 0.9}, "gelman_rubin_limit: expected 0 or more than 1, found 0.9"),
        ({"gelman_rubin_limit": -1.0}, "gelman_rubin_limit: expected 0 or more than 1, found -1.0"),
        ({"least_efficiency": 2.0}, "least_efficiency: expected below 1, found 2"),
        ({"sampler": "nuts"}, "sampler: expected one of metropolis, dream, hmc; found 'nuts'"),
        (
            {"sampler": "dream", "acceptance_window": (0.1, 0.5)},
            "acceptance_window: expected (0, 1) with sampler dream, found (0.1, 0.5)",
        ),
        ({"sampler": "dream", "space": "box"}, "space: expected probit with sampler dream, found box"),
        ({"sampler": "hmc", "space": "box"}, "space: expected probit with sampler hmc, found box"),
        ({"sampler": "hmc", "annealed": True}, "annealed: expected False with sampler hmc, found True"),
        ({"sampler": "hmc", "operator": "pchip"}, "operator: expected linear or horizon with sampler hmc"),
        ({"sampler": "hmc", "first_temperature": 1e3}, "first_temperature: expected 1 with sampler hmc"),
        (
            {"sampler": "hmc", "acceptance_window": (0.15, 0.5)},
            "acceptance_window: expected 1 as its upper end with sampler hmc, found 0.5",
        ),
    ],
)
def test_an_impossible_choice_is_named(choices: dict, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        SCHEDULES["quick"].with_(**choices)
    assert sentence in str(error.value)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("sampler", SAMPLERS)
def test_another_sampler_brings_what_it_needs(name: str, sampler: str) -> None:
    if SCHEDULES[name].annealed and sampler != "metropolis":
        pytest.skip("the published code's rule is one of Metropolis")
    found = SCHEDULES[name].with_(sampler=sampler, formal_iterations=90_000, max_reruns=1)
    assert (found.sampler, found.formal_iterations, found.max_reruns) == (sampler, 90_000, 1)
    assert found.max_formal_iterations == 90_000
    assert SCHEDULES[name].with_(sampler=SCHEDULES[name].sampler) == SCHEDULES[name]


def test_an_unknown_schedule_is_named() -> None:
    with pytest.raises(InputError, match="schedule: expected one of quick, chapter"):
        schedule_of("slow")


def test_the_batch_knows_every_schedule_by_the_same_name() -> None:
    assert set(BATCH_SCHEDULES) == set(SCHEDULES)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_site_preset_with_other_choices_keeps_what_a_batch_needs(name: str) -> None:
    found = batch_schedule_of(SCHEDULES[name].with_(weights="none", stored_draws=77))
    batch = BATCH_SCHEDULES[name]
    assert found == batch.with_(weights="none", stored_draws=77, chains=SCHEDULES[name].chains)
    assert found.space == "probit"
    assert found.mode_starts > 0 if found.sampler == "hmc" else found.first_temperature == 1e3


def test_a_site_preset_with_another_sampler_keeps_what_a_batch_needs() -> None:
    found = batch_schedule_of(SCHEDULES["modern"].with_(sampler="metropolis"))
    assert (found.first_temperature, found.mode_starts, found.test_iterations) == (1e3, 0, 50_000)
    assert batch_schedule_of(SCHEDULES["chapter"].with_(sampler="hmc")).mode_starts > 0
    assert batch_schedule_of(SCHEDULES["chapter"].with_(sampler="dream")).first_temperature == 1e3


def test_a_batch_schedule_and_an_own_one_stay_as_given() -> None:
    given = BATCH_SCHEDULES["chapter"].with_(first_temperature=10.0)
    assert batch_schedule_of(given) is given
    own = Schedule("own", chains=2)
    assert batch_schedule_of(own) is own
