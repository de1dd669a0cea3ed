"""What the showcase shows is what the program finds: a sample of it, made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from proda_core import assimilate, teaching
from proda_core.comparison.observed_stocks import stocks
from proda_core.mapping.carbon_maps import carbon_map
from proda_core.records.checks import InputError
from proda_core.records.maps import ParameterMap
from proda_core.records.study import Study
from proda_core.runs import fingerprint
from proda_core.showcase import Showcase, directory, showcase
from proda_core.teaching.recovery import recovery

LARGEST = 8e6  # bytes that a clone should have to carry


@pytest.fixture(scope="module")
def shown() -> Showcase:
    return showcase()


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("teaching")


@pytest.fixture(scope="module")
def study(kept) -> Study:
    return teaching.load(cache_dir=kept)


@pytest.fixture(scope="module")
def truth(study, kept) -> xr.Dataset:
    return teaching.truth(cache_dir=kept)


def test_it_is_of_the_teaching_continent_as_it_is_made_today(shown, study):
    assert shown.run.settings["input_sha256"] == fingerprint(study)


def test_its_profiles_are_those_of_the_continent(shown, study):
    some = shown.observed.set_index("site").iloc[::400]
    assert len(shown.observed) == len(study.profiles.sites)
    held = stocks(study.profiles.select(some.index))
    np.testing.assert_allclose(some[held.columns], held, rtol=1e-6)


def test_assimilating_a_site_again_gives_its_posterior(shown, study):
    kept = shown.run["posterior"]
    sites, seed = kept.sites[:2], shown.run.settings["choices"]["seed"]
    again = assimilate(
        study.profiles.select(sites),
        study.forcing.select(sites),
        shown.run.settings["choices"]["schedule"],
        seed=seed,
    )
    np.testing.assert_allclose(kept.select(sites).ds["mean"], again.ds["mean"], rtol=1e-5)


def test_its_network_predicts_its_parameter_map_and_the_model_its_carbon_map(shown, study):
    cells = shown.run["parameter_map"].cells[::100]
    predicted = shown.run["network"].predict(study.cells_covariates.select(cells))
    kept = shown.run["parameter_map"].select(cells)
    np.testing.assert_allclose(kept.ds["mean"], predicted["mean"], rtol=1e-4)
    again = carbon_map({"proda": ParameterMap(kept.ds)}, study.cells_forcing.select(cells))
    mapped = shown.run["carbon_map"].select(cells).ds["stock"]
    np.testing.assert_allclose(mapped.sel(product="proda"), again.ds["stock"].sel(product="proda"), rtol=1e-3)


def test_held_out_skill_lies_in_the_bands_of_the_chapter(shown):
    # chapter 37: R2 0.32, 0.43, 0.62, widened
    table = shown.run["scores"].query("part == 'held out'").set_index("method")
    for method, low, high in (("default", 0.25, 0.40), ("batch", 0.38, 0.50), ("proda", 0.55, 0.70)):
        assert low <= table.loc[method, "r2"] <= high, method
    assert table.loc["default", "rmse"] > table.loc["batch", "rmse"] > table.loc["proda", "rmse"]


def test_its_carbon_is_that_of_the_chapter(shown):
    # PgC to 2 m, published as whole numbers: batch 165, PRODA 246; shares as in WISE30sec, 98 / 81 / 64 PgC
    totals = shown.run["carbon_map"].totals()
    for product, published in (("batch", 165), ("proda", 246)):
        found = float(totals.sel(product=product, interval="0-200"))
        assert abs(found - published) < 0.15 * (published + 0.5) + 0.5, product
    proda = totals.sel(product="proda")
    for interval, published in (("30-100", 81 / 243), ("100-200", 64 / 243)):
        share = float(proda.sel(interval=interval) / proda.sel(interval="0-200"))
        assert abs(share - published) < 0.05, interval


def test_planted_maps_of_bulk_processes_are_found_again(shown, truth, study):
    table = recovery(shown.run["parameter_map"], truth, study.cells_forcing).set_index("name")
    found = table["correlation"]
    assert found[["w_scaling", "tau4s2"]].min() > 0.8 and found[["beta", "efolding"]].min() > 0.3
    # what parameters do together is found better than most of them by themselves
    assert found[["baseline_decomposition", "environmental_modifier"]].min() > 0.9
    assert found[["vertical_transport_rate", "input_allocation"]].min() > 0.6


def test_everything_says_that_it_is_synthetic(shown, study):
    assert study.synthetic and "synthetic" in (directory() / "log.txt").read_text()
    assert all(product.synthetic for product in shown.references.values())


def test_it_is_small():
    assert sum(file.stat().st_size for file in directory().rglob("*") if file.is_file()) < LARGEST


def test_where_there_is_none_a_sentence_says_so(tmp_path):
    with pytest.raises(InputError, match=r"expected the showcase, found no settings\.json"):
        showcase(tmp_path)
