"""Claims about parameter maps and carbon maps."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.mapping.carbon_maps import carbon_map
from proda_core.mapping.parameter_maps import predict_map
from proda_core.mapping.soil_carbon import soil_carbon
from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from proda_core.records.maps import ParameterMap
from proda_core.soil_model.steady_state import simulate

SOIL = ["soil1", "soil2", "soil3"]


class Constant:
    """A network that says the same of every cell."""

    def __init__(self, parameters: xr.DataArray) -> None:
        self.parameters = parameters

    def predict(self, covariates: Covariates) -> xr.Dataset:
        one = self.parameters.isel(site=0, drop=True).expand_dims(site=covariates.sites)
        return xr.Dataset({"mean": one, "outside": ("site", np.zeros(len(covariates), int))})


@pytest.fixture
def parameter_map(parameters, forcing) -> ParameterMap:
    place = forcing.ds[["lon", "lat"]].rename(site="cell")
    return ParameterMap(place.assign(mean=parameters.rename(site="cell"))[["mean", "lon", "lat"]])


def test_soil_carbon_is_the_three_soil_pools_of_the_same_model(parameters, forcing):
    pools = simulate(parameters, forcing)["carbon"]
    np.testing.assert_allclose(soil_carbon(parameters, forcing), pools.sel(pool=SOIL).sum("pool"), rtol=1e-12)


def test_no_parameters_is_the_default_run_with_texture(forcing):
    pools = simulate(None, forcing)["carbon"]
    np.testing.assert_allclose(soil_carbon(None, forcing), pools.sel(pool=SOIL).sum("pool"), rtol=1e-12)


def test_a_parameter_map_and_the_same_parameters_by_site_agree(parameters, parameter_map, forcing):
    np.testing.assert_array_equal(soil_carbon(parameter_map, forcing), soil_carbon(parameters, forcing))


def test_draws_give_the_mean_of_their_carbon_not_the_carbon_of_their_mean(parameters, forcing):
    draws = parameters.rename(site="draw").drop_vars("draw")
    each = [soil_carbon(draws.isel(draw=i), forcing).values for i in range(draws.sizes["draw"])]
    np.testing.assert_allclose(soil_carbon(draws, forcing), np.mean(each, axis=0), rtol=1e-12)
    assert np.abs(soil_carbon(draws, forcing) / soil_carbon(draws.mean("draw"), forcing) - 1).max() > 0.01


def test_the_order_of_cells_does_not_matter(parameters, forcing):
    there = soil_carbon(parameters, forcing)
    back = soil_carbon(parameters.isel(site=[2, 0, 3, 1]), forcing.select(forcing.sites[[2, 0, 3, 1]]))
    np.testing.assert_array_equal(there, back.sel(site=there["site"]))


def test_stocks_add_up_over_depth_and_follow_the_layers(parameter_map, forcing):
    found = carbon_map({"default": None, "proda": parameter_map}, forcing)
    assert found.products == ("default", "proda")
    stock = found.ds["stock"]
    np.testing.assert_allclose(
        stock.sel(interval="0-30") + stock.sel(interval="30-100"), stock.sel(interval="0-100"), rtol=1e-12
    )
    np.testing.assert_allclose(
        stock.sel(interval="0-100") + stock.sel(interval="100-200"), stock.sel(interval="0-200"), rtol=1e-12
    )
    # by hand: layers 1-4 whole (0.20 m) and 0.10 m of layer 5, in kgC m-2
    carbon = soil_carbon(parameter_map, forcing).values
    by_hand = carbon[:, :5] @ np.array([0.02, 0.04, 0.06, 0.08, 0.10]) / 1000
    np.testing.assert_allclose(stock.sel(interval="0-30", product="proda"), by_hand, rtol=1e-12)


def test_totals_weigh_cells_by_area_and_land(parameter_map, forcing):
    found = carbon_map({"proda": parameter_map}, forcing)
    stock = found.ds["stock"].sel(product="proda", interval="0-100").values
    expected = (stock * 2.3e9 * np.array([1.0, 0.5, 1.0, 0.0])).sum() / 1e12  # kg to Pg
    assert float(found.totals().sel(product="proda", interval="0-100")) == pytest.approx(expected)


def test_a_cell_without_forcing_has_no_stock_and_harms_no_other(parameter_map, forcing):
    whole = carbon_map({"proda": parameter_map}, forcing).ds["stock"]
    ds = forcing.ds.copy(deep=True)
    ds["soil_temperature"][1, 3, 5] = np.nan
    holed = carbon_map({"proda": parameter_map}, type(forcing)(ds)).ds["stock"]
    assert holed.isel(cell=1).isnull().all()
    np.testing.assert_array_equal(holed.isel(cell=[0, 2, 3]), whole.isel(cell=[0, 2, 3]))


def test_predicted_maps_carry_their_place(parameters, covariates, forcing):
    found = predict_map(Constant(parameters), covariates)
    np.testing.assert_array_equal(found.ds["lon"], forcing.ds["lon"])
    np.testing.assert_array_equal(found.cells, covariates.sites)
    elsewhere = predict_map(Constant(parameters), covariates, lon=np.arange(4.0), lat=np.arange(4.0))
    assert elsewhere.ds["lat"].values.tolist() == [0, 1, 2, 3]


def test_cells_without_a_place_and_parameters_of_other_cells_are_named(parameters, covariates, forcing):
    with pytest.raises(InputError, match="expected coordinates or a covariate Lon, found neither"):
        predict_map(Constant(parameters), Covariates(covariates.ds.drop_vars("Lon")))
    with pytest.raises(InputError, match="expected a row for site 9, found none"):
        soil_carbon(parameters.isel(site=[0, 1, 2]), forcing)
    with pytest.raises(InputError, match="dimensions draw and parameter"):
        soil_carbon(parameters.expand_dims(draw=2), forcing)
