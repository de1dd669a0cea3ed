"""CLM history files: coordinates from the file, fills, the month a mean belongs to."""

from __future__ import annotations

from pathlib import Path

import cftime
import numpy as np
import pytest
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.sources import cesm
from proda_core.sources.cesm_forcing import from_history, split_npp

LAT, LON = np.array([-30.0, 0.0, 40.0]), np.array([0.0, 90.0, 270.0, 285.0])
FILL = 1e36


def history(year: int, offset: float = 0.0, bounds: bool = True) -> xr.Dataset:
    """Twelve months; TSOI is 280 + month, the value of the month that ENDS at the time stamp."""
    ends = [cftime.DatetimeNoLeap(year + m // 12, m % 12 + 1, 1) for m in range(1, 13)]
    starts = [cftime.DatetimeNoLeap(year, m, 1) for m in range(1, 13)]
    month = np.arange(1.0, 13.0)
    column = np.broadcast_to((280 + month + offset)[:, None, None, None], (12, 25, 3, 4)).copy()
    column[:, :, 0] = FILL
    surface = np.broadcast_to((1e-5 + 0 * month)[:, None, None], (12, 3, 4)).copy()
    ds = xr.Dataset(
        {
            "TSOI": (("time", "levgrnd", "lat", "lon"), column.astype("float32"), {"units": "K"}),
            "NPP": (("time", "lat", "lon"), surface, {"units": "gC/m^2/s"}),
            "nbedrock": (("lat", "lon"), np.full((3, 4), 12.0)),
        },
        coords={"time": ends, "lat": LAT, "lon": LON, "levgrnd": np.arange(25.0)},
    )
    ds["time"].encoding.update(units=f"days since {year}-01-01", calendar="noleap")
    if bounds:
        ds["time_bounds"] = (("time", "hist_interval"), np.stack([starts, ends], axis=1))
        ds["time"].attrs["bounds"] = "time_bounds"
    ds["TSOI"].encoding["_FillValue"] = None
    return ds


def write(path: Path, ds: xr.Dataset, **options) -> Path:
    ds.to_netcdf(path, engine="netcdf4", **options)
    return path


@pytest.mark.parametrize("bounds", [True, False])
def test_a_mean_belongs_to_the_month_before_its_time_stamp(tmp_path: Path, bounds: bool) -> None:
    path = write(tmp_path / "h.nc", history(2010, bounds=bounds))
    found = cesm.read_history(path, ["TSOI"])["TSOI"].sel(lat=40.0, lon=-90.0).isel(layer=0)
    np.testing.assert_allclose(found, 280 + np.arange(1, 13))


def test_years_are_averaged_month_by_month(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{y}.nc", history(y, offset)) for y, offset in ((2010, 0.0), (2011, 2.0))]
    found = cesm.read_history(paths, ["TSOI"])["TSOI"].sel(lat=40.0, lon=-90.0).isel(layer=0)
    np.testing.assert_allclose(found, 281 + np.arange(1, 13))


def test_coordinates_come_from_the_file_and_are_turned(tmp_path: Path) -> None:
    found = cesm.read_history(write(tmp_path / "h.nc", history(2010)), ["TSOI", "nbedrock"])
    assert found["lon"].values.tolist() == [-90.0, -75.0, 0.0, 90.0]
    assert found["lat"].values.tolist() == [40.0, 0.0, -30.0]
    assert found["TSOI"].dims == ("lat", "lon", "layer", "month") and found["nbedrock"].dims == ("lat", "lon")


def test_1e36_is_a_gap_even_where_the_file_does_not_say_so(tmp_path: Path) -> None:
    found = cesm.read_history(write(tmp_path / "h.nc", history(2010)), ["TSOI"])["TSOI"]
    assert np.isnan(found.sel(lat=-30.0)).all() and np.isfinite(found.sel(lat=[0.0, 40.0])).all()


def test_a_flux_becomes_a_year_by_the_length_of_each_month(tmp_path: Path) -> None:
    """Expected: 1e-5 gC m-2 s-1 x 365 x 86400 s = 315.36 gC m-2 yr-1."""
    found = cesm.annual_sum(cesm.read_history(write(tmp_path / "h.nc", history(2010)), ["NPP"])["NPP"])
    np.testing.assert_allclose(found, 315.36)


def test_half_a_year_is_not_a_mean_year(tmp_path: Path) -> None:
    path = write(tmp_path / "h.nc", history(2010).isel(time=slice(0, 6)))
    with pytest.raises(InputError, match="expected all 12 months, found 1, 2, 3, 4, 5, 6"):
        cesm.read_history(path, ["TSOI"])


def test_a_missing_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no SOILPSI"):
        cesm.read_history(write(tmp_path / "h.nc", history(2010)), ["TSOI", "SOILPSI"])


@pytest.mark.parametrize("kind", ["NETCDF3_64BIT", "NETCDF4"])
def test_a_truncated_file_is_named(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path / "h.nc", history(2010), format=kind)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(InputError, match=r"truncated|shorter"):
        cesm.read_history(path, ["TSOI", "NPP"])


def fields() -> xr.Dataset:
    """A mean year of everything a forcing needs, on LAT x LON, by CLM's names."""
    shape = (3, 4, 25, 12)
    data = {name: (("lat", "lon", "layer", "month"), np.full(shape, value)) for name, value in (
        ("TSOI", 285.0), ("SOILPSI", -0.5), ("O_SCALAR", 1.0), ("FPI_vr", 1.0 + 1e-7), ("CELLSAND", 40.0)
    )}  # fmt: skip
    for name, value in (("ALTMAX", 42.0), ("ALTMAX_LASTYEAR", 42.0), ("NPP", 1e-5)):
        data[name] = (("lat", "lon", "month"), np.full((3, 4, 12), value))
    data["nbedrock"] = (("lat", "lon"), np.full((3, 4), 25.0))
    ds = xr.Dataset(data, coords={"lat": LAT, "lon": (LON + 180) % 360 - 180})
    ds["TSOI"][2, 3] = 290.0
    return ds


@pytest.mark.parametrize("grid", ["clm5_20", "clm45_10"])
def test_forcing_comes_from_the_nearest_cell_and_npp_is_split(grid: str) -> None:
    """Expected: the cell at 40 N, 75 W; NPP 315.36 gC m-2 yr-1 in four streams; bedrock within the column."""
    forcing, notes = from_history(
        fields(), sites=np.array([7]), lon=np.array([-74.0]), lat=np.array([41.0]), grid=grid
    )
    assert not notes and bool(forcing.complete.all()) and forcing.sites.tolist() == [7]
    assert (forcing.ds["soil_temperature"].values == 290.0).all()
    assert float(forcing.annual_input[0]) == pytest.approx(315.36)
    assert (forcing.ds["nbedrock"].values == forcing.grid.size).all()
    assert (forcing.ds["nitrogen_scalar"].values == 1.0).all()


def test_values_that_cannot_be_are_taken_as_missing_and_told() -> None:
    ds = fields()
    ds["O_SCALAR"][2, 3, 4, 5] = 1.7
    forcing, notes = from_history(ds, sites=np.array([3]), lon=np.array([-75.0]), lat=np.array([40.0]))
    assert not forcing.complete.any()
    assert [(n.site, n.found) for n in notes] == [(3, "oxygen_scalar 1.7")]


def test_negative_npp_feeds_nothing() -> None:
    assert (split_npp(np.array([-50.0]), np.array([0.2])) == 0).all()
