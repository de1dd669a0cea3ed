"""What is planted is recovered by itself, and not by noise."""

from __future__ import annotations

import numpy as np

from proda_core.records.maps import ParameterMap
from proda_core.teaching import World
from proda_core.teaching.recovery import recovery


def planted_map(world: World) -> ParameterMap:
    truth, place = world.truth, world.study.cells_forcing.ds
    ds = truth[["cell_parameters"]].rename(cell_parameters="mean").reset_coords(drop=True)
    return ParameterMap(ds.assign(lon=("cell", place["lon"].values), lat=("cell", place["lat"].values)))


def test_the_planted_map_recovers_itself(world):
    table = recovery(planted_map(world), world.truth, world.study.cells_forcing).set_index("name")
    assert (table["kind"] == "parameter").sum() == 21 and (table["kind"] == "bulk process").sum() >= 6
    known = table.dropna()
    np.testing.assert_allclose(known["correlation"], 1, atol=1e-9)
    np.testing.assert_allclose(known["spread"], 1, atol=1e-9)


def test_a_shuffled_map_recovers_nothing(world):
    found = planted_map(world)
    order = np.random.default_rng(0).permutation(len(found.cells))
    shuffled = ParameterMap(
        found.ds.assign(mean=found.ds["mean"].isel(cell=order).assign_coords(cell=found.cells))
    )
    table = recovery(shuffled, world.truth, world.study.cells_forcing)
    assert table[table["kind"] == "parameter"]["correlation"].abs().max() < 0.1
