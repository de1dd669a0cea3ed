"""Which sampler suits real profiles: ``PRODA_REAL_DATA=DIR python -m tests.recovery.sampler_choice``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.records.study import Study
from proda_core.sources import northeast

SITES = 200  # of the real northeastern profiles, drawn at random
_PUBLISHED = {"errors": "gaussian", "weights": "chapter"}
_PRIORS = {"modern": "informed", "modern, prior proda": "proda", "published": "proda"}


def _samplers(**likelihood: str) -> dict[str, Schedule]:
    """Every sampler with the lengths it needs, without extension."""
    modern = SCHEDULES["modern"].with_(**likelihood)
    walk = modern.with_(sampler="metropolis")
    found = {
        "Hamiltonian Monte Carlo": modern,
        "adaptive Metropolis, probit": walk,
        "DREAM(ZS), probit": modern.with_(sampler="dream"),
        "adaptive Metropolis, box": walk.with_(space="box", first_step=0.29),
    }
    return {name: s.with_(max_formal_iterations=s.formal_iterations) for name, s in found.items()}


def compare(study: Study, sites: int = SITES, seed: int = 1) -> pd.DataFrame:
    """One row per likelihood and sampler: effective samples of the worst parameter of the median site."""
    chosen = np.sort(np.random.default_rng(0).choice(study.assimilable(), sites, replace=False))
    profiles, forcing = study.profiles.select(chosen), study.forcing.select(chosen)
    rows = []
    for setting, prior in _PRIORS.items():
        for name, schedule in _samplers(**(_PUBLISHED if setting == "published" else {})).items():
            if schedule.space == "box" and prior != "proda":
                continue  # in the box the prior is uniform
            found = _row(schedule, prior, profiles, forcing, seed)
            rows.append({"setting": setting, "sampler": name} | found)
    return pd.DataFrame(rows)


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
    compare(northeast.load(root)).round(3).to_csv(sys.stdout, index=False)
