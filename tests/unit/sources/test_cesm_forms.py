"""History files of other programs: stamps, units, names, grids and layers, each with the same content."""

from __future__ import annotations

from pathlib import Path

import cftime
import netCDF4
import numpy as np
import pytest
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.sources import cesm
from proda_core.sources.cesm_forcing import from_history
from proda_core.sources.netcdf_files import opened
from proda_core.vocabulary.soil_layers import GRIDS
from tests.unit.sources.test_cesm import fields, history, write

POINT = {"sites": np.array([7]), "lon": np.array([-74.0]), "lat": np.array([41.0])}


def stamped(*, starts: bool, year: int = 2010) -> xr.Dataset:
    """Months without bounds, stamped at their start or end."""
    ds = history(year, bounds=False)
    if starts:
        encoding = dict(ds["time"].encoding)
        ds = ds.assign_coords(time=[cftime.DatetimeNoLeap(year, m, 1) for m in range(1, 13)])
        ds["time"].encoding.update(encoding)
    return ds


@pytest.mark.parametrize("starts", [True, False])
def test_a_stamp_at_the_start_of_a_month_is_not_the_month_before(tmp_path: Path, starts: bool) -> None:
    path = write(tmp_path / "h.nc", stamped(starts=starts))
    found = cesm.read_history(path, ["TSOI"])["TSOI"].sel(lat=40.0, lon=-90.0).isel(layer=0)
    np.testing.assert_allclose(found, 280 + np.arange(1, 13))


def test_stamps_that_can_be_start_or_end_are_asked_about(tmp_path: Path) -> None:
    """Expected: March to February is no series of whole years from January; the answer decides."""
    ends = [cftime.DatetimeNoLeap(2010 + m // 12, m % 12 + 1, 1) for m in range(3, 15)]
    ds = stamped(starts=False).assign_coords(time=ends)
    ds["time"].encoding.update(units="days since 2010-01-01", calendar="noleap")
    path = write(tmp_path / "h.nc", ds)
    with pytest.raises(InputError, match="stamps='start' or 'end'"):
        cesm.read_history(path, ["TSOI"])
    found = cesm.read_history(path, ["TSOI"], stamps="end")["TSOI"].sel(lat=40.0, lon=-90.0).isel(layer=0)
    assert float(found.sel(month=3)) == 281.0


@pytest.mark.parametrize(("unit", "factor"), [("kg m-2 s-1", 1e-3), ("gC/m^2/yr", 365 * 86400.0)])
def test_the_unit_of_a_flux_is_that_of_the_file(tmp_path: Path, unit: str, factor: float) -> None:
    """Expected: 1e-5 gC m-2 s-1 x 365 x 86400 s = 315.36 gC m-2 yr-1."""
    ds = history(2010)
    ds["NPP"] = (ds["NPP"] * factor).assign_attrs(units=unit)
    found = cesm.annual_sum(cesm.read_history(write(tmp_path / "h.nc", ds), ["NPP"])["NPP"])
    np.testing.assert_allclose(found, 315.36)


@pytest.mark.parametrize("unit", ["", "mm", "kgCO2 m-2 s-1", "parsecs per fortnight"])
def test_a_unit_that_is_missing_or_of_something_else_is_refused(tmp_path: Path, unit: str) -> None:
    ds = history(2010)
    ds["NPP"].attrs = {"units": unit} if unit else {}
    with pytest.raises(InputError, match="NPP: expected"):
        cesm.read_history(write(tmp_path / "h.nc", ds), ["NPP"])


def test_coordinates_are_found_under_other_names(tmp_path: Path) -> None:
    ds = history(2010).rename(lat="latitude", lon="longitude")
    found = cesm.read_history(write(tmp_path / "h.nc", ds), ["TSOI"])
    assert found["lon"].values.tolist() == [-90.0, -75.0, 0.0, 90.0] and found["TSOI"].dims[0] == "lat"


@pytest.mark.parametrize("curvilinear", [True, False])
def test_unstructured_and_curvilinear_grids_give_the_nearest_cell(tmp_path: Path, curvilinear: bool) -> None:
    ds = history(2010).drop_vars("levgrnd")
    lat, lon = np.meshgrid(ds["lat"], ds["lon"], indexing="ij")
    ds["TSOI"][:, :, 2, 3] = 290.0
    ds = ds.drop_vars(["lat", "lon"]).rename(lat="y", lon="x")
    ds = ds.assign_coords(lat=(("y", "x"), lat), lon=(("y", "x"), lon))
    if not curvilinear:
        ds = ds.stack(lndgrid=("y", "x"), create_index=False)
    found = cesm.read_history(write(tmp_path / "h.nc", ds), ["TSOI", "NPP", "nbedrock"])
    assert found["TSOI"].dims == ("cell", "layer", "month") and found.sizes["cell"] == 12
    at = found["TSOI"].where((found["lon"] == -75) & (found["lat"] == 40), drop=True)
    assert at.size == 25 * 12 and bool((at == 290.0).all())


def test_layers_of_another_column_are_refused() -> None:
    ds = fields().assign_coords(depth=("layer", GRIDS["clm45_10"].node[0] * np.arange(1.0, 26.0)))
    with pytest.raises(InputError, match="expected the layers of clm5_20, at 0.01, 0.04"):
        from_history(ds, **POINT)


def test_a_point_far_from_the_grid_has_no_forcing_and_a_note() -> None:
    """Expected: 40 S 150 E is 5,000 km from 30 S 90 E, whose neighbours are 3,300 km away."""
    two = {"sites": np.array([7, 8]), "lon": np.array([-74.0, 150.0]), "lat": np.array([41.0, -40.0])}
    forcing, notes = from_history(fields(), **two)
    assert forcing.complete.values.tolist() == [True, False]
    assert notes[0].site == 8 and "outside the grid" in notes[0].reason and "km from" in notes[0].found
    with pytest.raises(InputError, match="within 10 km of a cell"):
        from_history(fields(), **POINT, max_distance=10.0)


@pytest.mark.parametrize("form", ["NETCDF3_CLASSIC", "NETCDF3_64BIT_OFFSET", "NETCDF3_64BIT_DATA", "NETCDF4"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_truncated_file_of_any_format_is_refused(tmp_path: Path, form: str, share: float) -> None:
    path = tmp_path / "h.nc"
    with netCDF4.Dataset(path, "w", format=form) as ds:
        ds.createDimension("time", None)
        ds.createDimension("x", 50)
        ds.createVariable("x", "f8", ("x",))[:] = np.arange(50.0)
        for name in ("a", "b"):
            ds.createVariable(name, "f4", ("time", "x"))[:] = np.ones((9, 50))
    with opened(path) as whole:
        assert float(whole["b"].sum()) == 450.0
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(InputError, match=r"truncated|shorter|cut off"), opened(path) as cut:
        cut.load()


def test_a_git_lfs_pointer_is_called_that(tmp_path: Path) -> None:
    path = tmp_path / "h.nc"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1234567\n")
    with pytest.raises(InputError, match="Git LFS pointer of a file of 1,234,567 bytes"), opened(path):
        pass
