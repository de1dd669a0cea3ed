"""Spin-up fields in MATLAB files: axis order, coordinates, forcing of the published study."""

from __future__ import annotations

from pathlib import Path

import h5py
import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.sources import cesm_spinup
from proda_core.sources.cesm_forcing import from_spinup
from proda_core.vocabulary.soil_layers import GRIDS
from tests.unit.sources.formats import SPINUP_CASE, write_spinup

WINDOW = (-80.0, 41.0, -78.0, 42.0)


def test_the_axes_of_matlab_are_turned_back(tmp_path: Path) -> None:
    """Expected: row 102 and column 160 of MATLAB's (384, 576) are latitude 41.953 and longitude -79.688."""
    write_spinup(tmp_path, "NPP", 0.0, patches=(((102, 160, slice(None)), np.arange(12)),))
    found = cesm_spinup.read(tmp_path, ["NPP"], bounds=WINDOW)["NPP"]
    assert found.dims == ("lat", "lon", "month")
    here = found.sel(lat=90 - 102.5 * 180 / 384, lon=-180 + 160.5 * 0.625, method="nearest")
    assert here.values.tolist() == list(range(12)) and float(found.sum()) == 66.0


def test_layers_stand_between_place_and_month(tmp_path: Path) -> None:
    patch = (slice(95, 110), slice(155, 165), slice(None), slice(None))
    stack = np.broadcast_to(np.arange(20.0)[:, None], (15, 10, 20, 12))
    write_spinup(tmp_path, "TSOI", 1.0, 20, patches=((patch, stack),))
    found = cesm_spinup.read(tmp_path, ["TSOI"], bounds=WINDOW)["TSOI"]
    assert found.dims == ("lat", "lon", "layer", "month")
    assert found.isel(lat=0, lon=0, month=3).values.tolist() == list(range(20))


def test_latitudes_run_north_to_south_and_the_ocean_is_a_gap(tmp_path: Path) -> None:
    write_spinup(tmp_path, "TOTSOMC", 9.0)
    found = cesm_spinup.read(tmp_path, ["TOTSOMC"], bounds=(-80, -2, -79, 2))["TOTSOMC"].isel(month=0)
    assert (np.diff(found["lat"]) < 0).all()
    assert (found.where(found["lat"] > 0, drop=True) == 9).all() and np.isnan(
        found.where(found["lat"] < 0)
    ).all()


def test_both_conventions_of_where_the_fields_lie_are_known() -> None:
    """Expected: CESM's f05 grid has the poles and -180 as centres; the study is half a cell east."""
    f05, published = (cesm_spinup.grid(name) for name in ("f05", "published"))
    assert f05.lat_edges[0] == 90 and f05.lon[0] == -180
    np.testing.assert_allclose(published.lon - f05.lon, 0.3125)
    np.testing.assert_allclose(np.diff(published.lat), -180 / 384)


def test_the_real_coasts_fit_the_f05_longitudes_better(real_data: Path) -> None:
    """Expected: ocean in the fields where the conterminous US has land, less of it on CESM's own grid."""
    from proda_core.sources import borders

    missed = {}
    for name in cesm_spinup.COORDINATES:
        ds = cesm_spinup.read(
            real_data / "cesm2_spinup", ["TOTSOMC"], coordinates=name, bounds=(-130, 23, -65, 51)
        )
        grid = cesm_spinup.from_centres(ds["lat"].values, ds["lon"].values)
        share = borders.area_fraction(borders.conterminous_us(), grid) * grid.cell_area
        missed[name] = share[np.isnan(ds["TOTSOMC"].isel(month=0).values)].sum()
    assert missed["f05"] < missed["published"]


def test_real_fields_have_the_ranges_of_their_kind(real_data: Path) -> None:
    names = ["NPP", "nbedrock", "ALTMAX", "ALTMAX_LASTYEAR", "O_SCALAR"]
    ds = cesm_spinup.read(real_data / "cesm2_spinup", names, bounds=(-130, 23, -65, 51))
    assert dict(ds.sizes) == {"lat": 60, "lon": 104, "month": 12, "layer": 20}
    assert set(np.unique(ds["nbedrock"].values[np.isfinite(ds["nbedrock"].values)])) <= set(range(6, 21))
    world = cesm_spinup.read(real_data / "cesm2_spinup", ["TOTSOMC"])["TOTSOMC"]
    assert float(world.max()) == pytest.approx(135691.6, rel=1e-6)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Every field a forcing needs, one value each; inputs 2 gC m-3 month-1 in the first metre."""
    for name, value in (
        ("TSOI", 285.0),
        ("W_SCALAR", 0.5),
        ("O_SCALAR", 1.0),
        ("FPI_vr", 0.9),
        ("CELLSAND", 40.0),
    ):
        write_spinup(tmp_path, name, value, 20)
    for name, value in (("ALTMAX", 42.0), ("ALTMAX_LASTYEAR", 41.0), ("nbedrock", 14.0)):
        write_spinup(tmp_path, name, value)
    for stream in ("CWD", "LITR1", "LITR2", "LITR3"):
        patch = (slice(95, 110), slice(155, 170), slice(0, 8), slice(None))
        write_spinup(tmp_path, f"{stream}_INPUT_ACC_VECTOR", 0.0, 20, patches=((patch, 2.0),))
    return tmp_path


def test_input_vectors_are_summed_over_depth_by_thickness(directory: Path) -> None:
    """Expected: 2 gC m-3 month-1 x the 0.92 m of the first eight layers, four streams, twelve months."""
    forcing, notes = from_spinup(
        directory, sites=np.array([0, 1]), lon=np.array([-79.0, -78.0]), lat=np.array([42.0, 41.0])
    )
    depth = GRIDS["clm5_20"].thickness[:8].sum()
    np.testing.assert_allclose(forcing.annual_input, 2 * depth * 48, rtol=1e-6)
    assert not notes and bool(forcing.complete.all())


def test_a_site_in_the_sea_has_incomplete_forcing(directory: Path) -> None:
    forcing, _ = from_spinup(
        directory, sites=np.array([0, 1]), lon=np.array([-79.0, -79.0]), lat=np.array([42.0, -42.0])
    )
    assert forcing.complete.values.tolist() == [True, False]


def test_a_missing_field_a_wrong_shape_and_a_cut_file_are_named(tmp_path: Path, directory: Path) -> None:
    with pytest.raises(InputError, match=f"{SPINUP_CASE}_GPP.mat"):
        cesm_spinup.read(directory, ["GPP"])
    with h5py.File(tmp_path / f"{SPINUP_CASE}_ALT.mat", "w") as file:
        file["var_record_monthly_mean"] = np.zeros((12, 4, 3))
    with pytest.raises(InputError, match=r"expected shape \(12, \[layer\], 576, 384\), found \(12, 4, 3\)"):
        cesm_spinup.read(tmp_path, ["ALT"])
    path = directory / f"{SPINUP_CASE}_TSOI.mat"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputError, match="unreadable or truncated"):
        cesm_spinup.read(directory, ["TSOI"])
