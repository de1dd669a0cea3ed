"""What the showcase shows is what the program finds: a sample of it, made again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from proda_core import assimilate, teaching
from proda_core.comparison.convergence import run_disagrees
from proda_core.comparison.observed_stocks import stocks
from proda_core.mapping.carbon_maps import carbon_map
from proda_core.records.checks import InputError
from proda_core.records.maps import ParameterMap
from proda_core.records.study import Study
from proda_core.runs import fingerprint
from proda_core.showcase import Showcase, compared_directory, directory, showcase
from proda_core.teaching.recovery import recovery

LARGEST = 1e7  # bytes that a clone should have to carry


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
        prior=shown.run.settings["choices"]["prior"],
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


def test_its_carbon_is_near_what_was_planted(shown, truth, study):
    cells = study.cells_forcing.ds
    land = (cells["cell_area"] * cells["land_fraction"]).values / 1e12
    totals = shown.run["carbon_map"].totals()
    for interval in ("0-30", "30-100", "100-200", "0-200"):
        planted = float((truth["cell_stock_real"].sel(interval=interval).values * land).sum())
        found = {name: float(totals.sel(product=name, interval=interval)) for name in ("default", "proda")}
        assert abs(found["proda"] / planted - 1) < 0.06, interval
        assert found["default"] / planted > 1.3, interval


def test_its_chains_have_converged_and_those_of_the_published_schedule_have_not(shown):
    assert "26,498 of 26,509 sites converged" in (directory() / "log.txt").read_text()
    assert not run_disagrees(shown.run)
    compared = showcase(compared_directory())
    assert run_disagrees(compared.run)
    assert compared.run.settings["choices"]["schedule"] == "chapter"
    assert len(compared.observed) == len(shown.observed)


def test_planted_maps_of_bulk_processes_are_found_again(shown, truth, study):
    table = recovery(shown.run["parameter_map"], truth, study.cells_forcing).set_index("name")
    found = table["correlation"]
    assert found[["w_scaling", "tau4s2"]].min() > 0.7 and found[["diffus", "efolding"]].min() > 0.5
    # what parameters do together is found better than most of them by themselves
    assert found[["litter_decomposition", "environmental_modifier"]].min() > 0.9
    assert found[["baseline_decomposition", "vertical_transport_rate"]].min() > 0.8


def test_everything_says_that_it_is_synthetic(shown, study):
    assert study.synthetic and "synthetic" in (directory() / "log.txt").read_text()
    assert all(product.synthetic for product in shown.references.values())


def test_it_is_small():
    files = [*directory().rglob("*"), *compared_directory().rglob("*")]
    assert sum(file.stat().st_size for file in files if file.is_file()) < LARGEST


def test_where_there_is_none_a_sentence_says_so(tmp_path):
    with pytest.raises(InputError, match=r"expected the showcase, found no settings\.json"):
        showcase(tmp_path)
