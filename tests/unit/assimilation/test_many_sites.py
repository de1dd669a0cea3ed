"""Many sites: each as if alone, whatever the workers; what cannot be done is said."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from proda_core.assimilation import assimilate, site_chunk
from proda_core.assimilation.misfit import observed
from proda_core.assimilation.site import run_site
from proda_core.records.checks import InputError
from proda_core.records.posterior import VERDICT_FLAGS
from proda_core.records.profiles import Profiles
from proda_core.records.progress import Cancelled, Progress
from proda_core.soil_model.settings import ModelSettings

VERDICT = {meaning: number for number, meaning in VERDICT_FLAGS.items()}


@pytest.fixture
def sites(study) -> np.ndarray:
    return study.assimilable()[:20]


def test_workers_order_and_company_change_not_one_bit(study, brief, sites) -> None:
    together = assimilate(study.profiles.select(sites), study.forcing, brief, seed=3).ds
    threads = assimilate(study.profiles.select(sites), study.forcing, brief, seed=3, workers=2).ds
    assert together.identical(threads)
    some = sites[[17, 2, 9]]
    few = assimilate(study.profiles.select(some), study.forcing, brief, seed=3).ds
    assert few.identical(together.sel(site=some))


@pytest.mark.parametrize("sampler", ["metropolis", "dream", "hmc"])
def test_every_sampler_observes_horizons(study, brief, sites, sampler) -> None:
    lengths = {"test_iterations": 200, "formal_iterations": 400, "max_formal_iterations": 400}
    schedule = brief.with_(sampler=sampler, **lengths)
    profiles, found = study.profiles.select(sites[:3]), {}
    for operator in ("linear", "horizon"):
        chosen = schedule.with_(operator=operator)
        found[operator] = assimilate(profiles, study.forcing, chosen, seed=1).ds
        assert np.isfinite(found[operator]["mean"]).all()
        again = assimilate(profiles.select(sites[2:3]), study.forcing, chosen, seed=1).ds
        assert again.identical(found[operator].sel(site=sites[2:3]))
    assert not np.array_equal(found["linear"]["mean"], found["horizon"]["mean"])


def test_another_seed_gives_another_result(study, brief, sites) -> None:
    one, two = (assimilate(study.profiles.select(sites[:1]), study.forcing, brief, seed=s).ds for s in (1, 2))
    assert not np.array_equal(one["mean"], two["mean"])


def test_full_chains_are_those_the_summary_was_made_of(study, brief, sites) -> None:
    site = int(sites[4])
    summary = assimilate(study.profiles.select(sites[:6]), study.forcing, brief, seed=3).ds.sel(site=site)
    chains = run_site(study.profiles, study.forcing, site, brief, seed=3)
    formal = chains["value"].values[:, chains["phase"].values == 1]
    kept = formal[:, brief.keep_every - 1 :: brief.keep_every]
    np.testing.assert_allclose(kept.mean(axis=(0, 1)), summary["mean"], rtol=1e-12)
    np.testing.assert_allclose(chains["acceptance"][:, -1], summary["acceptance"], rtol=1e-12)


def test_an_observation_of_weight_zero_is_an_observation_not_made(study, brief, sites) -> None:
    """Equal to the bit, with weights that do not depend on the other observations."""
    site, plain = int(sites[4]), brief.with_(weights="none")
    ds = study.profiles.select([site]).ds.copy(deep=True)
    depth, carbon = study.profiles.usable_observations(site)
    first = int(np.flatnonzero(ds["usable"].values == 0)[0])
    ds["usable"][first] = 1
    without = run_site(Profiles(ds), study.forcing, site, plain, seed=3)
    seen = observed(depth, carbon, plain, np.where(np.arange(len(depth)) == 0, 0.0, 1.0))
    assert run_site(study.profiles, study.forcing, site, plain, seed=3, seen=seen).identical(without)


def test_fewer_than_two_observations_are_refused_with_a_sentence(study, brief, sites) -> None:
    site = int(sites[4])
    depth, carbon = study.profiles.usable_observations(site)
    seen = observed(depth, carbon, brief, np.where(np.arange(len(depth)) == 0, 1.0, 0.0))
    with pytest.raises(InputError, match="expected at least 2 observations with a weight above 0, found 1"):
        run_site(study.profiles, study.forcing, site, brief, seed=3, seen=seen)


def test_a_site_with_one_depth_or_without_forcing_gets_its_reason(study, brief, sites) -> None:
    ds = study.profiles.select(sites[:3]).ds.copy(deep=True)
    first = int(ds["row_size"][0])
    ds["usable"][1:first] = 1
    forcing = study.forcing.select(sites[:3]).ds.copy(deep=True)
    forcing["soil_temperature"][1, 0, 0] = np.nan
    found = assimilate(Profiles(ds), type(study.forcing)(forcing), brief, seed=1).ds
    expected = [VERDICT["too_few_observations"], VERDICT["forcing_incomplete"]]
    assert found["verdict"].values[:2].tolist() == expected
    assert np.isnan(found["mean"][:2]).all() and np.isfinite(found["mean"][2]).all()


def test_a_site_that_fails_is_named_and_the_others_are_as_without_it(
    study, brief, sites, monkeypatch
) -> None:
    whole = assimilate(study.profiles.select(sites), study.forcing, brief, seed=3).ds
    summarise, culprit = site_chunk.summarise, int(sites[5])

    def breaks(site, columns, prior):
        if site.case.site == culprit:
            raise FloatingPointError("no such number")
        return summarise(site, columns, prior)

    monkeypatch.setattr(site_chunk, "summarise", breaks)
    found = assimilate(study.profiles.select(sites), study.forcing, brief, seed=3, workers=2).ds
    assert int(found["verdict"].sel(site=culprit)) == VERDICT["failed"]
    assert json.loads(found.attrs["failures"]) == {str(culprit): "FloatingPointError: no such number"}
    others = [s for s in sites if s != culprit]
    xr.testing.assert_identical(found.sel(site=others).drop_attrs(), whole.sel(site=others).drop_attrs())


def test_progress_counts_sites_and_tells_of_the_chains(study, brief, sites) -> None:
    told: list[Progress] = []
    assimilate(study.profiles.select(sites), study.forcing, brief, seed=1, on_progress=told.append)
    assert [p.done for p in told] == [16, 20] and told[-1].total == 20
    assert 0 < told[-1].detail["acceptance"] < 1 and told[-1].detail["failed"] == 0


def test_stopping_stops(study, brief, sites) -> None:
    for workers in (1, 2):
        with pytest.raises(Cancelled):
            assimilate(
                study.profiles.select(sites),
                study.forcing,
                brief,
                seed=1,
                workers=workers,
                should_stop=lambda: True,
            )


def test_bad_choices_are_named(study, brief, sites) -> None:
    profiles = study.profiles.select(sites[:1])
    for choices, sentence in (
        ({"seed": -1}, "seed: expected a number from 0 on"),
        ({"seed": 1, "workers": 0}, "workers: expected at least 1, found 0"),
        ({"seed": 1, "settings": ModelSettings(texture=True)}, "texture: expected False in an assimilation"),
        ({"seed": 1, "prior": "wide"}, "prior: expected one of proda"),
    ):
        with pytest.raises(InputError, match=sentence):
            assimilate(profiles, study.forcing, brief, **choices)


def test_the_summary_is_that_of_the_draws(study, brief, sites) -> None:
    schedule = brief.with_(keep_every=6, stored_draws=100)
    found = assimilate(study.profiles.select(sites[:2]), study.forcing, schedule, seed=1).ds
    draws = found["draws"].values.reshape(2, -1, found.sizes["parameter"])
    np.testing.assert_allclose(found["mean"], draws.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(found["sd"], draws.std(axis=1, ddof=1), rtol=1e-4)
    np.testing.assert_allclose(found["q50"], np.median(draws, axis=1), rtol=1e-5)
    np.testing.assert_allclose(found["covariance"][0], np.cov(draws[0].T), rtol=1e-2, atol=1e-12)
    assert (found["carbon_q05"] <= found["carbon_q95"]).all()
