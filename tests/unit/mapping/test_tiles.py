"""Claims about maps of any resolution: what a pixel is, what is made up, and being stopped in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import rasterio
import xarray as xr

from proda_core.mapping.carbon_maps import carbon_map
from proda_core.mapping.fine_covariates import SYNTHETIC, Interpolated
from proda_core.mapping.fine_grid import Tile, fine_grid
from proda_core.mapping.geotiff import write_cog
from proda_core.mapping.gridded_covariates import open_gridded
from proda_core.mapping.tiles import FineMap, fine_map
from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.progress import Cancelled
from proda_core.sources import example
from proda_core.vocabulary.parameters import PRIORS

PRIOR = PRIORS["proda"]


@dataclass(frozen=True)
class Warmth:
    """A network that says more of every parameter where it is warmer."""

    prior = PRIOR

    def unit(self, covariates: Covariates) -> np.ndarray:
        warm = 0.5 + 0.02 * (covariates.ds["BIO1"].values - 7.0)
        return np.repeat(np.clip(warm, 0.05, 0.95)[:, None], 21, axis=1)


@pytest.fixture(scope="module")
def study():
    return example.load()


def mapped(study, resolution: float, parameters: bool = True) -> FineMap:
    grid = fine_grid(study.cells_forcing, resolution)
    return FineMap(Warmth(), Interpolated(study.cells_covariates), study.cells_forcing, grid, parameters)


def test_a_resolution_divides_half_a_degree_and_bounds_choose_cells(study):
    grid = fine_grid(study.cells_forcing, 0.0083333)
    assert grid.parts == 60 and grid.land == 3600 * len(study.cells_forcing)
    with pytest.raises(InputError, match="even part of it, such as 0.1, found 0.3"):
        fine_grid(study.cells_forcing, 0.3)
    lon, lat = study.cells_forcing.ds["lon"].values, study.cells_forcing.ds["lat"].values
    one = fine_grid(study.cells_forcing, 0.1, (lon[0] - 0.2, lat[0] - 0.2, lon[0] + 0.2, lat[0] + 0.2))
    assert one.land == 25 and one.number.tolist() == [[0]]
    with pytest.raises(InputError, match="expected a cell of the study within"):
        fine_grid(study.cells_forcing, 0.1, (0.0, 0.0, 1.0, 1.0))


def test_every_pixel_lies_in_its_half_degree_cell(study):
    grid = fine_grid(study.cells_forcing, 0.1)
    whole = Tile(slice(0, grid.shape[0]), slice(0, grid.shape[1]))
    number = grid.cells(whole)
    rows, columns = np.nonzero(number >= 0)
    cell = number[rows, columns]
    assert (np.abs(grid.lon[columns] - study.cells_forcing.ds["lon"].values[cell]) < 0.25).all()
    assert (np.abs(grid.lat[rows] - study.cells_forcing.ds["lat"].values[cell]) < 0.25).all()


def test_tiles_hold_every_pixel_once(study):
    grid = fine_grid(study.cells_forcing, 0.1)
    assert sum(int((grid.cells(tile) >= 0).sum()) for tile in grid.tiles(7)) == grid.land


def test_at_half_a_degree_the_fine_map_is_the_map_of_the_cells(study, tmp_path):
    path = fine_map(mapped(study, 0.5), tmp_path, asked={}, workers=1)
    unit = Warmth().unit(study.cells_covariates)
    coords = {"site": study.cells_forcing.sites, "parameter": list(PRIOR.names)}
    there = xr.DataArray(PRIOR.to_physical(unit), dims=("site", "parameter"), coords=coords)
    expected = carbon_map({"it": there}, study.cells_forcing).ds["stock"].sel(product="it")
    place = study.cells_forcing.ds
    with xr.open_zarr(path) as ds:
        points = {axis: xr.DataArray(place[axis].values, dims="cell") for axis in ("lat", "lon")}
        found = ds["stock"].sel(points, method="nearest", tolerance=1e-6)
        np.testing.assert_allclose(found.values, expected.values, rtol=1e-5)


def test_between_cells_a_covariate_is_linear_and_a_category_that_of_its_cell(study):
    cells = study.cells_covariates.ds.copy()
    slope = 3.0 * study.cells_forcing.ds["lon"].values - study.cells_forcing.ds["lat"].values
    cells["BIO1"] = ("site", slope, cells["BIO1"].attrs)
    grid = fine_grid(study.cells_forcing, 0.1)
    tile = Tile(slice(0, grid.shape[0]), slice(0, grid.shape[1]))
    found = Interpolated(Covariates(cells)).of(grid, tile)
    number = grid.cells(tile)
    rows, columns = np.nonzero(number >= 0)
    away = np.abs(found.ds["BIO1"].values - (3.0 * grid.lon[columns] - grid.lat[rows]))
    assert np.median(away) < 1e-9  # exact but along the edge of the land
    assert away.max() < 3 * 0.25 + 0.25 + 1e-9
    np.testing.assert_array_equal(found.ds["Lon"], grid.lon[columns])
    cover = study.cells_covariates.ds["ESA_Land_Cover"].values
    np.testing.assert_array_equal(found.ds["ESA_Land_Cover"], cover[number[rows, columns]])


def test_a_map_that_was_stopped_goes_on_to_the_same_numbers_and_says_it_is_made_up(study, tmp_path):
    told: list = []
    with pytest.raises(Cancelled, match="resumes"):
        fine_map(
            *(mapped(study, 0.1), tmp_path / "one"),
            **{"asked": {"product": "proda"}, "workers": 1, "side": 8, "on_progress": told.append},
            should_stop=lambda: len(told) >= 2,
        )
    done = len(list((tmp_path / "one" / "tiles.done").iterdir()))
    assert 0 < done < len(mapped(study, 0.1).grid.tiles(8)) and told[-1].done == done
    one = fine_map(mapped(study, 0.1), tmp_path / "one", asked={"product": "proda"}, side=8)
    two = fine_map(mapped(study, 0.1), tmp_path / "two", asked={"product": "proda"}, side=8)
    with xr.open_zarr(one) as first, xr.open_zarr(two) as second:
        assert first.load().identical(second.load())
        assert first.attrs["covariates"] == SYNTHETIC
        assert int(first["stock"].isel(interval=0).notnull().sum()) == mapped(study, 0.1).grid.land
    with pytest.raises(InputError, match="expected an empty directory or the same map, found other product"):
        fine_map(mapped(study, 0.1), tmp_path / "one", asked={"product": "other"}, side=8)


def test_the_geotiff_is_cloud_optimised_and_holds_the_same_numbers(study, tmp_path):
    store = fine_map(mapped(study, 1 / 120, parameters=False), tmp_path, asked={})
    path = write_cog(store, "stock", tmp_path / "stock.tif")
    assert [p.name for p in tmp_path.glob("*.tif")] == ["stock.tif"]
    with rasterio.open(path) as file, xr.open_zarr(store) as ds:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG" and file.overviews(1)
        assert file.descriptions[:2] == ("0-30", "0-100") and np.isnan(file.nodata)
        np.testing.assert_array_equal(file.read(1), ds["stock"].isel(interval=0).values)
        row, column = np.argwhere(np.isfinite(file.read(1)))[0]
        lon, lat = file.xy(row, column)
        np.testing.assert_allclose([lon, lat], [ds["lon"][column], ds["lat"][row]])
        assert file.tags()["covariates"] == SYNTHETIC and file.tags()["units"] == "kgC m-2"


def test_gridded_covariates_are_read_where_the_pixels_are_and_missing_ones_named(study, tmp_path):
    cells = study.cells_covariates
    lat, lon = np.arange(38.0, 50.0, 0.1), np.arange(-100.0, -70.0, 0.1)
    shape = (len(lat), len(lon))
    fields = {name: (("lat", "lon"), np.full(shape, float(cells.ds[name][0]))) for name in cells.names}
    fields["BIO1"] = (("lat", "lon"), np.broadcast_to(lat[:, None] - 30, shape))
    fields["ESA_Land_Cover"] = (("lat", "lon"), np.full(shape, 999.0))
    ds = xr.Dataset({k: v for k, v in fields.items() if k not in ("Lon", "Lat")}, {"lat": lat, "lon": lon})
    ds.to_netcdf(tmp_path / "fine.nc", engine="h5netcdf")
    grid = fine_grid(study.cells_forcing, 0.1)
    (tile, *_) = grid.tiles(16)
    found = open_gridded(tmp_path / "fine.nc", cells).of(grid, tile)
    assert (np.abs(found.ds["BIO1"] + 30 - found.ds["Lat"]) <= 0.0501).all()
    assert (found.ds["ESA_Land_Cover"] == -1).all()  # a code of no legend is unknown
    ds.drop_vars("BIO1").to_netcdf(tmp_path / "less.nc", engine="h5netcdf")
    with pytest.raises(InputError, match="missing BIO1"):
        open_gridded(tmp_path / "less.nc", cells)


def test_a_cell_without_forcing_stays_empty(study, tmp_path):
    ds = study.cells_forcing.ds.copy(deep=True)
    ds["soil_temperature"][3] = np.nan
    grid = fine_grid(study.cells_forcing, 0.25)
    one = FineMap(Warmth(), Interpolated(study.cells_covariates), Forcing(ds), grid, parameters=False)
    path = fine_map(one, tmp_path, asked={})
    with xr.open_zarr(path) as found:
        assert int(found["stock"].isel(interval=0).notnull().sum()) == grid.land - 4
