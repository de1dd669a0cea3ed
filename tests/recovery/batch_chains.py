"""Modes, chains and times of a batch of ``modern``: ``python -m tests.recovery.batch_chains``.

The teaching continent at full size and, where PRODA_REAL_DATA names them, the real northeastern profiles,
each under two priors; then gradients that chains need in other coordinates of the parameters.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd

from proda_core import teaching
from proda_core.assimilation import assimilate_batch, batch_coordinates, batch_hamiltonian_runner
from proda_core.assimilation.batch_gradient import BatchDensity
from proda_core.assimilation.batch_schedules import BATCH_SCHEDULES
from proda_core.records.study import Study
from proda_core.sources import northeast

PRIORS = ("informed", "proda")
WORKERS = 2


def studies() -> dict[str, Study]:
    """Return the teaching continent and the real profiles, if there are any."""
    found = {"teaching": teaching.load()}
    if "PRODA_REAL_DATA" in os.environ:
        found["northeast"] = northeast.load(Path(os.environ["PRODA_REAL_DATA"]) / "northeast")
    return found


def coordinates() -> dict:
    """Return the ways to choose coordinates, by name."""

    def logarithms(prior, mode, factor):
        return batch_coordinates.Coordinates(prior, np.ones(len(mode), dtype=bool))

    def scores(prior, mode, factor):
        return batch_coordinates.scores(prior)

    return {"chosen": batch_coordinates.straightest, "logarithms": logarithms, "scores": scores}


def batch_of(study: Study, prior: str, schedule=BATCH_SCHEDULES["modern"]) -> dict:
    """Return what the batch of all profiles of a study found, its time and its gradients."""
    profiles, calls = study.profiles.select(study.assimilable()), []

    def counted(self, place, coordinates, at=BatchDensity.at):
        calls.append(coordinates is not self._scores)
        return at(self, place, coordinates)

    with mock.patch.object(BatchDensity, "at", counted):
        start = time.perf_counter()
        found = assimilate_batch(profiles, study.forcing, schedule, seed=1, prior=prior, workers=WORKERS)
        seconds = time.perf_counter() - start
    ds = found.ds.isel(site=0)
    evidence = ds["mode_log_evidence"].values
    trajectories = schedule.chains * (schedule.test_iterations + ds.sizes["draw"])
    return {
        "profiles": len(profiles),
        "seconds": seconds,
        "gradients": len(calls),
        "gradients a trajectory": sum(calls) / trajectories,
        "starts by mode": " + ".join(map(str, ds["mode_starts"].values)),
        "nats to the next": evidence[0] - evidence[1] if len(evidence) > 1 else np.nan,
        "R-hat": float(ds["rhat"].max()),
        "fewest effective draws": float(np.minimum(ds["ess_bulk"], ds["ess_tail"]).min()),
    }


def table() -> Iterator[dict]:
    """Yield a row per study, prior and choice of coordinates; others than the chosen ones are cut short."""
    modern = BATCH_SCHEDULES["modern"]
    short = modern.with_(test_iterations=100, formal_iterations=50, max_formal_iterations=50)
    for name, study in studies().items():
        for prior in PRIORS:
            for way, choose in coordinates().items():
                schedule = modern if way == "chosen" else short
                with mock.patch.object(batch_hamiltonian_runner, "straightest", choose):
                    found = batch_of(study, prior, schedule)
                yield {"study": name, "prior": prior, "coordinates": way} | found


if __name__ == "__main__":
    for number, row in enumerate(table()):
        pd.DataFrame([row]).round(3).to_csv(sys.stdout, index=False, header=number == 0)
        sys.stdout.flush()
