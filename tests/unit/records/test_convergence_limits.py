"""The verdict of a posterior follows from its diagnostics and the limits of its schedule."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.convergence import LIMITS, Limits, limits_of, trains
from proda_core.records.posterior import VERDICT_FLAGS, Posterior

CHAPTER = SCHEDULES["chapter"].to_json()


def posterior(gelman_rubin: list[float], verdict: list[int], schedule: str | None) -> Posterior:
    """One parameter; R-hat as Gelman-Rubin, 500 effective draws."""
    worst = np.array(gelman_rubin)[:, None]
    many = (("site", "parameter"), np.full_like(worst, 500.0))
    statistic = (("site", "parameter"), worst)
    ds = xr.Dataset(
        {
            "mean": (("site", "parameter"), np.full_like(worst, 0.5)),
            "sd": (("site", "parameter"), np.full_like(worst, 0.1)),
            **{"gelman_rubin": statistic, "rhat": statistic, "ess_bulk": many, "ess_tail": many},
            "verdict": ("site", verdict),
        },
        {"site": np.arange(len(worst)), "parameter": ["efolding"]},
    )
    return Posterior(ds if schedule is None else ds.assign_attrs(schedule=schedule))


def verdicts(found: Posterior) -> list[str]:
    return [VERDICT_FLAGS[number] for number in found.ds["verdict"].values.tolist()]


def without_new_field(name: str) -> str:
    """A schedule as releases before gelman_rubin_limit stored it."""
    fields = json.loads(SCHEDULES[name].to_json())
    del fields["gelman_rubin_limit"]
    return json.dumps(fields)


def test_a_posterior_of_an_earlier_release_is_judged_when_it_is_read() -> None:
    found = posterior([1.01, 3.0, 3.0], [0, 0, 1], without_new_field("chapter"))
    assert verdicts(found) == ["kept", "not_converged", "negative_efficiency"]


def test_the_limit_of_the_schedule_decides_and_zero_judges_nobody() -> None:
    lenient = SCHEDULES["chapter"].with_(gelman_rubin_limit=4.0).to_json()
    nobody = SCHEDULES["chapter"].with_(gelman_rubin_limit=0.0).to_json()
    assert verdicts(posterior([3.0], [0], CHAPTER)) == ["not_converged"]
    assert verdicts(posterior([3.0], [3], lenient)) == ["kept"]
    assert verdicts(posterior([3.0], [0], nobody)) == ["kept"]
    assert verdicts(posterior([3.0, 3.0], [0, 3], None)) == ["kept", "not_converged"]


@pytest.mark.parametrize("text", ["", "null", "{", "[1]", '{"name": "mine"}'])
def test_a_schedule_that_cannot_be_read_has_no_limits(text: str) -> None:
    assert not limits_of({"schedule": text})


def test_a_single_chain_is_judged_by_its_halves_and_an_unknown_statistic_fails() -> None:
    one = {"gelman_rubin": np.full((2, 1), np.nan), "rhat": np.array([[1.02], [1.2]])}
    assert LIMITS["quick"].met(one).tolist() == [True, False]
    assert not LIMITS["quick"].met({"gelman_rubin": np.array([np.nan]), "rhat": np.array([np.nan])})


def test_every_limit_counts() -> None:
    found = {"gelman_rubin": [1.0], "rhat": [1.0], "ess_bulk": [500.0], "ess_tail": [300.0]}
    assert Limits(rhat=1.01, ess=300).met(found) and not Limits(rhat=1.01, ess=400).met(found)
    assert str(Limits(1.05, 1.01, 400)) == ("Gelman-Rubin < 1.05, R-hat < 1.01, effective sample size >= 400")


def test_presets_hold_the_limits_of_their_name() -> None:
    assert {name: schedule.limits for name, schedule in SCHEDULES.items()} == dict(LIMITS)


@pytest.mark.parametrize(
    ("schedule", "train_on", "expected"),
    [
        ("chapter", "schedule", [True, True, False]),
        ("quick", "schedule", [True, True, False]),
        ("modern", "schedule", [True, False, False]),
        ("chapter", "converged", [True, False, False]),
        ("modern", "fitted", [True, True, False]),
    ],
)
def test_which_sites_train_is_a_choice(schedule: str, train_on: str, expected: list[bool]) -> None:
    attrs = {"schedule": SCHEDULES[schedule].to_json()}
    assert trains(np.array([0, 3, 1]), attrs, train_on).tolist() == expected
