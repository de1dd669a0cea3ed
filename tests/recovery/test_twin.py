"""Truth planted and found again."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.assimilation.schedules import SCHEDULES
from proda_core.assimilation.twin import recovery, twin
from proda_core.records.checks import InputError
from proda_core.sources import example


@pytest.fixture(scope="module")
def study():
    return example.load(seed=0)


def test_precise_observations_bring_back_what_they_identify(study) -> None:
    """With errors of 2 % instead of 60 %, planted profiles are matched and truths lie inside."""
    profiles = study.profiles.select(study.assimilable()[:24])
    schedule = SCHEDULES["quick"].with_(sigma_fraction=0.02, test_iterations=30_000)
    table = recovery(twin(profiles, study.forcing, schedule, seed=5, workers=2)).set_index("name")
    assert table.loc["efolding", "correlation"] > 0.75 and table.loc["efolding", "sd_ratio"] < 0.6
    assert table.loc["taucwd", "sd_ratio"] == pytest.approx(1.0, abs=0.25)
    assert table["coverage_90"].mean() > 0.75


def test_log_normal_noise_is_weighed_like_measurements(study) -> None:
    profiles = study.profiles.select(study.assimilable()[:6])
    schedule = SCHEDULES["quick"].with_(test_iterations=500, formal_iterations=500)
    found = twin(profiles, study.forcing, schedule, seed=5, noise=0.2)
    assert set(found["process"].values) >= {"carbon_transfer_efficiency", "environmental_modifier"}
    assert np.isfinite(found["process_mean"]).all() and (found["rank"] >= 0).all()
    assert found.attrs["noise"] == "log-normal, 0.2"
    again = twin(profiles, study.forcing, schedule, seed=5, noise=0.2, workers=2)
    assert again.identical(found)


def test_noise_must_be_positive(study) -> None:
    with pytest.raises(InputError, match="noise: expected a number above 0, found 0"):
        twin(study.profiles, study.forcing, "quick", seed=1, noise=0)
