"""Claims about modelled beside observed, and about tables of scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from proda_core.comparison.pairs import densities, interval_stocks, methods
from proda_core.comparison.scores import METRICS
from proda_core.comparison.tables import interval_table, score_table
from proda_core.records.checks import InputError


def test_every_usable_observation_is_one_row_in_kilograms(profiles, carbon, grid):
    found = densities(profiles, carbon, grid)
    assert found["site"].tolist() == [10, 10, 10, 20, 20, 30, 30]
    assert found["observed"].tolist() == [20, 10, 5, 30, 8, 9, 2]
    assert methods(found) == ["flat", "sloped"]
    np.testing.assert_allclose(found["flat"], 10)


def test_the_model_is_read_at_the_depth_of_the_observation(profiles, carbon, grid):
    # The sloped method has the node's depth as carbon: linear between nodes, it gives the depth back.
    found = densities(profiles, carbon, grid).set_index("site")
    np.testing.assert_allclose(found.loc[[10, 30], "sloped"], found.loc[[10, 30], "depth"])
    assert found.loc[20, "sloped"].isna().all()


def test_stocks_are_compared_only_where_horizons_cover_them(profiles, carbon, grid):
    found = interval_stocks(profiles, carbon, grid)
    assert set(zip(found["site"], found["interval"], strict=True)) == {
        (10, "0-30"), (10, "0-100"), (10, "0-200"), (10, "30-100"), (20, "0-30"), (30, "100-200"),
    }  # fmt: skip
    assert found.set_index(["site", "interval"])["extrapolated"][10, "0-200"] == pytest.approx(0.2)
    assert methods(found) == ["flat", "sloped"]
    by_interval = found.groupby("interval")["flat"].first()
    assert by_interval["0-30"] == pytest.approx(3)  # 10 kgC m-3 over 0.3 m
    assert by_interval["0-100"] == pytest.approx(10)


def test_all_methods_are_judged_by_the_same_pairs(profiles, carbon, grid):
    table = score_table(densities(profiles, carbon, grid))
    assert table["method"].tolist() == ["flat", "sloped"]
    assert table["n"].tolist() == [5, 5] and table["profiles"].tolist() == [2, 2]
    # observed 20 10 5 9 2, flat 10: mean of the differences
    assert table.loc[0, "bias"] == pytest.approx(10 - 46 / 5)


def test_the_order_of_sites_does_not_matter(profiles, carbon, grid):
    there = score_table(densities(profiles, carbon, grid))
    back = score_table(densities(profiles.select([30, 10, 20]), carbon, grid))
    pd.testing.assert_frame_equal(there, back)


def test_intervals_enclose_the_score(profiles, carbon, grid):
    table = score_table(densities(profiles, {"flat": carbon["flat"]}, grid), draws=200, seed=1)
    for metric in ("rmse", "bias", "mae"):
        assert (table[f"{metric}_low"] <= table[metric]).all() and (
            table[metric] <= table[f"{metric}_high"]
        ).all()


def test_a_table_by_interval_has_a_row_per_method_and_interval(profiles, carbon, grid):
    table = interval_table(interval_stocks(profiles, carbon, grid))
    assert table["interval"].unique().tolist() == ["0-30", "0-100", "0-200", "30-100", "100-200"]
    assert table.set_index(["interval", "method"])["extrapolated"]["0-200", "flat"] == pytest.approx(0.2)
    assert len(table) == 10 and set(METRICS) <= set(table.columns)
    flat = table[(table["interval"] == "0-100") & (table["method"] == "flat")].iloc[0]
    assert flat["mean_modelled"] == pytest.approx(10)


def test_carbon_without_layers_is_named(profiles, carbon, grid):
    with pytest.raises(InputError, match="carbon of flat: expected dimensions site and layer"):
        densities(profiles, {"flat": carbon["flat"].isel(layer=0)}, grid)
