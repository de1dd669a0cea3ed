"""Covariates from rasters: fills per file, numbers averaged, codes counted, names not confused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio

from proda_core.records.checks import InputError
from proda_core.sources import covariate_rasters
from proda_core.sources.spherical_grid import regular
from tests.unit.sources.formats import write_tiff

GRID = regular(0.5, (-80, 41.5, -79, 42))
LEFT, RIGHT = (np.array([0]), np.array([0])), (np.array([0]), np.array([1]))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Two cells of 4 x 4 pixels: left ordinary, right half without data."""

    def write(name: str, left: float, dtype: str, nodata: float, other: float | None = None) -> None:
        values = np.full((4, 8), left, dtype)
        values[:, 4:6] = nodata
        if other is not None:
            values[0, 0] = other
        write_tiff(tmp_path / name, values, step=0.125, nodata=nodata)

    write("wc2.1_30s_bio_1.tif", 8.5, "float32", -3.4e38)
    write("wc2.1_30s_bio_12.tif", 1100, "int16", -32768, other=1100)
    write("wc2.1_30s_elev.tif", 350, "int16", -32768)
    write("BLDFIE_M_sl1_250m_ll.tif", 1300, "int16", -32768)
    write("BLDFIE_M_sl4_250m_ll.tif", 1400, "int16", -32768)
    write("CLYPPT_M_sl6_250m_ll.tif", 20, "uint8", 255)
    write("TEXMHT_M_sl1_250m_ll.tif", 6, "uint8", 255, other=9)
    write("ESACCI-LC-L4-LCCS-Map-300m-P1Y-2010-v2.0.7.tif", 61, "uint8", 0, other=130)
    write("Beck_KG_V1_present_0p0083.tif", 26, "uint8", 0)
    return tmp_path


def test_rasters_are_found_by_the_names_of_their_providers(directory: Path) -> None:
    names = covariate_rasters.available(directory)
    assert names == (
        "ESA_Land_Cover", "BIO1", "BIO12", "Bulk_Density_0cm", "Bulk_Density_30cm", "Clay_Content_100cm",
        "Texture_USDA_0cm", "Elevation", "Koppen_Climate_2018",
    )  # fmt: skip


def test_sites_take_the_pixel_they_lie_in(directory: Path) -> None:
    """Expected: BIO1 is not BIO12, land cover 61 is class 6, and the place is the site's own."""
    found, _ = covariate_rasters.at_sites(directory, np.array([5]), np.array([-79.7]), np.array([41.7]))
    row = found.to_frame().loc[5].to_dict()
    assert row["BIO1"] == 8.5 and row["BIO12"] == 1100 and row["ESA_Land_Cover"] == 6
    assert row["Lon"] == -79.7 and row["Bulk_Density_30cm"] == 1400 and row["Texture_USDA_0cm"] == 6
    assert found.ds["BIO1"].attrs["units"] == "degC"


def test_a_site_without_data_is_unknown_and_not_a_fill_value(directory: Path) -> None:
    found, notes = covariate_rasters.at_sites(directory, np.array([5]), np.array([-79.4]), np.array([41.7]))
    row = found.to_frame().loc[5]
    assert np.isnan(row["BIO1"]) and np.isnan(row["Elevation"]) and row["Koppen_Climate_2018"] == -1
    assert notes[0].reason == "covariates missing"


def test_cells_average_numbers_and_count_codes(directory: Path) -> None:
    """Expected: one pixel of 16 differs: the code stays 6 and class 6, never 6.2 or 7."""
    found, _ = covariate_rasters.on_cells(directory, GRID, *LEFT)
    row = found.to_frame().iloc[0]
    assert row["Texture_USDA_0cm"] == 6 and row["ESA_Land_Cover"] == 6
    assert row["BIO12"] == pytest.approx(1100) and row["Lat"] == 41.75


def test_cells_leave_pixels_without_data_out_of_the_mean(directory: Path) -> None:
    found, _ = covariate_rasters.on_cells(directory, GRID, *RIGHT)
    row = found.to_frame().iloc[0]
    assert row["Clay_Content_100cm"] == pytest.approx(20) and row["Elevation"] == pytest.approx(350)
    assert row["Koppen_Climate_2018"] == 26


def test_a_raster_that_is_not_there_is_named(directory: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found none of BIO2"):
        covariate_rasters.at_sites(
            directory, np.array([0]), np.array([-79.7]), np.array([41.7]), ["BIO1", "BIO2"]
        )
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="expected rasters of covariates"):
        covariate_rasters.at_sites(tmp_path / "empty", np.array([0]), np.array([-79.7]), np.array([41.7]))


@pytest.mark.parametrize("name", ["wc2.1_30s_elev.tif", "wc2.1_30s_bio_1.tif"])
def test_a_raster_without_nodata_has_no_values_outside_itself(tmp_path: Path, name: str) -> None:
    """Expected: 0 m and 0 degC are numbers of a place; outside the raster there is none."""
    write_tiff(tmp_path / name, np.full((4, 8), 8, "int16"), step=0.125, nodata=None)
    found, notes = covariate_rasters.at_sites(
        tmp_path, np.array([0, 1]), np.array([-79.7, 10.0]), np.array([41.7, 50.0])
    )
    values = found.to_frame().drop(columns=["Lon", "Lat"]).iloc[:, 0]
    assert values[0] == 8 and np.isnan(values[1]) and notes[0].site == 1


def test_the_scale_and_offset_a_raster_declares_are_applied(tmp_path: Path) -> None:
    values = np.full((4, 8), 85, "int16")
    path = write_tiff(tmp_path / "wc2.1_30s_bio_1.tif", values, step=0.125, nodata=-9999)
    with rasterio.open(path, "r+") as file:
        file.scales, file.offsets = (0.1,), (1.0,)
    found, _ = covariate_rasters.at_sites(tmp_path, np.array([5]), np.array([-79.7]), np.array([41.7]))
    cells, _ = covariate_rasters.on_cells(tmp_path, GRID, *LEFT)
    assert found.to_frame().loc[5, "BIO1"] == pytest.approx(9.5)
    assert cells.to_frame()["BIO1"].iloc[0] == pytest.approx(9.5)


def test_a_git_lfs_pointer_in_place_of_a_raster_is_called_that(tmp_path: Path) -> None:
    (tmp_path / "wc2.1_30s_bio_1.tif").write_text("version https://git-lfs.github.com/spec/v1\nsize 99\n")
    with pytest.raises(InputError, match="Git LFS pointer"):
        covariate_rasters.at_sites(tmp_path, np.array([5]), np.array([-79.7]), np.array([41.7]))
