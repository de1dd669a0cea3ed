"""A chunk of sites, from data to entries of the Posterior: the unit of work of every engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import xarray as xr

from proda_core.assimilation.chain import Case
from proda_core.assimilation.misfit import observed_at, soil_bottoms
from proda_core.assimilation.phases import run_phases
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.spec import AssimilationSpec
from proda_core.assimilation.summary import missing, stacked, summarise
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import MIN_OBSERVATIONS, Profiles
from proda_core.records.progress import Cancelled
from proda_core.soil_model.columns import prepare
from proda_core.soil_model.settings import ModelSettings


@dataclass(frozen=True, eq=False)
class ChunkResult:
    """The entries of some sites, and the reasons of the sites that failed."""

    ds: xr.Dataset
    failures: dict[int, str] = field(default_factory=dict)


def assimilate_chunk(
    profiles: Profiles,
    forcing: Forcing,
    spec: AssimilationSpec,
    should_stop: Callable[[], bool] | None = None,
) -> xr.Dataset:
    """Assimilate the sites of ``profiles``, with the forcing in the same order."""
    columns = prepare(forcing, spec.settings)
    runner = Runner(SoilTarget(columns, spec.prior, spec.schedule), spec.schedule, should_stop)
    reasons, cases = sort_sites(profiles, forcing, spec.schedule, spec.settings)
    chains = run_phases(runner, cases, spec.seed) if cases else []
    found = {site.case.site: summarise(site, columns, spec.prior) for site in chains}
    results = [
        found.get(site)
        or missing(reasons.get(site, ""), spec.schedule, len(spec.prior.names), columns.grid.size)
        for site in map(int, profiles.sites)
    ]
    return stacked(profiles.sites, results, spec.prior)


def assimilate_chunk_isolated(
    profiles: Profiles,
    forcing: Forcing,
    spec: AssimilationSpec,
    should_stop: Callable[[], bool] | None = None,
) -> ChunkResult:
    """Assimilate as :func:`assimilate_chunk`; a site that fails gets a reason, not the whole chunk."""
    try:
        return ChunkResult(assimilate_chunk(profiles, forcing, spec, should_stop))
    except Cancelled:
        raise
    except Exception as error:
        if len(profiles) == 1:
            return failed(profiles.sites, spec, f"{type(error).__name__}: {error}")
    singles = [
        assimilate_chunk_isolated(profiles.select([site]), forcing.select([site]), spec, should_stop)
        for site in profiles.sites
    ]
    return concatenate_results(singles)


def failed(sites: Iterable[int], spec: AssimilationSpec, reason: str) -> ChunkResult:
    """Return entries of sites whose assimilation failed with an error."""
    sites = np.asarray(list(sites))
    nothing = missing("failed", spec.schedule, len(spec.prior.names), spec.settings.layers.size)
    return ChunkResult(
        stacked(sites, [nothing] * len(sites), spec.prior), {int(site): reason for site in sites}
    )


def concatenate_results(parts: list[ChunkResult]) -> ChunkResult:
    """Return several results as one."""
    failures = {site: reason for part in parts for site, reason in part.failures.items()}
    return ChunkResult(xr.concat([part.ds for part in parts], dim="site", data_vars="minimal"), failures)


def sort_sites(
    profiles: Profiles, forcing: Forcing, schedule: Schedule, settings: ModelSettings
) -> tuple[dict[int, str], list[Case]]:
    """Return the sites that cannot be assimilated with the reason, and the cases of the others."""
    bottom = soil_bottoms(forcing, settings)
    complete, total = forcing.complete.values, forcing.annual_input.values
    reasons, cases = {}, []
    for column, site in enumerate(map(int, profiles.sites)):
        seen = observed_at(profiles, site, schedule, bottom[column])
        if len(seen) < MIN_OBSERVATIONS:
            reasons[site] = "too_few_observations"
        elif not (complete[column] and total[column] > 0):
            reasons[site] = "forcing_incomplete"
        else:
            cases.append(Case(site, column, seen))
    return reasons, cases
