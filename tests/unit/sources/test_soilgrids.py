from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio.shutil
from pyproj import Transformer

from proda_core.records.checks import InputError
from proda_core.sources import soilgrids
from proda_core.sources.spherical_grid import regular
from tests.unit.sources.formats import HOMOLOSINE, write_tiff

GRID = regular(0.5, (-80, 41.5, -79.5, 42))
LAYERS_T_PER_HA = (20, 30, 25, 30, 20, 25)  # sd1..sd6
NODATA = -32768


def write_2017(directory: Path, resolution: str = "250m") -> Path:
    for i, stock in enumerate(LAYERS_T_PER_HA, start=1):
        values = np.full((4, 4), stock, "int16")
        values[0, 0] = NODATA
        if i == 5:
            values[3, 3] = NODATA
        write_tiff(directory / f"OCSTHA_M_sd{i}_{resolution}_ll.tif", values, step=0.125, nodata=NODATA)
    return directory


@pytest.mark.parametrize("resolution", ["250m", "10km"])
def test_layers_of_2017_add_up_in_tonnes_per_hectare(tmp_path: Path, resolution: str) -> None:
    """Expected: (20+30+25) x 0.1 = 7.5 kg m-2 to 30 cm, 12.5 to 1 m, 15 to 2 m."""
    product = soilgrids.load(write_2017(tmp_path, resolution), grid=GRID)
    np.testing.assert_allclose(product.ds["stock"].values[:, 0, 0], [7.5, 12.5, 15.0])
    assert product.ds.attrs["version"].startswith("2017")


def test_a_gap_in_one_layer_is_a_gap_in_the_sum_and_not_a_thinner_soil(tmp_path: Path) -> None:
    """The mask has to act before layers are summed: 15 of 16 pixels to 30 cm, 14 of 16 below."""
    product = soilgrids.load(write_2017(tmp_path), grid=GRID)
    found = product.ds["valid_fraction"].values[:, 0, 0]
    np.testing.assert_allclose(found, [15 / 16, 14 / 16, 14 / 16], rtol=1e-3)


def test_ready_sums_of_2017_are_taken_as_they_are(tmp_path: Path) -> None:
    for name, stock in (("30cm", 75), ("100cm", 125), ("200cm", 150)):
        values = np.full((4, 4), stock, "int16")
        write_tiff(tmp_path / f"OCSTHA_M_{name}_250m_ll.tif", values, step=0.125, nodata=NODATA)
    stock = soilgrids.load(tmp_path, grid=GRID).ds["stock"]
    np.testing.assert_allclose(stock.values[:, 0, 0], [7.5, 12.5, 15.0])


@pytest.fixture
def version_2020(tmp_path: Path) -> Path:
    """Densities of 300, 250, 200, 100, 50, 20 hg m-3 and 70 t ha-1 to 30 cm, 5 km Homolosine pixels."""
    forward = Transformer.from_crs("EPSG:4326", HOMOLOSINE, always_xy=True)
    x, y = forward.transform(-80.5, 42.5)
    names = [f"ocd_{top}-{bottom}cm_mean_5000.tif" for top, bottom in soilgrids.LAYERS]
    names.append("ocs_0-30cm_mean_5000.tif")
    for name, stored in zip(names, (300, 250, 200, 100, 50, 20, 70)):
        values = np.full((40, 40), stored, "int16")
        write_tiff(tmp_path / name, values, x, y, 5000.0, NODATA, HOMOLOSINE)
    return tmp_path


def test_densities_of_version_2_are_hectograms_and_weigh_by_thickness(version_2020: Path) -> None:
    """Expected: 30 x .05 + 25 x .1 + 20 x .15 = 7 kg m-2; + 10 x .3 + 5 x .4 = 12; + 2 x 1 = 14."""
    product = soilgrids.load(version_2020, grid=GRID)
    np.testing.assert_allclose(product.ds["stock"].values[:, 0, 0], [7.0, 12.0, 14.0])
    assert product.ds["valid_fraction"].values[0, 0, 0] == pytest.approx(1, abs=0.05)
    assert product.ds.attrs["version"].startswith("2.0")


def test_the_ready_map_of_the_first_30_cm_is_an_option(version_2020: Path) -> None:
    """Expected: 70 t ha-1 = 7 kg m-2, and the densities below."""
    product = soilgrids.load(version_2020, grid=GRID, surface="ocs")
    np.testing.assert_allclose(product.ds["stock"].values[:, 0, 0], [7.0, 12.0, 14.0])


def test_a_virtual_raster_serves_as_well(version_2020: Path, tmp_path: Path) -> None:
    """Expected: the provider's own layout, ocd_<depth>_mean.vrt beside its tiles, gives the same stocks."""
    expected = soilgrids.load(version_2020, grid=GRID).ds["stock"]
    for tile in list(version_2020.glob("ocd_*_mean_5000.tif")):
        name = tile.name.removesuffix("_5000.tif")
        (tmp_path / name).mkdir()
        moved = tile.rename(tmp_path / name / "tileSG-017-045_1-1.tif")
        rasterio.shutil.copy(moved, tmp_path / f"{name}.vrt", driver="VRT")
    np.testing.assert_allclose(soilgrids.load(tmp_path, grid=GRID).ds["stock"], expected)


def test_a_directory_without_soilgrids_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected OCSTHA_M_"):
        soilgrids.load(tmp_path)


def test_a_missing_layer_is_named(version_2020: Path) -> None:
    (version_2020 / "ocd_60-100cm_mean_5000.tif").unlink()
    with pytest.raises(InputError, match="ocd_60-100cm_mean"):
        soilgrids.load(version_2020)


@pytest.mark.parametrize("nodata", [0, 20])
def test_the_nodata_a_file_declares_is_never_a_stock(tmp_path: Path, nodata: int) -> None:
    """Expected: 12 pixels of 9 kg m-2 and 4 without data, whatever number marks them."""
    for i in range(1, 7):
        values = np.full((4, 4), 30, "int16")
        values[0] = nodata
        write_tiff(tmp_path / f"OCSTHA_M_sd{i}_10km_ll.tif", values, step=0.125, nodata=nodata)
    ds = soilgrids.load(tmp_path, grid=GRID).ds
    np.testing.assert_allclose(ds["stock"].values[:, 0, 0], [9.0, 15.0, 18.0])
    np.testing.assert_allclose(ds["valid_fraction"].values[:, 0, 0], 0.75, rtol=5e-3)
