"""Two samplers that share no line of code find the same posteriors on real profiles."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.sources import northeast


@pytest.mark.slow
@pytest.mark.parametrize("errors", ["lognormal_estimated", "gaussian"])
def test_the_samplers_agree_within_monte_carlo_error(real_data, errors) -> None:
    study = northeast.load(real_data / "northeast")
    sites = study.assimilable()[::140]
    profiles = study.profiles.select(sites)
    hmc = SCHEDULES["modern"].with_(rhat_limit=1.005, ess_limit=1500, diagnosed_draws=2_000, errors=errors)
    walk = hmc.with_(sampler="metropolis")
    schedules = {
        "metropolis": walk,
        "hmc": hmc,
        "dream": hmc.with_(sampler="dream"),
        "box": walk.with_(space="box", first_step=0.29, target_acceptance=0.3, formal_iterations=400_000),
    }
    found = {
        name: assimilate(profiles, study.forcing, schedule, seed=1, prior="proda", workers=2).ds
        for name, schedule in schedules.items()
    }
    reference = found["metropolis"]
    for name in ("hmc", "dream", "box"):
        other = found[name]
        error = np.sqrt(sum(ds["sd"] ** 2 / ds["ess_bulk"] for ds in (reference, other)))
        z = ((other["mean"] - reference["mean"]) / error).values
        # 21 parameters at 10 sites: standard normal if both are right
        assert np.abs(z).max() < 5.0 and z.std() < 1.35, name
        ratio = (other["sd"] / reference["sd"]).values
        assert np.abs(np.log(ratio)).max() < 0.25 and abs(np.log(ratio).mean()) < 0.02, name
