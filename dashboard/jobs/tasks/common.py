"""Tasks of several pages, and what tasks share. The last argument of a task is its :class:`TaskContext`.

Tasks run in a worker process, which opens a data set once. They import the compiled model themselves: the
server never needs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from dashboard.jobs.data.studies import Studies
from dashboard.jobs.messages import TaskContext
from proda_core.hardware import available_cores
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.run_source import expect_study_of, source_of
from proda_core.runs import Run
from proda_core.soil_model.settings import ModelSettings
from proda_core.stages import STAGES
from proda_core.studies import KnownStudy, open_study
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.pools import SOIL_POOLS

PRIOR_DRAWS = 500  # of the band of a prior at one site
_KNOWN = Studies()


def study(name: str) -> Study:
    """Return a data set, opened once per process and again where it has been replaced."""
    return _opened(_KNOWN.find(name))


def study_of(run: Run) -> Study:
    """Return the data set a run was made from; raises InputError where it has other numbers now."""
    source = source_of(run)
    return expect_study_of(run, open_study(source) if Path(source).is_absolute() else study(source))


@lru_cache(maxsize=3)
def _opened(known: KnownStudy) -> Study:
    return open_study(known.name)


def default_run(name: str, context: TaskContext) -> np.ndarray:
    """Return soil organic carbon of CLM5's default run at every site, (site, layer) [gC m-3]."""
    from proda_core.soil_model.steady_state import simulate

    carbon = simulate(None, study(name).forcing)["carbon"]
    return carbon.sel(pool=list(SOIL_POOLS)).sum("pool", skipna=False).values.astype(np.float32)


def chosen_model(name: str, prior: str, model: Mapping[str, object]) -> tuple[Study, ModelSettings]:
    """Return a data set on the chosen layers, and the chosen settings of the soil model.

    Raises InputError where prior, settings and data set exclude each other.
    """
    from proda_core.run_study import changed_study
    from proda_core.soil_model.water_form import settings_of_prior

    whole = study(name)
    chosen = {"grid": whole.forcing.grid.name, "bedrock": "closed"} | dict(model)
    whole = changed_study(whole, str(chosen["grid"]), None, bedrock=str(chosen["bedrock"]))
    return whole, settings_of_prior(whole.forcing, PRIORS[prior], **model)


def prior_band(
    name: str, site: int, prior: str, model: Mapping[str, object], context: TaskContext
) -> np.ndarray:
    """Return median, 5 and 95 % of a site's carbon under a prior, (3, layer) [gC m-3]."""
    from proda_core.assimilation.prior_predictive import prior_predictive

    whole, settings = chosen_model(name, prior, model)
    forcing = whole.forcing.select([site])
    found = prior_predictive(forcing, prior, seed=0, draws=PRIOR_DRAWS, settings=settings)
    return np.stack([found[f"carbon_{q}"].values[0] for q in ("q50", "q05", "q95")])


def warm_up(name: str, context: TaskContext) -> None:
    """Compile what an assimilation needs by running a very short one."""
    from dashboard.jobs.tasks.streaming_runner import assimilate_site
    from proda_core.assimilation.schedules import SCHEDULES
    from proda_core.assimilation.spec import spec_of

    whole = study(name)
    short = SCHEDULES["quick"].with_(test_iterations=100, formal_iterations=200, max_reruns=0)
    spec = spec_of(whole.forcing, short, "proda", None, 0)
    assimilate_site(whole, int(whole.assimilable()[0]), spec, lambda chunk: None, context.should_stop)


def run_study(name: str, directory: str, schedule: str, seed: int, context: TaskContext) -> str:
    """Run a whole study, or resume it where it stopped; return its directory."""
    return run_chosen_study(name, directory, schedule, seed, {}, context)


def run_chosen_study(
    name: str, directory: str, schedule: str, seed: int, choices: Mapping[str, object], context: TaskContext
) -> str:
    """Run a whole study with further choices, as arguments of ``journey.run``; return its directory."""
    from proda_core import journey

    threads = available_cores(leave=1)  # for the server
    journey.run(
        study(name),
        directory,
        schedule=schedule,
        seed=seed,
        **choices,
        workers=threads,
        on_progress=lambda progress: context.report(run_progress(progress)),
        should_stop=context.should_stop,
    )
    return directory


def run_progress(progress: Progress) -> Progress:
    """Return progress of a stage as progress of the whole run, in thousandths.

    >>> run_progress(Progress(1, 2, "half", {"stage": "posterior"})).done
    210
    """
    stage = progress.detail.get("stage", "")
    before = 0.0
    for each in STAGES.values():
        if each.name == stage:
            done = before + each.time_share * progress.fraction
            return Progress(round(1000 * done), 1000, progress.message)
        before += each.time_share
    return Progress(round(1000 * before), 1000, progress.message)
