"""Claims on the files of the maps: they describe themselves in words and units that other programs read."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import rasterio
import xarray as xr

from dashboard.pages.maps.map_export import Band, MapFile
from tests.dashboard.pages.maps.small_maps import LAT, LON


@pytest.fixture(scope="module")
def file() -> MapFile:
    """Two maps of four values, one of them missing, and one cell that is not in view."""
    in_view = np.array([False, True, True, True])
    values = np.array([np.nan, 2.0, np.nan, 4.0])
    bands = (
        Band("stock.proda", "PRODA: soil carbon stock", "kgC m⁻²", values),
        Band("stock.wise30sec-like", "WISE30sec-like: stock", "kgC m⁻²", 2 * values),
        Band("land_area", "area of land in the cell", "km2", np.full(4, 1500.0)),
    )
    return MapFile(np.arange(4), LON, LAT, in_view, bands, {"run": "a", "synthetic": "1"})


@pytest.fixture(scope="module")
def netcdf(file: MapFile, tmp_path_factory: pytest.TempPathFactory) -> xr.Dataset:
    path = tmp_path_factory.mktemp("files") / "m.nc"
    path.write_bytes(file.netcdf().getvalue())
    return xr.load_dataset(path, engine="h5netcdf")


def test_a_csv_has_a_row_per_cell_in_view_and_says_what_it_is(file: MapFile) -> None:
    text = file.csv().getvalue().decode()
    assert "# run: a" in text and "# stock.proda: PRODA: soil carbon stock [kgC m-2]" in text
    rows = pd.read_csv(BytesIO(text.encode()), comment="#")
    assert rows["cell"].to_list() == [1, 2, 3]
    total = (rows["stock.proda"] * rows["land_area"] * 1e6).sum() / 1e12
    assert total == pytest.approx((2 + 4) * 1500e6 / 1e12)


def test_a_netcdf_lies_on_its_grid(netcdf: xr.Dataset) -> None:
    assert float(netcdf["stock_proda"].sel(lon=-79.75, lat=43.75)) == 4.0
    assert netcdf["land_area"].count() == 3, "a cell that is not in view has no value"
    assert netcdf.attrs["synthetic"] == "1"


def test_a_netcdf_has_names_and_units_as_its_convention_wants(netcdf: xr.Dataset) -> None:
    """Expected: CF-1.11, sections 2.3 (names), 3.1 (units of UDUNITS), 4 (axes), 5.6 (grid), 7.1 (edges)."""
    assert netcdf.attrs["Conventions"] == "CF-1.11"
    assert all(re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) for name in netcdf.variables)
    stock = netcdf["stock_wise30sec_like"]
    assert stock.attrs["units"] == "kg m-2" and "carbon" in stock.attrs["long_name"]
    assert stock.attrs["grid_mapping"] == "crs"
    assert netcdf["crs"].attrs["grid_mapping_name"] == "latitude_longitude"
    for name, axis, standard in (("lat", "Y", "latitude"), ("lon", "X", "longitude")):
        attributes = netcdf[name].attrs
        assert (attributes["axis"], attributes["standard_name"]) == (axis, standard)
        edges = netcdf[attributes["bounds"]]
        np.testing.assert_allclose(edges.mean("bnds"), netcdf[name])
        np.testing.assert_allclose(edges[1:, 0], edges[:-1, 1])
        assert "_FillValue" not in netcdf[name].encoding or netcdf[name].encoding["_FillValue"] is None


def test_a_geotiff_has_its_values_at_their_place_and_names_the_product(file: MapFile, tmp_path: Path) -> None:
    path = tmp_path / "m.tif"
    path.write_bytes(file.geotiff().getvalue())
    with rasterio.open(path) as tif:
        found = [float(v[0]) for v in tif.sample(list(zip(LON, LAT)))]
        np.testing.assert_allclose(found, [np.nan, 2.0, np.nan, 4.0])
        assert tif.crs.to_epsg() == 4326
        assert tif.units == ("kgC m-2", "kgC m-2", "km2")
        assert tif.descriptions[0] == "PRODA: soil carbon stock (kgC m-2)"
        assert len(set(tif.descriptions)) == 3
