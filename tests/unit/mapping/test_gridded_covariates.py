"""Gridded covariates for a finer map: longitudes, extent, units and names of other people's files."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.commands.map import report_coverage
from proda_core.mapping.fine_covariates import known_sites
from proda_core.mapping.fine_grid import FineGrid, Tile, fine_grid
from proda_core.mapping.gridded_covariates import open_gridded
from proda_core.mapping.tiles import FineMap
from proda_core.records.checks import InputError
from proda_core.sources import example
from proda_core.sources.covariate_table import covariates_from
from tests.unit.mapping.test_tiles import Warmth


@pytest.fixture(scope="module")
def study():
    return example.load()


@pytest.fixture(scope="module")
def cells(study):
    return study.cells_covariates


def gridded(cells, west: float = -110.0, east: float = -60.0) -> xr.Dataset:
    """Every covariate of the first cell; BIO1 is half the latitude, which shows where a pixel was read."""
    lat, lon = np.arange(20.05, 60.0, 0.1), np.arange(west + 0.05, east, 0.1)
    shape = (len(lat), len(lon))
    names = [name for name in cells.names if name not in ("Lon", "Lat")]
    fields = {name: (("lat", "lon"), np.full(shape, float(cells.ds[name][0]))) for name in names}
    fields["BIO1"] = (("lat", "lon"), np.broadcast_to(lat[:, None] / 2, shape).copy())
    return xr.Dataset(fields, {"lat": lat, "lon": lon})


def values(ds: xr.Dataset, study, path) -> xr.Dataset:
    ds.to_netcdf(path, engine="h5netcdf")
    grid = fine_grid(study.cells_forcing, 0.1)
    whole = Tile(slice(0, grid.shape[0]), slice(0, grid.shape[1]))
    return open_gridded(path, study.cells_covariates).of(grid, whole).ds


@pytest.mark.parametrize("form", ["plain", "0 to 360", "kelvin", "other names", "north up"])
def test_the_same_content_in_any_form_gives_the_same_covariates(study, cells, tmp_path, form) -> None:
    ds = gridded(cells)
    if form == "0 to 360":
        ds = ds.assign_coords(lon=ds["lon"] + 360.0)
    if form == "kelvin":
        ds["BIO1"] = (ds["BIO1"] + 273.15).assign_attrs(units="K")
    if form == "other names":
        ds = ds.rename(lat="Latitude", lon="Longitude")
    if form == "north up":
        ds = ds.isel(lat=slice(None, None, -1))
    found = values(ds, study, tmp_path / "fine.nc")
    np.testing.assert_allclose(found["BIO1"] * 2, found["Lat"], atol=0.051)
    assert found["BIO2"].notnull().all()


def test_a_pixel_outside_the_file_has_no_value_and_no_carbon(study, cells, tmp_path) -> None:
    east = float(np.median(cells.ds["Lon"]))
    found = values(gridded(cells, east=east), study, tmp_path / "fine.nc")
    inside = found["Lon"] < east
    assert 0 < int(inside.sum()) < inside.size
    assert (found["BIO1"].notnull() == inside).all() and (found["ESA_Land_Cover"][~inside] == -1).all()
    grid = fine_grid(study.cells_forcing, 0.1)
    whole = Tile(slice(0, grid.shape[0]), slice(0, grid.shape[1]))
    fine = open_gridded(tmp_path / "fine.nc", cells)
    assert fine.covered(grid) == int(inside.sum()) == int(known_sites(fine.of(grid, whole)).sum())
    mapped = FineMap(Warmth(), fine, study.cells_forcing, grid)
    ds = mapped.of(whole, mapped.columns())
    assert int(ds["stock"][0].notnull().sum()) == int(inside.sum())
    assert int(ds["parameter_mean"][0].notnull().sum()) == int(inside.sum())


def test_a_gap_between_the_longitudes_of_a_file_has_no_values(study, cells, tmp_path) -> None:
    """Expected: where the middle third of the columns is cut out, pixels there are missing."""
    lon = cells.ds["Lon"].values
    low, high = np.quantile(lon, [0.3, 0.7])
    ds = gridded(cells)
    found = values(ds.sel(lon=(ds["lon"] < low) | (ds["lon"] > high)), study, tmp_path / "fine.nc")
    gap = (found["Lon"] > low + 0.1) & (found["Lon"] < high - 0.1)
    assert bool(gap.any()) and found["BIO1"][gap].isnull().all() and found["BIO1"][~gap].notnull().any()


@pytest.mark.parametrize(
    ("name", "factor", "offset", "units", "match"),
    [
        ("BIO1", 1.0, 273.15, None, "BIO1: expected -60 to 40 degC, found a median of"),
        ("BIO1", 1.0, 0.0, "mm", "BIO1: expected units that convert to degC, found 'mm'"),
        ("Elevation", 0.0, -32768.0, None, "state its units and its missing value"),
    ],
)
def test_numbers_of_another_unit_are_refused(study, cells, tmp_path, name, factor, offset, units, match):
    ds = gridded(cells)
    ds[name] = (ds[name] * factor + offset).assign_attrs({"units": units} if units else {})
    with pytest.raises(InputError, match=match):
        values(ds, study, tmp_path / "fine.nc")


def test_a_curvilinear_file_and_a_missing_file_are_refused(study, cells, tmp_path) -> None:
    ds = gridded(cells).rename(lat="y", lon="x").drop_vars(["y", "x"])
    shape = (ds.sizes["y"], ds.sizes["x"])
    ds = ds.assign_coords(lat=(("y", "x"), np.zeros(shape)), lon=(("y", "x"), np.zeros(shape)))
    with pytest.raises(InputError, match="expected a grid of two or more latitudes"):
        values(ds, study, tmp_path / "fine.nc")
    with pytest.raises(InputError, match="found no such file"):
        open_gridded(tmp_path / "none.nc", cells)


@pytest.mark.parametrize("name", ["fine_kelvin", "fine_names"])
def test_files_of_others_are_read_by_their_units_and_names(strangers_data, name) -> None:
    """Expected: the temperatures of both files, one of them in kelvin, are those of Minnesota."""
    path = strangers_data / f"{name}.nc"
    with xr.open_dataset(path) as ds:
        names = [str(n) for n in ds.data_vars]
        values = np.array([[float(np.asarray(ds[n]).ravel()[0]) for n in names]])
    wanted, _ = covariates_from(values, names, np.array([0]))
    number = np.arange(20).reshape(4, 5)
    grid = FineGrid(number, west=-96.0, north=46.5, parts=5)
    found = open_gridded(path, wanted).of(grid, Tile(slice(0, 20), slice(0, 25))).ds["BIO1"]
    assert 0 < float(found.mean()) < 12 and bool(found.notnull().all())


def test_pixels_outside_the_file_are_counted_and_a_file_of_another_place_is_refused(
    study, cells, tmp_path, capsys
) -> None:
    grid, path = fine_grid(study.cells_forcing, 0.1), tmp_path / "fine.nc"
    gridded(cells, east=float(np.median(cells.ds["Lon"]))).to_netcdf(path, engine="h5netcdf")
    fine = open_gridded(path, cells)
    report_coverage(fine, grid, path)
    said = f"{grid.land - fine.covered(grid):,} of {grid.land:,} pixels are outside fine.nc and stay empty"
    assert said in " ".join(capsys.readouterr().err.split())
    elsewhere = tmp_path / "elsewhere.nc"
    gridded(cells, west=0.0, east=20.0).to_netcdf(elsewhere, engine="h5netcdf")
    with pytest.raises(InputError, match="found 0.05 to 19.95 east"):
        report_coverage(open_gridded(elsewhere, cells), grid, elsewhere)
