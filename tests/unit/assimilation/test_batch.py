"""One parameter set for all. Expected values: the sum of the sites' own costs."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest

from proda_core.assimilation import assimilate_batch, batch_runner
from proda_core.assimilation.batch_schedules import BATCH_SCHEDULES
from proda_core.assimilation.batch_target import BatchTarget
from proda_core.assimilation.misfit import cost, observed_at
from proda_core.assimilation.soil_target import LANES, SoilTarget
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled
from proda_core.soil_model import steady_state
from proda_core.vocabulary.parameters import PRIORS


@pytest.mark.parametrize("operator", ["linear", "horizon", "pchip"])
def test_the_cost_is_the_sum_over_profiles_though_columns_are_solved_once(study, brief, operator) -> None:
    schedule, prior, sites = brief.with_(operator=operator), PRIORS["proda"], study.assimilable()
    columns = steady_state.prepare(study.forcing.select(sites))
    seen = [(column, observed_at(study.profiles, site, schedule)) for column, site in enumerate(sites)]
    target = BatchTarget(SoilTarget(columns, prior, schedule), seen)
    assert len(target.columns) == len(np.unique(columns.table, axis=0)) < len(sites)
    work, index = target.buffers(0, chains=3)
    unit, found = np.random.default_rng(1).uniform(size=(LANES, target.size)), np.empty(LANES)
    target.function(np.ascontiguousarray(unit.T).ravel(), work, index, found)
    for chain in range(3):
        parameters = np.tile(prior.full(prior.to_physical(unit[chain])), (len(sites), 1))
        carbon = steady_state.soc(columns, parameters, np.arange(len(sites)))
        expected = sum(cost(carbon[column], site, columns.grid, schedule) for column, site in seen)
        assert found[chain] == pytest.approx(expected, rel=1e-10)


def test_all_profiles_share_one_estimated_scale(study, brief) -> None:
    schedule = brief.with_(errors="lognormal_estimated", weights="none", error_correlation=0.3)
    prior, sites = PRIORS["proda"], study.assimilable()
    columns = steady_state.prepare(study.forcing.select(sites))
    seen = [(column, observed_at(study.profiles, site, schedule)) for column, site in enumerate(sites)]
    target = BatchTarget(SoilTarget(columns, prior, schedule), seen)
    work, index = target.buffers(0, chains=2)
    unit, found = np.random.default_rng(1).uniform(size=(LANES, target.size)), np.empty(LANES)
    target.function(np.ascontiguousarray(unit.T).ravel(), work, index, found)
    count = sum(len(site) for _, site in seen)
    for chain in range(2):
        parameters = np.tile(prior.full(prior.to_physical(unit[chain])), (len(sites), 1))
        carbon = steady_state.soc(columns, parameters, np.arange(len(sites)))
        squares = [  # of one site: J = power ln(1 + S)
            np.expm1(cost(carbon[column], site, columns.grid, schedule) / site.power) for column, site in seen
        ]
        expected = (schedule.error_scale_weight + count) / 2.0 * np.log1p(sum(squares))
        assert found[chain] == pytest.approx(expected, rel=1e-10)


def test_the_batch_has_one_site_and_prefers_what_fits_all(study, brief) -> None:
    sites = study.assimilable()
    profiles = study.profiles.select(sites)
    found = assimilate_batch(profiles, study.forcing, brief.with_(test_iterations=2_000, chains=2), seed=1)
    assert found.sites.tolist() == [-1] and found.ds.sizes["chain"] == 2
    assert (found.ds["sd_ratio"] < 0.9).any()
    again = assimilate_batch(profiles, study.forcing, brief.with_(test_iterations=2_000, chains=2), seed=1)
    assert again.ds.identical(found.ds)


def test_workers_stops_and_checkpoints_change_nothing(study, brief, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(batch_runner, "_LONGEST", 150)
    # an acceptance window that one chain or the other misses, so that walks are repeated
    schedule = brief.with_(name="brief", chains=3, acceptance_window=(0.20, 0.24), max_reruns=2)
    sites = study.assimilable()
    profiles, told = study.profiles.select(sites), []
    whole = assimilate_batch(profiles, study.forcing, schedule, seed=1)
    assert whole.ds["reruns"].sum() > 0
    threads = assimilate_batch(profiles, study.forcing, schedule, seed=1, workers=3, on_progress=told.append)
    assert threads.ds.identical(whole.ds) and told[-1].fraction == 1.0
    seen: list[tuple[bool, int, int]] = []

    def see(chains: list, new: int, keep: int, adapt: bool) -> None:
        seen.append((adapt, len(chains), new * keep))

    watched = assimilate_batch(profiles, study.forcing, schedule, seed=1, on_states=see)
    assert watched.ds.identical(whole.ds)
    assert sum(length for adapt, _, length in seen if adapt) == schedule.test_iterations
    together = sum(length for adapt, chains, length in seen if not adapt and chains == 3)
    assert together == schedule.formal_iterations
    for stop_after in (2, 3, 2, 4, 3):
        asked = iter([False] * stop_after + [True] * 9)
        with contextlib.suppress(Cancelled):
            assimilate_batch(
                *(profiles, study.forcing, schedule),
                **{"seed": 1, "directory": tmp_path / "run", "should_stop": lambda a=asked: next(a)},
            )
    resumed = assimilate_batch(profiles, study.forcing, schedule, seed=1, directory=tmp_path / "run")
    assert resumed.ds.identical(whole.ds)


def test_checkpoints_of_another_run_are_refused(study, brief, tmp_path) -> None:
    profiles = study.profiles.select(study.assimilable())
    assimilate_batch(profiles, study.forcing, brief, seed=1, directory=tmp_path / "run")
    with pytest.raises(InputError, match="expected the assimilation that was begun there"):
        assimilate_batch(profiles, study.forcing, brief, seed=2, directory=tmp_path / "run")


def test_the_annealed_rule_runs_for_the_batch_too(study) -> None:
    schedule = BATCH_SCHEDULES["annealed"].with_(test_iterations=500, formal_iterations=500)
    profiles = study.profiles.select(study.assimilable())
    found = assimilate_batch(profiles, study.forcing, schedule, seed=1)
    assert np.isfinite(found.ds["mean"]).all()
