"""What the stages of a run read: the records of its sites, its choices, and how to compute them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from proda_core.assimilation.schedules import Schedule, batch_schedule_of, prior_of, schedule_of
from proda_core.hardware import available_cores
from proda_core.network.settings import NetworkSettings, preset
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.runs import SITES_AT_MOST, Run
from proda_core.stages import STAGES


@dataclass(frozen=True)
class Choices:
    """The arguments of ``journey.run`` that determine its result, besides the study.

    sites_at_most : 0 for all sites
    end_to_end : None leaves the stage out
    """

    schedule: str | Schedule
    seed: int
    prior: str
    split_by: str
    network: NetworkSettings
    sites_at_most: int
    end_to_end: NetworkSettings | None

    @classmethod
    def from_arguments(
        cls,
        schedule: str | Schedule,
        network: str | NetworkSettings,
        end_to_end: str | NetworkSettings | None,
        sites_at_most: int | None,
        prior: str | None,
        **others: Any,
    ) -> Choices:
        """Resolve presets and defaults; raises InputError where a preset or schedule is unknown."""
        network, name = preset(network), schedule_of(schedule).name
        return cls(
            schedule=schedule,
            prior=prior or prior_of(schedule),
            network=network,
            end_to_end=None if end_to_end is None else preset(end_to_end),
            sites_at_most=SITES_AT_MOST.get(name, 0) if sites_at_most is None else sites_at_most,
            **others,
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain values for ``settings.json``."""
        return {
            "schedule": schedule_of(self.schedule).name,
            "seed": self.seed,
            "prior": self.prior,
            "split_by": self.split_by,
            "network": self.network.to_dict(),
            "sites_at_most": self.sites_at_most,
            "end_to_end": self.end_to_end and self.end_to_end.to_dict(),
        }

    def details(self) -> dict[str, Any]:
        """Every field of the schedules behind the schedule's name, as plain values."""
        batch = batch_schedule_of(self.schedule)
        return {"site_level": asdict(schedule_of(self.schedule)), "batch": asdict(batch)}

    def stages(self) -> list[str]:
        """Names of the stages to compute; an optional one only if the choice of its name is not None."""
        return [name for name, stage in STAGES.items() if not stage.optional or getattr(self, name)]


def stored_choices(run: Run) -> dict[str, Any]:
    """Arguments with which ``journey.run`` resumes ``run``, all but its study and directory."""
    choices = {name: value for name, value in run.settings["choices"].items() if name != "study"}
    for name in ("network", "end_to_end"):
        if choices.get(name):
            choices[name] = NetworkSettings.from_dict(choices[name])
    return choices


@dataclass(frozen=True, eq=False)
class RunInputs:
    """What every stage reads.

    study : all records, among them forcing and covariates of the cells of the map
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
