"""Profiles look like real ones, within tolerances that are stated here with their reasons."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from proda_core.comparison.observed_stocks import stocks
from proda_core.sources import borders
from proda_core.vocabulary.vegetation import CODE

# Real profiles (north-eastern US), by depth [m]: median carbon [gC m-3] and sd of its logarithm. Below
# 0.3 m the continent holds two to three times as much, because the published totals of the whole
# country (98 / 81 / 64 PgC to 0.3 / 1 / 2 m in WISE30sec) do so: both cannot be had at once.
REAL = [
    (0.00, 0.05, 76e3, 0.67, 1.3),
    (0.05, 0.15, 32e3, 0.62, 1.7),
    (0.15, 0.30, 17.5e3, 0.76, 1.8),
    (0.30, 0.60, 6.5e3, 0.91, 2.5),
    (0.60, 1.00, 2.9e3, 0.94, 3.4),
    (1.00, 2.00, 1.9e3, 0.97, 3.4),
]
REGIONS = {
    "north-east": ("ME NH VT MA RI CT NY NJ PA", 13.7),
    "north central": ("OH MI IN IL WI MN IA MO ND SD NE KS", 11.9),
    "south-east": ("DE MD VA WV NC SC GA FL KY TN AL MS DC", 9.3),
    "north-west": ("WA OR ID MT WY", 8.8),
    "south central": ("OK TX AR LA", 7.1),
    "south-west": ("CA NV UT CO AZ NM", 5.2),
}
COVERS = {"wetland": 17.6, "deciduous forest": 10.9, "grassland": 8.9, "cropland": 8.0, "shrubland": 5.6}


@pytest.fixture(scope="module")
def observations(world) -> pd.DataFrame:
    profiles = world.study.profiles
    return pd.DataFrame(
        {
            "site": profiles.site_of_observation,
            "depth": profiles.ds["depth"].values,
            "carbon": profiles.ds["carbon"].values,
        }
    )


@pytest.fixture(scope="module")
def shapes(observations) -> pd.DataFrame:
    """Slope of ln carbon over depth and whether the most carbon lies below the surface, per profile."""
    rows = []
    for _, one in observations.groupby("site"):
        if len(one) >= 3:
            slope = np.polyfit(one["depth"], np.log(one["carbon"]), 1)[0]
            rows.append((slope, int(one["carbon"].to_numpy().argmax()) > 0))
    return pd.DataFrame(rows, columns=["slope", "bulge"])


def test_there_are_nine_layers_per_profile(observations):
    # 240,148 layers in 26,509 profiles [ch37]; real ones have 1 to 15
    count = observations.groupby("site").size()
    assert abs(len(observations) / count.size - 240_148 / 26_509) < 0.2
    assert count.min() >= 2 and count.max() <= 15


def test_profiles_reach_as_deep_as_real_ones(observations):
    deepest = observations.groupby("site")["depth"].max().quantile([0.05, 0.5, 0.95])
    assert np.abs(deepest.to_numpy() / [0.36, 1.2, 2.1] - 1).max() < 0.15


def test_depths_are_sorted_and_rounded_to_half_a_centimetre(observations):
    assert np.allclose(observations["depth"] * 200, (observations["depth"] * 200).round())
    step = observations["depth"].diff()[observations["site"].diff() == 0]
    assert (step > 0.004).all()


@pytest.mark.parametrize(("top", "base", "median", "spread", "factor"), REAL)
def test_carbon_by_depth_is_near_that_of_real_profiles(observations, top, base, median, spread, factor):
    carbon = observations["carbon"][(observations["depth"] > top) & (observations["depth"] <= base)]
    assert median / 1.3 < carbon.median() < median * factor
    assert 0.65 * spread < np.log(carbon).std() < 1.15 * spread


def test_carbon_falls_with_depth_as_in_real_profiles(shapes):
    efolding = -1 / shapes["slope"][shapes["slope"] < 0]
    assert abs(efolding.median() / 0.48 - 1) < 0.2
    # real: 2 % increase with depth, 8 % have their maximum below the surface
    assert (shapes["slope"] >= 0).mean() < 0.03
    assert 0.04 < shapes["bulge"].mean() < 0.16


def test_no_soil_holds_more_than_peat(observations):
    assert observations["carbon"].min() > 0 and observations["carbon"].max() < 4e5


def test_stocks_differ_more_between_sites_than_between_cells(world):
    of_sites = np.log(stocks(world.study.profiles)["0-100"].dropna())
    of_cells = np.log(world.truth["cell_stock"].sel(interval="0-100"))
    # real: about 1.0 between sites and 0.41 to 0.45 between the cells of a map
    assert 0.5 < of_sites.std() < 1.0
    assert 0.35 < float(of_cells.std()) < 0.6 and float(of_cells.std()) < of_sites.std()


def test_half_of_the_variance_is_local(world):
    ds, rows = world.study.profiles.ds, []
    for site in world.study.sites[:4000]:
        depth, carbon = world.study.profiles.usable_observations(int(site))
        if depth[0] <= 0.1 <= depth[-1]:
            rows.append((int(site), np.log(np.interp(0.1, depth, carbon))))
    site, value = np.array(rows).T
    x = ds["lon"].values[site.astype(int)] * 87.0
    y = ds["lat"].values[site.astype(int)] * 111.2
    near = [(np.hypot(x - a, y - b) < 20) & (np.hypot(x - a, y - b) > 0) for a, b in zip(x, y, strict=True)]
    local = 0.5 * np.mean([(value[n] - v) @ (value[n] - v) / n.sum() for n, v in zip(near, value) if n.any()])
    # real: about 70 %
    assert 0.35 < local / value.var() < 0.8


def test_regions_rank_as_in_the_survey(world):
    ds = world.study.profiles.ds
    stock = stocks(world.study.profiles)["0-100"].to_numpy()
    shapes = borders.states()
    found = []
    for codes, _ in REGIONS.values():
        inside = np.zeros(len(stock), bool)
        for code in codes.split():
            inside |= borders.contains(shapes[code], ds["lon"].values, ds["lat"].values)
        found.append(np.nanmedian(stock[inside]))
    surveyed = [median for _, median in REGIONS.values()]
    assert np.argmax(found) == 0  # the north-east has most
    assert pd.Series(found).corr(pd.Series(surveyed), method="spearman") > 0.7


def test_vegetation_classes_rank_as_in_the_survey(world):
    stock = stocks(world.study.profiles)["0-100"].to_numpy()
    vegetation = world.study.profiles.ds["vegetation"].values
    found = [np.nanmedian(stock[vegetation == CODE[name]]) for name in COVERS]
    assert (found[1:] < np.multiply(1.05, found[:-1])).all()  # pasture and crops are close in both
    # and in proportion: all about 2.3 times the survey's, as the published totals demand
    ratio = np.array(found) / list(COVERS.values())
    assert ratio.max() / ratio.min() < 1.35
