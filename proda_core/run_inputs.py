"""What the stages of a run read: the records of its sites, its choices, and how to compute them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from proda_core.hardware import available_cores
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.run_choices import Choices
from proda_core.runs import Run


@dataclass(frozen=True, eq=False)
class RunInputs:
    """What every stage reads.

    study : all records, among them forcing and covariates of the cells of the map; on the layers and with
        the carbon input of the run
    profiles, forcing, covariates : of the chosen sites, which every stage uses alike
    workers : threads or processes of the assimilation
    scheduler : address of a Dask scheduler, or None
    should_stop, on_progress : cancellation and progress of the stage at work
    parts : directory for unfinished work of the stage
    """

    study: Study
    profiles: Profiles
    forcing: Forcing
    covariates: Covariates
    choices: Choices
    workers: int
    scheduler: str | None = None
    should_stop: Callable[[], bool] | None = None
    on_progress: Callable[[Progress], None] | None = None
    parts: Path | None = None

    @classmethod
    def of(cls, study: Study, run: Run, choices: Choices, *, workers: int | None, **how: Any) -> RunInputs:
        """Select the records of the sites of ``run``; ``workers`` is the number of cores by default."""
        sites = chosen_sites(study, run)
        return cls(
            study=study,
            profiles=study.profiles.select(sites),
            forcing=study.forcing.select(sites),
            covariates=study.covariates.select(sites),
            choices=choices,
            workers=workers or available_cores(),
            **how,
        )

    def sampling(self) -> dict[str, Any]:
        """The keyword arguments both assimilations share."""
        return {
            "seed": self.choices.seed,
            "prior": self.choices.prior,
            "settings": self.choices.model,
            "workers": self.workers,
            "on_progress": self.on_progress,
            "should_stop": self.should_stop,
            "directory": self.parts,
        }


def chosen_sites(study: Study, run: Run) -> np.ndarray:
    """Numbers of the sites a run works with: all that can be assimilated, or as many as chosen, at random."""
    sites, most = study.assimilable(), run.settings["choices"].get("sites_at_most", 0)
    if not 0 < most < len(sites):
        return sites
    drawn = np.random.default_rng(run.settings["choices"]["seed"]).choice(len(sites), most, replace=False)
    return sites[np.sort(drawn)]


def describe_sites(study: Study, most: int) -> str:
    """How many sites a run works with, for a list of runs."""
    there = len(study.assimilable())
    return f"{most:,} of {there:,}, drawn at random" if 0 < most < there else f"all {there:,}"
