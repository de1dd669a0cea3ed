"""Residence times, capacity and fluxes, against the matrices they come from."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.soil_model import site_fields as fields
from proda_core.soil_model.column import column_of
from proda_core.soil_model.diagnostics import diagnose
from proda_core.soil_model.matrices import Bu, V, input_allocation, system, transfers, xiK
from proda_core.soil_model.settings import ModelSettings
from proda_core.vocabulary.parameters import INDEX
from proda_core.vocabulary.soil_layers import GRIDS
from tests.oracle.random_columns import random_forcing, random_parameters

SITES = 8
CHOICES = [{}, {"water": "potential"}, {"texture": True}, {"bedrock": "authors"}, {"advection": 2e-4}]
every_choice = pytest.mark.parametrize(
    "choice", CHOICES, ids=lambda c: " ".join(map(str, c.values())) or "default"
)
both_grids = pytest.mark.parametrize("grid", list(GRIDS))


def parameters() -> np.ndarray:
    drawn = random_parameters(SITES, seed=6)
    drawn[:, INDEX["efolding"]] = np.maximum(drawn[:, INDEX["efolding"]], 0.2)
    return drawn


@every_choice
@both_grids
def test_fields_of_many_sites_are_the_diagonals_of_their_matrices(grid, choice):
    settings, forcing, p = ModelSettings(grid=grid, **choice), random_forcing(SITES, 2, grid), parameters()
    rates = fields.decomposition_rates(p, forcing, settings)
    mixing = fields.mixing_rate(p, forcing, settings)
    shares = fields.input_shares(p, forcing, settings)
    respired = fields.respired_fraction(p, forcing, settings)
    for site in range(SITES):
        one, n = column_of(forcing, site), settings.layers.size
        expected = 365 * np.diag(xiK(p[site], one, settings)).reshape(7, n)
        np.testing.assert_allclose(rates[site], expected, rtol=1e-12)
        diagonal = 365 * np.diag(V(p[site], one, settings))[n : 2 * n]
        np.testing.assert_allclose(mixing[site], diagonal, rtol=1e-12, atol=1e-25)
        np.testing.assert_allclose(
            shares[site], input_allocation(p[site], one, settings), rtol=1e-12, atol=1e-300
        )
        f = transfers(p[site], one.sand if settings.texture else None)
        np.testing.assert_allclose(
            respired[site, 4], 1 - f["soil1", "soil2"] - f["soil1", "soil3"], rtol=1e-13
        )


@both_grids
def test_in_steady_state_respiration_is_input_and_nothing_more_can_be_stored(grid):
    forcing = random_forcing(SITES, 2, grid)
    found = diagnose(parameters(), forcing)
    np.testing.assert_allclose(found["column_respiration"], forcing.annual_input, rtol=1e-12)
    assert not found["potential"].any()
    assert not found["respiration"].sel(pool="cwd").any()
    np.testing.assert_allclose(found["carbon_use"].sel(pool="cwd"), 1.0)


@both_grids
def test_residence_time_is_minus_the_inverse_matrix_times_the_share_of_input(grid):
    """tau = -(A xi K - V)^-1 B, integrated over depth; its sum is stock by input."""
    settings, forcing, p = ModelSettings(grid=grid), random_forcing(SITES, 2, grid), parameters()
    found = diagnose(p, forcing)
    for site in range(SITES):
        one = column_of(forcing, site)
        n, soil = settings.layers.size, one.soil_layers
        kept = (np.arange(7)[:, None] * n + np.arange(soil)).ravel()
        share = Bu(p[site], one, settings) * 365 / one.carbon_input.sum()
        matrix = 365 * system(p[site], one, settings)[np.ix_(kept, kept)]
        tau = np.linalg.solve(matrix, -share[kept]).reshape(7, soil) @ settings.layers.thickness[:soil]
        np.testing.assert_allclose(found["residence_time"].isel(site=site), tau, rtol=1e-8)
        assert float(found["column_residence_time"][site]) == pytest.approx(tau.sum(), rel=1e-8)


def test_turnover_time_of_woody_debris_is_its_baseline_slowed_by_surroundings():
    forcing, p = random_forcing(SITES, 2), parameters()
    found = diagnose(p, forcing)["turnover_time"].sel(pool="cwd")
    assert (found.to_numpy() > p[:, INDEX["taucwd"]]).all()


def test_a_half_full_column_respires_half_and_could_store_as_much_again():
    forcing, p = random_forcing(SITES, 2), parameters()
    full = diagnose(p, forcing)
    half = diagnose(p, forcing, full["capacity"] / 2)
    np.testing.assert_allclose(half["potential"], full["capacity"] / 2)
    np.testing.assert_allclose(half["column_respiration"], full["column_respiration"] / 2, rtol=1e-12)
    np.testing.assert_allclose(half["residence_time"], full["residence_time"], rtol=1e-14)


def test_every_result_has_its_unit_and_dimensions_in_any_order_are_understood():
    forcing, p = random_forcing(SITES, 2), parameters()
    found = diagnose(p, forcing)
    assert all("units" in found[name].attrs for name in found.data_vars)
    turned = diagnose(p, forcing, found["capacity"].transpose("layer", "site", "pool"))
    assert not turned["potential"].any()


def test_one_column_is_enough():
    forcing, p = random_forcing(SITES, 2), parameters()
    alone = diagnose(p[3], forcing.select([3]))
    xr.testing.assert_allclose(alone, diagnose(p, forcing).isel(site=[3]))


def test_bad_input_is_named():
    forcing, p = random_forcing(SITES, 2), parameters()
    with pytest.raises(InputError, match="carbon: expected"):
        diagnose(p, forcing, np.ones((SITES, 7, 10)))
    with pytest.raises(InputError, match="layer grid: expected clm45_10"):
        diagnose(p, forcing, settings=ModelSettings(grid="clm45_10"))
    dry = type(forcing)(forcing.ds.drop_vars("soil_water_potential"))
    with pytest.raises(InputError, match="expected soil_water_potential"):
        fields.water_scalar(p, dry, ModelSettings(water="potential"))
