"""Claims about what goes beyond the chapter: strata, profiles, Taylor's numbers, coverage, folds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from proda_core.comparison.components import bulk_processes, component_control
from proda_core.comparison.coverage import coverage, lognormal_interval, measurement_scale, widened
from proda_core.comparison.depth_profiles import profiles_by_class
from proda_core.comparison.folds import fold_skill
from proda_core.comparison.places import places
from proda_core.comparison.regions import region_of
from proda_core.comparison.strata import scores_by_class, scores_by_region
from proda_core.comparison.taylor import taylor
from proda_core.records import store
from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap
from proda_core.sources import example
from proda_core.vocabulary.soil_layers import GRIDS
from tests.unit.comparison import made_run


def test_regions_are_groups_of_states_where_there_are_three_of_them():
    # New York, Iowa, Texas; and a point in the Atlantic
    lon, lat = np.array([-75.0, -93.5, -99.0, -40.0]), np.array([43.0, 42.0, 31.5, 40.0])
    assert region_of(lon, lat).tolist() == ["Northeast", "North Central", "South Central", "elsewhere"]
    assert region_of(lon[[0, 3]], lat[[0, 3]]).tolist() == ["NY", "elsewhere"]


def test_places_of_a_study_and_of_a_table_are_the_same(study):
    world = example.load()
    frame = places(world)
    assert frame["site"].tolist() == world.sites.tolist()
    assert set(frame["vegetation"]) <= {"evergreen forest", "deciduous forest", "mixed forest", "grassland",
                                        "cropland"}  # fmt: skip
    again = places(frame)
    assert again.equals(frame)
    assert (
        places(study.assign(vegetation=[5, 6] * 12))["vegetation"].tolist() == ["grassland", "cropland"] * 12
    )


def test_a_table_without_places_is_refused():
    with pytest.raises(InputError, match="places: expected columns site, lon, lat, vegetation"):
        places(pd.DataFrame({"site": [1]}))


def test_scores_within_a_region_are_those_of_its_sites(run, study):
    found = scores_by_region(run, study).set_index("method")
    assert set(found["region"]) == {"MN"} and found.loc["proda", "profiles"] == 12
    assert found.loc["proda", "rmse"] == pytest.approx(1.0)


def test_a_class_with_few_profiles_has_no_score(run, study):
    assert scores_by_class(run, study).empty  # six held-out profiles in each of the two
    assert set(scores_by_class(run, study, part="all")["vegetation"]) == {"grassland", "cropland"}


def test_profiles_by_class_are_quartiles_in_slices_of_depth(run, study):
    found = profiles_by_class(run, study).set_index(["vegetation", "product", "top"])
    grass = made_run.pairs().merge(study)
    expected = grass[(grass["vegetation"] == "grassland") & (grass["depth"] == 0.25)]["observed"]
    row = found.loc[("grassland", "observed", 0.2)]
    assert row[["median", "low", "high"]].tolist() == pytest.approx(
        expected.quantile([0.5, 0.25, 0.75]).tolist()
    )
    assert row["n"] == 12 and row["depth"] == pytest.approx(0.25)


def test_numbers_of_the_taylor_diagram_make_its_triangle(run):
    found = taylor(run).set_index("method")
    assert found["sd_ratio"].to_dict() == pytest.approx(made_run.METHODS)
    cosines = 1 + found["sd_ratio"] ** 2 - 2 * found["sd_ratio"] * found["correlation"]
    assert found["centred_rms"].tolist() == pytest.approx(np.sqrt(cosines.clip(lower=0)).tolist(), abs=1e-7)


def test_the_interval_of_a_lognormal_holds_its_share():
    low, high = lognormal_interval(np.array(10.0), np.array(6.0), 0.8)
    sigma = np.sqrt(np.log(1.36))
    drawn = np.exp(np.random.default_rng(0).normal(np.log(10) - sigma**2 / 2, sigma, 200_000))
    assert np.mean((drawn >= low) & (drawn <= high)) == pytest.approx(0.8, abs=0.003)


def test_coverage_of_a_map_counts_measurements_in_the_interval_of_their_cell(tmp_path, study):
    run = made_run.write(tmp_path / "run")
    ds = run["carbon_map"].ds
    wide = ds.assign(stock_sd_network=0 * ds["stock"] + 1e-6, stock_sd_site=0 * ds["stock"] + 8.0)
    store.save(CarbonMap(wide), run.path("carbon_map"))
    found = coverage(run, study).set_index(["product", "quantity", "spread", "level"])
    # stocks to 1 m of held-out sites are 10, 12, ..., 32; PRODA's cells hold 10 with nearly no spread
    narrow = found.loc[("proda", "stock 0-100 cm", "network", 0.95)]
    assert narrow["covered"] == pytest.approx(0.0) or narrow["covered"] == pytest.approx(1 / 12)
    ends = lognormal_interval(np.array(10.0), np.array(8.0), 0.95)
    expected = np.mean((10.0 + made_run.TESTED > ends[0]) & (10.0 + made_run.TESTED < ends[1]))
    both = found.loc[("proda", "stock 0-100 cm", "network and site", 0.95)]
    assert both["covered"] == pytest.approx(expected) and both["n"] == 12


def test_coverage_at_sites_counts_densities_between_the_quantiles(tmp_path, study):
    run = made_run.write(tmp_path / "run")
    grid = GRIDS["clm5_20"]
    shape = (2, len(made_run.SITES), grid.size)
    low, high = np.full(shape, 10e3), np.full(shape, 25e3)
    low[1] = np.nan  # a product without intervals
    names = ("product", "site", "layer")
    ds = xr.Dataset({"carbon_q05": (names, low), "carbon_q95": (names, high)})
    ds = ds.assign_coords(product=["proda", "default"], site=made_run.SITES)
    ds.to_netcdf(run.path("site_carbon"), engine="h5netcdf")
    found = coverage(run, study)
    observed = made_run.pairs().query("site % 2 == 0")["observed"]
    assert found["product"].tolist() == ["proda"] and found["n"].tolist() == [36]
    assert found["covered"].iloc[0] == pytest.approx(observed.between(10, 25).mean())


def test_coverage_without_any_interval_says_so(run, study):
    with pytest.raises(InputError, match="expected posteriors of sites, or maps with standard deviations"):
        coverage(run, study)


def test_fold_skill_is_the_mean_over_splits_of_the_test_sites():
    table = pd.DataFrame(
        {
            "split": [0, 1, 0, 1],
            "method": "proda",
            "part": ["test", "test", "validation", "validation"],
            "nse": [0.6, 0.4, 0.9, 0.9],
            "r2": 0.5,
            "rmse": 10.0,
            "bias": 0.0,
        }
    )
    found = fold_skill({"random": table, "spatial": table.assign(nse=table["nse"] - 0.2)}).set_index("by")
    assert found.loc["random", ["nse", "nse_lost", "splits"]].tolist() == pytest.approx([0.5, 0.0, 2])
    assert found.loc["spatial", "nse_lost"] == pytest.approx(0.2)
    with pytest.raises(InputError, match="fold_skill: random: expected columns split"):
        fold_skill({"random": table.drop(columns="split")})


def test_bulk_processes_carry_their_units(run):
    found = bulk_processes(run).set_index(["process", "cell"])
    assert found.loc[("residence_time", 3), ["value", "unit"]].tolist() == [23.0, "yr"]
    assert set(found["product"]) == {"proda"}
    with pytest.raises(InputError, match="product: expected one of proda; found 'batch'"):
        bulk_processes(run, product="batch")


def test_component_control_tells_units_of_stocks(run):
    found = component_control(run)
    assert found.attrs["units"]["change_0-200"] == "PgC"
    assert found.set_index("group").loc["transport", "nse_lost"] == 0.1


def test_intervals_of_true_carbon_are_widened_by_the_error_of_measurement():
    low, high = widened(np.array([1.0, 0.0]), np.array([4.0, 2.0]), scale=0.3)
    half = np.hypot(np.log(2.0), 1.645 * 0.3)  # of the logarithm about log 2
    assert np.log([low[0], high[0]]) == pytest.approx([np.log(2) - half, np.log(2) + half], abs=1e-3)
    assert (low[1], high[1]) == (0.0, 2.0)  # below bedrock


def test_the_error_of_measurement_is_the_scatter_about_the_own_posterior_of_training_sites(tmp_path):
    run = made_run.write(tmp_path / "run")
    assert np.isnan(measurement_scale(run))
    table = pd.concat([made_run.pairs()] * 20, ignore_index=True)
    noise = np.random.default_rng(0).normal(0, 0.3, len(table))
    noise[table["site"].isin(made_run.TESTED)] = 5.0  # held-out sites do not count
    table.assign(site_level=table["observed"] * np.exp(noise)).to_csv(run.path("pairs"), index=False)
    assert measurement_scale(run) == pytest.approx(0.3, abs=0.03)
