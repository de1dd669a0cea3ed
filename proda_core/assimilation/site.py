"""One site in full: every state of every chain, identical to those a run of many sites summarises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import xarray as xr

from proda_core.assimilation.chain import Case, Chain
from proda_core.assimilation.misfit import Observed
from proda_core.assimilation.phases import SiteChains, run_phases
from proda_core.assimilation.runner import Runner
from proda_core.assimilation.schedules import Schedule
from proda_core.assimilation.site_chunk import sort_sites
from proda_core.assimilation.soil_target import SoilTarget
from proda_core.assimilation.spec import AssimilationSpec, spec_of, with_spec_attributes
from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.posterior import with_parameter_units
from proda_core.records.profiles import MIN_OBSERVATIONS, Profiles
from proda_core.soil_model.columns import Columns, prepare
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import Prior

TEST, FORMAL = 0, 1


def run_site(
    profiles: Profiles,
    forcing: Forcing,
    site: int,
    schedule: str | Schedule,
    *,
    seed: int,
    prior: str | Prior | None = None,
    settings: ModelSettings | None = None,
    keep_every: int = 1,
    should_stop: Callable[[], bool] | None = None,
    seen: Observed | None = None,
) -> xr.Dataset:
    """Return the full chains of one site, as they follow from (seed, site).

    seen : what to assimilate instead of the profile's own observations, for instance
        ``misfit.observed(depth, carbon, schedule, factor)`` with an observation changed or left out

    Returns ``value`` (chain, draw, parameter), physical units; ``misfit`` J and the running
    ``acceptance`` of the phase (chain, draw); ``phase`` (draw), 0 test run, 1 formal run;
    ``iteration`` (draw) within the phase. Chains that were run again show their last run.
    """
    spec = spec_of(forcing, schedule, prior, settings, seed)
    columns, case = one_case(profiles, forcing, site, spec, seen)
    runner = _Recorder(SoilTarget(columns, spec.prior, spec.schedule), spec.schedule, should_stop)
    runner.keep_every = keep_every
    (found,) = run_phases(runner, [case], spec.seed, keep_every=keep_every)
    return with_spec_attributes(_labelled(found, runner.test, spec, keep_every), spec).assign_attrs(
        site=int(site)
    )


def one_case(
    profiles: Profiles, forcing: Forcing, site: int, spec: AssimilationSpec, seen: Observed | None = None
) -> tuple[Columns, Case]:
    """Return the column and the observations of one site, or ``seen`` instead.

    Raises InputError if the site cannot be assimilated.
    """
    profiles, forcing = profiles.select([site]), forcing.select([site])
    reasons, cases = sort_sites(profiles, forcing, spec.schedule, spec.settings)
    expect(
        bool(cases),
        f"site {site}: expected two usable depths and complete forcing,"
        f" found {reasons.get(int(site), '').replace('_', ' ')}",
    )
    case = cases[0] if seen is None else replace(cases[0], observed=seen)
    expect(
        len(case.observed) >= MIN_OBSERVATIONS,
        f"site {site}: expected at least {MIN_OBSERVATIONS} observations with a weight above 0,"
        f" found {len(case.observed)}",
    )
    return prepare(forcing, spec.settings), case


class _Recorder(Runner):
    """Runner that also keeps the states of the test run."""

    keep_every = 1
    test: list[tuple[np.ndarray, np.ndarray, np.ndarray]]

    def advance(self, chains: Sequence[Chain], iterations: int, *, adapt: bool, keep_every: int) -> None:
        super().advance(chains, iterations, adapt=adapt, keep_every=self.keep_every if adapt else keep_every)
        if adapt:
            self.test = [(chain.unit, chain.cost, chain.accepted) for chain in chains]


def _labelled(found: SiteChains, test: list, spec: AssimilationSpec, keep_every: int) -> xr.Dataset:
    formal = [(chain.unit, chain.cost, chain.accepted) for chain in found.chains]
    n_test, n_formal = len(test[0][1]), len(formal[0][1])
    phase = np.repeat([TEST, FORMAL], [n_test, n_formal])
    iteration = np.concatenate([np.arange(1, n + 1) for n in (n_test, n_formal)]) * keep_every
    unit, cost, accepted = (
        np.stack([np.concatenate(pair) for pair in zip(a, b, strict=True)])
        for a, b in zip(zip(*test, strict=True), zip(*formal, strict=True), strict=True)
    )
    ds = xr.Dataset(
        {
            "value": (("chain", "draw", "parameter"), spec.prior.to_physical(unit)),
            "misfit": (("chain", "draw"), cost, {"units": "1", "long_name": "cost J"}),
            "acceptance": (
                ("chain", "draw"),
                accepted / iteration,
                {"units": "1", "long_name": "share accepted so far in this phase"},
            ),
        },
        coords={
            "parameter": list(spec.prior.names),
            "phase": ("draw", phase, {"flag_values": [TEST, FORMAL], "flag_meanings": "test_run formal_run"}),
            "iteration": ("draw", iteration, {"long_name": "iteration of the phase"}),
        },
    )
    return with_parameter_units(ds, "chains of one site")
