"""Hamiltonian chains of a site are the same alone, in company, on threads and after a resume.

The schedule is short enough that some sites are extended and some chains run again, which must not matter.
"""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.assimilation import assimilate, assimilate_batch
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.assimilation.site import run_site
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled


@pytest.fixture
def hmc() -> Schedule:
    return SCHEDULES["modern"].with_(
        test_iterations=150,
        formal_iterations=200,
        max_formal_iterations=800,
        rhat_limit=1.1,
        ess_limit=60.0,
        acceptance_window=(0.9, 1.0),
        max_reruns=1,
    )


@pytest.fixture
def sites(study) -> np.ndarray:
    return study.assimilable()[:9]


def test_workers_order_and_company_change_not_one_bit(study, hmc, sites) -> None:
    together = assimilate(study.profiles.select(sites), study.forcing, hmc, seed=3).ds
    assert 0 < together["reruns"].values.mean() < 1
    threads = assimilate(study.profiles.select(sites), study.forcing, hmc, seed=3, workers=2).ds
    assert together.identical(threads)
    some = sites[[7, 2, 5]]
    few = assimilate(study.profiles.select(some), study.forcing, hmc, seed=3).ds
    assert few.identical(together.sel(site=some))


def test_a_stopped_run_goes_on_to_the_same_result(study, hmc, sites, tmp_path) -> None:
    profiles, asked = study.profiles.select(sites), []
    whole = assimilate(profiles, study.forcing, hmc, seed=3).ds

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 12

    with pytest.raises(Cancelled):
        assimilate(profiles, study.forcing, hmc, seed=3, directory=tmp_path / "run", should_stop=stop)
    assert list((tmp_path / "run" / "done").glob("*.json"))
    resumed = assimilate(profiles, study.forcing, hmc, seed=3, directory=tmp_path / "run").ds
    for name in ("mean", "sd", "draws", "ess_bulk", "acceptance"):
        np.testing.assert_array_equal(resumed[name], whole[name])


def test_full_chains_are_those_the_summary_was_made_of(study, hmc, sites) -> None:
    site = int(sites[4])
    summary = assimilate(study.profiles.select(sites), study.forcing, hmc, seed=3).ds.sel(site=site)
    chains = run_site(study.profiles, study.forcing, site, hmc, seed=3)
    formal = chains["value"].values[:, chains["phase"].values == 1]
    valid = (summary["acceptance"] >= hmc.acceptance_window[0]).values
    kept = formal[valid if valid.any() else slice(None), hmc.keep_every - 1 :: hmc.keep_every]
    np.testing.assert_allclose(kept.mean(axis=(0, 1)), summary["mean"], rtol=1e-12)


def test_a_batch_of_hamiltonian_chains_needs_a_search_for_modes(study, sites) -> None:
    chosen = SCHEDULES["chapter"].with_(sampler="hmc", first_step=0.5)
    with pytest.raises(
        InputError, match="mode_starts: expected 1 or more for a batch with sampler hmc, found 0"
    ):
        assimilate_batch(study.profiles.select(sites), study.forcing, chosen, seed=1)
