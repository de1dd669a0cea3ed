"""Forcing on other layers: linear in depth, and the bedrock at the same place."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.records.forcing import Forcing
from proda_core.soil_model.layer_interpolation import on_layers
from proda_core.soil_model.observation import stock
from proda_core.soil_model.steady_state import simulate
from proda_core.sources import example
from proda_core.vocabulary.pools import SOIL_POOLS
from proda_core.vocabulary.soil_layers import GRIDS


@pytest.fixture(scope="module")
def forcing() -> Forcing:
    return example.load().forcing


def test_what_is_linear_in_depth_stays_so(forcing):
    """Expected: 280 K + 2 K per metre at every node below the first of the 20 layers."""
    ds = forcing.ds.copy(deep=True)
    ds["soil_temperature"][:] = 280 + 2 * GRIDS["clm5_20"].layer_node[:, None]
    found = on_layers(Forcing(ds), "clm45_10").ds["soil_temperature"].values
    node = GRIDS["clm45_10"].layer_node
    np.testing.assert_allclose(found[:, 1:], np.broadcast_to(280 + 2 * node[1:, None], found[:, 1:].shape))
    np.testing.assert_allclose(found[:, 0], 280 + 2 * 0.01)


def test_the_last_layer_above_bedrock_is_the_last_with_its_node_above_it(forcing):
    """Expected from the tables of layers: layer 8 of 20 ends at 0.92 m, above which 7 of 10 nodes lie."""
    ds = forcing.ds.copy(deep=True)
    ds["nbedrock"][:] = 8
    assert (on_layers(Forcing(ds), "clm45_10").ds["nbedrock"] == 7).all()


def test_stocks_of_the_topsoil_hardly_change(forcing):
    of = []
    for given in (forcing, on_layers(forcing, "clm45_10")):
        carbon = simulate(None, given)["carbon"].sel(pool=list(SOIL_POOLS)).sum("pool").values
        of.append(stock(carbon, given.grid, "0-100"))
    np.testing.assert_allclose(of[1], of[0], rtol=0.03)


def test_the_same_layers_are_the_same_forcing(forcing):
    assert on_layers(forcing, "clm5_20") is forcing


@pytest.mark.parametrize(
    ("grid", "sentence"),
    [
        ("clm5_20", "expected forcing down to its last node at 8.03 m, found clm45_10"),
        ("clm6", "layer grid: expected one of clm45_10, clm5_20; found 'clm6'"),
    ],
)
def test_layers_without_forcing_are_refused(forcing, grid, sentence):
    with pytest.raises(InputError, match=sentence):
        on_layers(on_layers(forcing, "clm45_10"), grid)
