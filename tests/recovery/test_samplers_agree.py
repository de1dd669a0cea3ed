"""Two samplers that share no line of code find the same posteriors on real profiles."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.sources import northeast


@pytest.mark.slow
def test_dream_and_metropolis_agree_within_monte_carlo_error(real_data) -> None:
    study = northeast.load(real_data / "northeast")
    sites = study.assimilable()[::140]
    profiles, modern = (
        study.profiles.select(sites),
        SCHEDULES["modern"].with_(rhat_limit=1.005, ess_limit=1500),
    )
    schedules = {
        "metropolis": modern,
        "dream": modern.with_(sampler="dream", acceptance_window=(0.0, 1.0)),
        "box": modern.with_(space="box", first_step=0.29, target_acceptance=0.3, formal_iterations=400_000),
    }
    found = {
        name: assimilate(profiles, study.forcing, schedule, seed=1, workers=2).ds
        for name, schedule in schedules.items()
    }
    reference = found["metropolis"]
    for name in ("dream", "box"):
        other = found[name]
        error = np.sqrt(sum(ds["sd"] ** 2 / ds["ess_bulk"] for ds in (reference, other)))
        z = ((other["mean"] - reference["mean"]) / error).values
        # 21 parameters at 10 sites: standard normal if both are right
        assert np.abs(z).max() < 5.0 and z.std() < 1.35, name
        ratio = (other["sd"] / reference["sd"]).values
        assert np.abs(np.log(ratio)).max() < 0.25 and abs(np.log(ratio).mean()) < 0.02, name
