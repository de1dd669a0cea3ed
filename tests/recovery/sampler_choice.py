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
_FIXED = SCHEDULES["modern"].with_(max_formal_iterations=70_000)  # as many evaluations for each
SAMPLERS = {
    "adaptive Metropolis, probit": _FIXED,
    "DREAM(ZS), probit": _FIXED.with_(sampler="dream", acceptance_window=(0.0, 1.0)),
    "adaptive Metropolis, box": _FIXED.with_(space="box", first_step=0.29),
}


def compare(study: Study, sites: int = SITES, seed: int = 1) -> pd.DataFrame:
    """One row per sampler: effective samples of the worst parameter of the median site."""
    chosen = np.sort(np.random.default_rng(0).choice(study.assimilable(), sites, replace=False))
    profiles, forcing = study.profiles.select(chosen), study.forcing.select(chosen)
    return pd.DataFrame(
        [_row(name, schedule, profiles, forcing, seed) for name, schedule in SAMPLERS.items()]
    )


def _row(name: str, schedule: Schedule, profiles, forcing, seed: int) -> dict:
    start = time.process_time()
    found = assimilate(profiles, forcing, schedule, seed=seed, workers=1).ds
    seconds = (time.process_time() - start) / len(profiles.sites)
    least = np.minimum(found["ess_bulk"], found["ess_tail"]).min("parameter").values
    evaluations = schedule.chains * (schedule.test_iterations + schedule.formal_iterations)
    return {
        "sampler": name,
        "effective per 100,000 evaluations": np.median(least) / evaluations * 1e5,
        "effective per second and core": np.median(least) / seconds,
        "share of sites converged": float(
            ((found["rhat"].max("parameter").values < 1.01) & (least >= 400)).mean()
        ),
    }


if __name__ == "__main__":
    root = Path(os.environ["PRODA_REAL_DATA"]) / "northeast"
    compare(northeast.load(root)).round(3).to_csv(sys.stdout, index=False)
