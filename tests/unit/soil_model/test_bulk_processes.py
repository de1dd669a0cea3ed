"""The six bulk processes, against the published definitions written out for one column in loops."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.soil_model.bulk_processes import bulk_processes
from proda_core.soil_model.column import by_name, column_of
from proda_core.soil_model.matrices import V, input_allocation
from proda_core.soil_model.settings import ModelSettings
from proda_core.soil_model.steady_state import prepare, solve
from proda_core.vocabulary.parameters import INDEX
from proda_core.vocabulary.soil_layers import GRIDS
from tests.oracle.random_columns import random_forcing, random_parameters

SITES = 6
TAU = ("taucwd", "taul1", "taul2", "taul2", "tau4s1", "tau4s2", "tau4s3")
FLOWS = (
    ("fl1s1", 1),
    ("fl2s1", 2),
    ("fl3s2", 3),
    ("fs1s2", 4),
    ("fs1s3", 4),
    ("fs2s1", 5),
    ("fs2s3", 5),
    ("fs3s1", 6),
)


def published(p: dict, one, carbon: np.ndarray, settings: ModelSettings) -> dict[str, float]:
    """Definitions of the published codes for one column, layer by layer and flow by flow."""
    grid = settings.layers
    soil = carbon[4:].sum(axis=0) * grid.thickness
    warmth = np.zeros(grid.size)
    water = np.zeros(grid.size)
    for j in range(grid.size):
        for month in range(12):
            warmth[j] += p["q10"] ** ((one.soil_temperature[j, month] - 298.15) / 10) / 12
            water[j] += min(1.0, p["w_scaling"] * one.water_scalar[j, month]) / 12
    modifier = warmth * water * np.exp(-grid.layer_node / p["efolding"])
    flow = {
        i: sum(carbon[i, j] / p[TAU[i]] * modifier[j] * grid.thickness[j] for j in range(grid.size))
        for i in range(1, 7)
    }
    stock = [(carbon[i] * grid.thickness).sum() for i in range(7)]
    cumulative = np.cumsum(input_allocation(np.array(list(p.values())), one, settings))
    apparent = [
        np.exp(np.log(1 - c) / (100 * z))
        for c, z in zip(cumulative, grid.layer_node, strict=True)
        if c < 1 - 1e-12
    ]
    vertical = 365 * np.diag(V(p, one, settings))[grid.size : 2 * grid.size]
    return {
        "carbon_transfer_efficiency": sum(p[name] * flow[i] for name, i in FLOWS) / sum(flow.values()),
        "baseline_decomposition": sum(stock[i] / p[TAU[i]] for i in (4, 5, 6)) / sum(stock[4:]),
        "litter_decomposition": sum(stock[i] / p[TAU[i]] for i in (1, 2, 3)) / sum(stock[1:4]),
        "environmental_modifier": (modifier * soil).sum() / soil.sum(),
        "vertical_transport_rate": (vertical * soil).sum() / soil.sum(),
        "input_allocation": np.mean(apparent),
        "plant_carbon_input": one.carbon_input.sum(),
    }


def parameters() -> np.ndarray:
    drawn = random_parameters(SITES, seed=16)
    drawn[:, INDEX["efolding"]] = np.maximum(drawn[:, INDEX["efolding"]], 0.2)
    return drawn


@pytest.mark.parametrize("bedrock", ["closed", "authors"])
@pytest.mark.parametrize("grid", list(GRIDS))
def test_bulk_processes_are_those_of_the_published_codes(grid, bedrock):
    settings, forcing, drawn = (
        ModelSettings(grid=grid, bedrock=bedrock),
        random_forcing(SITES, 2, grid),
        parameters(),
    )
    carbon = solve(prepare(forcing, settings), drawn, np.arange(SITES))
    found = bulk_processes(drawn, forcing, settings=settings)
    for site in range(SITES):
        expected = published(by_name(drawn[site]), column_of(forcing, site), carbon[site], settings)
        for name, value in expected.items():
            assert float(found[name][site]) == pytest.approx(value, rel=1e-10), name


def test_each_has_a_unit_and_a_meaning():
    found = bulk_processes(parameters(), random_forcing(SITES, 2))
    assert len(found.data_vars) == 7
    assert all(found[name].attrs["units"] and found[name].attrs["long_name"] for name in found.data_vars)


def test_fractions_are_fractions():
    found = bulk_processes(parameters(), random_forcing(SITES, 2))
    for name in ("carbon_transfer_efficiency", "environmental_modifier", "input_allocation"):
        assert (found[name] > 0).all()
    assert (found["carbon_transfer_efficiency"] < 1).all()
    assert (found["input_allocation"] < 1).all()


def test_with_texture_the_transfers_of_fast_carbon_follow_sand():
    forcing, drawn = random_forcing(SITES, 2), parameters()
    by_sand = bulk_processes(drawn, forcing, settings=ModelSettings(texture=True))
    assert (
        by_sand["carbon_transfer_efficiency"] != bulk_processes(drawn, forcing)["carbon_transfer_efficiency"]
    ).all()
