"""Which sampler suits real profiles: ``PRODA_REAL_DATA=DIR python -m tests.recovery.sampler_choice``."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.records.study import Study
from proda_core.sources import northeast

SITES = 200  # of the real northeastern profiles, drawn at random
SETTINGS = {  # likelihood and prior
    "modern": ({}, "informed"),
    "published": ({"errors": "gaussian", "weights": "chapter"}, "proda"),
}


def samplers(likelihood: dict[str, str], prior: str) -> dict[str, Schedule]:
    """Return every sampler with the lengths it needs, without extension."""
    modern = SCHEDULES["modern"].with_(**likelihood)
    walk = modern.with_(sampler="metropolis")
    found = {
        "Hamiltonian Monte Carlo": modern,
        "adaptive Metropolis, probit": walk,
        "DREAM(ZS), probit": modern.with_(sampler="dream"),
    }
    if prior == "proda":  # uniform, as the prior has to be in the box
        found["adaptive Metropolis, box"] = walk.with_(space="box", first_step=0.29)
    return {name: s.with_(max_formal_iterations=s.formal_iterations) for name, s in found.items()}


def compare(study: Study, sites: int = SITES, seed: int = 1) -> Iterator[dict]:
    """Yield a row per setting and sampler: effective samples of the worst parameter of the median site."""
    chosen = np.sort(np.random.default_rng(0).choice(study.assimilable(), sites, replace=False))
    profiles, forcing = study.profiles.select(chosen), study.forcing.select(chosen)
    for setting, (likelihood, prior) in SETTINGS.items():
        for name, schedule in samplers(likelihood, prior).items():
            found = _row(schedule, prior, profiles, forcing, seed)
            yield {"setting": setting, "sampler": name} | found


def _row(schedule: Schedule, prior: str, profiles, forcing, seed: int) -> dict:
    brief = schedule.with_(test_iterations=10, formal_iterations=100 * schedule.keep_every)
    assimilate(profiles.select(profiles.sites[:1]), forcing, brief, seed=seed, prior=prior)  # compiles
    start = time.process_time()
    found = assimilate(profiles, forcing, schedule, seed=seed, prior=prior, workers=1).ds
    seconds = (time.process_time() - start) / len(profiles.sites)
    least = np.minimum(found["ess_bulk"], found["ess_tail"]).min("parameter").values
    evaluations = schedule.chains * (schedule.test_iterations + schedule.formal_iterations)
    return {
        "evaluations": evaluations,
        "effective per 100,000 evaluations": np.median(least) / evaluations * 1e5,
        "effective per second and core": np.median(least) / seconds,
        "seconds a site and core": seconds,
        "share of sites converged": float(
            ((found["rhat"].max("parameter").values < 1.01) & (least >= 400)).mean()
        ),
    }


if __name__ == "__main__":
    root = Path(os.environ["PRODA_REAL_DATA"]) / "northeast"
    for number, row in enumerate(compare(northeast.load(root))):
        table = pd.DataFrame([row]).round(3)
        table.to_csv(sys.stdout, index=False, header=number == 0)
        sys.stdout.flush()
