"""Assimilate one site as measured and with a changed profile. Runs in a worker process."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

import numpy as np

from dashboard.jobs.messages import TaskContext, unpack
from dashboard.jobs.tasks.assimilation import chosen_inputs
from proda_core.assimilation.schedules import from_json
from proda_core.records.progress import Progress

MEASURED, CHANGED = "measured", "changed"
NOTE = "observations changed by hand; not the posterior of the measured profile"


def assimilate_what_if(
    name: str,
    site: int,
    schedule: str,
    prior: str,
    seed: int,
    observations: list[list[float]],
    profiles: tuple[str, ...],
    model: Mapping[str, object],
    context: TaskContext,
) -> dict[str, bytes]:
    """Return the pickled posteriors of one site, by ``profiles`` (:data:`MEASURED`, :data:`CHANGED`).

    model : chosen settings of the soil model
    observations : depth [m], carbon [gC m-3] and weight of the changed profile, each (observation,)
    """
    from dashboard.jobs.tasks.streaming_runner import assimilate_site
    from proda_core.assimilation.misfit import horizons_in_soil, observed, soil_bottoms

    chosen = from_json(schedule)
    whole, spec = chosen_inputs(name, chosen, prior, seed, model)
    length = chosen.test_iterations + chosen.formal_iterations
    depth, carbon, weight = np.array(observations, float)
    bounds = None
    if chosen.operator == "horizon":
        bedrock = float(soil_bottoms(whole.forcing.select([site]), spec.settings)[0])
        inside, bounds = horizons_in_soil(whole.profiles, site, bedrock)
        order = np.argsort(whole.profiles.usable_observations(site)[0], kind="stable")
        weight, bounds = weight * inside[order], tuple(bound[order] for bound in bounds)
    seen = {MEASURED: None, CHANGED: observed(depth, carbon, chosen, weight, bounds)}
    found = {}
    for number, profile in enumerate(profiles):

        def report(chunk: dict, number: int = number, profile: str = profile) -> None:
            reached = min(int(unpack(chunk["iteration"])[-1]), length)
            progress = Progress(number * length + reached, len(profiles) * length, f"{profile} profile")
            context.report(progress)

        posterior = assimilate_site(whole, site, spec, report, context.should_stop, seen=seen[profile])
        note = {"note": NOTE} if profile == CHANGED else {}
        found[profile] = pickle.dumps(posterior.ds.assign_attrs(note))
    return found
