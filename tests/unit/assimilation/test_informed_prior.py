"""Assimilation under a prior that is not uniform: what is sampled, refused and kept.

Expected values: the distribution of the prior itself.
"""

from __future__ import annotations

import pickle
from dataclasses import replace

import numpy as np
import pytest

from proda_core.assimilation import assimilate
from proda_core.assimilation.planted import plant
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.assimilation.spec import fingerprint, spec_of
from proda_core.records.checks import InputError
from proda_core.soil_model.columns import prepare
from proda_core.vocabulary.parameters import PRIORS

PRIOR = replace(PRIORS["proda"], name="mine", scores={"q10": (-0.7, 0.5), "beta": (1.0, 0.3)})


def test_a_profile_that_says_nothing_leaves_the_prior(study, brief) -> None:
    sites = study.assimilable()[:2]
    schedule = brief.with_(
        test_iterations=4_000, formal_iterations=40_000, sigma_fraction=1e6, weights="none"
    )
    found = assimilate(study.profiles.select(sites), study.forcing, schedule, seed=1, prior=PRIOR).ds
    expected = PRIOR.to_physical(PRIOR.mean_of_unit)
    sd = PRIOR.sd_of_unit * (PRIOR.upper - PRIOR.lower)
    error = (found["mean"].values - expected) / sd
    assert np.abs(error).max() < 0.35 and np.abs(error.mean(axis=0)).mean() < 0.1
    np.testing.assert_allclose(found["sd_ratio"].mean("site"), 1, atol=0.25)


def test_the_box_is_refused_with_a_prior_that_is_not_uniform(study) -> None:
    with pytest.raises(InputError, match="schedule chapter: space: expected probit with prior mine"):
        spec_of(study.forcing, "chapter", PRIOR, None, 0)


@pytest.mark.parametrize("score", [(0.0, 0.0), (0.0, -1.0), (np.nan, 1.0), (0.0, np.inf)])
def test_scores_that_are_no_distribution_are_refused(study, score) -> None:
    with pytest.raises(InputError, match="prior mine: expected a location and a scale above 0"):
        spec_of(study.forcing, "quick", replace(PRIOR, scores={"q10": score}), None, 0)


def test_scores_of_a_parameter_that_is_not_sampled_are_refused(study) -> None:
    with pytest.raises(InputError, match="of a sampled parameter, found 0 and 1 of maxpsi"):
        spec_of(study.forcing, "quick", replace(PRIOR, scores={"maxpsi": (0.0, 1.0)}), None, 0)


def test_scores_are_kept_by_pickle_and_count_in_the_fingerprint_only_where_they_inform(study) -> None:
    records = study.profiles, study.forcing

    def of(**changes) -> str:
        return fingerprint(
            *records, spec_of(study.forcing, "quick", replace(PRIORS["proda"], **changes), None, 0)
        )

    spec = spec_of(study.forcing, "quick", PRIOR, None, 0)
    assert pickle.loads(pickle.dumps(spec)).to_dict() == spec.to_dict()
    assert of() == of(scores={"q10": (0.0, 1.0)}) != of(scores={"q10": (0.1, 1.0)})
    assert "scores" not in spec_of(study.forcing, "quick", "proda", None, 0).to_dict()["prior"]


def test_truths_are_planted_from_the_prior(study) -> None:
    sites = study.assimilable()
    spec = spec_of(study.forcing, SCHEDULES["modern"], PRIOR, None, 0)
    planted = plant(
        study.profiles.select(sites), prepare(study.forcing.select(sites), spec.settings), spec, 0.6
    )
    unit = np.stack([one.unit for one in planted])
    error = (unit.mean(axis=0) - PRIOR.mean_of_unit) / (PRIOR.sd_of_unit / np.sqrt(len(unit)))
    assert np.abs(error).max() < 4
    np.testing.assert_allclose(unit.std(axis=0) / PRIOR.sd_of_unit, 1, atol=0.35)


def test_a_schedule_has_its_own_prior_and_takes_another(study) -> None:
    assert spec_of(study.forcing, "modern", None, None, 0).prior == PRIORS["informed"]
    for name in ("quick", "chapter", "annealed"):
        assert spec_of(study.forcing, name, None, None, 0).prior == PRIORS["proda"]
    assert spec_of(study.forcing, "modern", "proda", None, 0).prior == PRIORS["proda"]
