"""The published study's input directory, read as it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from proda_core.records.checks import InputError
from proda_core.sources import borders, proda_published
from proda_core.sources.matlab import read_matrix
from proda_core.sources.proda_published_tables import CELL_COLUMNS, SITE_COLUMNS
from proda_core.sources.spherical_grid import regular
from proda_core.vocabulary.covariates import NAMES
from proda_core.vocabulary.soil_layers import GRIDS
from tests.unit.sources.published_directory import write


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("published"))


@pytest.fixture(scope="module")
def study(directory: Path):
    return proda_published.load(directory)


def test_the_profiles_are_those_of_the_conterminous_us(study) -> None:
    assert study.profiles.ds["profile_id"].values.tolist() == [501, 502, 503]
    assert study.profiles.ds["place"].values.tolist() == [0, 0, 1]
    assert not study.synthetic and study.sites.tolist() == [0, 1, 2]


def test_depths_are_the_nodes_in_metres_and_carbon_per_volume(study) -> None:
    depth, carbon, usable = study.profiles.observations(0)
    assert depth.tolist() == pytest.approx([0.10, 0.40, 0.80]) and carbon.tolist()[:2] == [25000.0, 9000.0]
    assert usable.tolist() == [0, 0, 5]
    assert study.profiles.observations(2)[0].tolist() == pytest.approx([0.2, 0.6])


def test_what_cannot_be_used_is_told(study) -> None:
    """Expected: a layer without depth, a zero, a missing value, depths out of order, a profile of one."""
    reasons = study.quality.groupby("site")["reason"].apply(list).to_dict()
    assert "layer without a depth in the soil" in reasons[1]
    assert any(r.startswith("carbon not positive") for r in reasons[1])
    assert "carbon missing" in reasons[0]
    assert "depths out of order: sorted here" in reasons[2]
    assert study.assimilable().tolist() == [0, 2]


def test_all_sixty_covariates_are_there_in_order(study) -> None:
    assert study.covariates.names == NAMES and study.cells_covariates.names == NAMES
    assert study.covariates.ds["Lon"].values.tolist() == pytest.approx([-76.4, -76.4, -75.2])


def test_input_is_summed_over_the_layers(study) -> None:
    """Expected: 1 gC m-3 month-1 in every layer of 8.6 m, four streams, twelve months."""
    np.testing.assert_allclose(study.forcing.annual_input, GRIDS["clm5_20"].thickness.sum() * 48, rtol=1e-6)


def test_cells_are_those_with_land_of_the_conterminous_us_and_carry_their_area(study) -> None:
    assert study.cells_forcing.sites.tolist() == [0, 1]
    ds = study.cells_forcing.ds
    grid = regular(0.5, (-76.5, 42, -76, 42.5))
    assert ds["cell_area"].values[0] == pytest.approx(grid.cell_area[0, 0], rel=1e-9)
    share = borders.area_fraction(borders.conterminous_us(), grid)[0, 0]
    assert ds["land_fraction"].values[0] == pytest.approx(share, rel=1e-6)


def test_the_list_of_kept_profiles_counts_from_one(directory: Path) -> None:
    """Expected: rows 1, 3, 4 are profiles 501, 503, 504, the last not in the conterminous US."""
    study = proda_published.load(directory, eligible=True)
    assert study.profiles.ds["profile_id"].values.tolist() == [501, 503]


def test_columns_of_the_tables_are_those_of_the_published_code() -> None:
    assert len(SITE_COLUMNS) == 81 and len(CELL_COLUMNS) == 77
    assert SITE_COLUMNS.index("ESA_Land_Cover") == 9 and SITE_COLUMNS.index("nbedrock") == 79


def test_the_real_ranges_of_the_world_agree_with_the_columns(real_data: Path) -> None:
    """Expected: the world's minima and maxima lie within the vocabulary's ranges, column by column."""
    from proda_core.vocabulary.covariates import BY_NAME

    name = "world_grid_envinfo_present_cesm2_clm5_cen_vr_v2_whole_time_col_max_min.mat"
    ranges = read_matrix(real_data / "clm5" / name, "col_max_min")
    for column, (low, high) in zip(SITE_COLUMNS, ranges, strict=True):
        if column in BY_NAME:
            assert BY_NAME[column].low <= low <= high <= BY_NAME[column].high, column


def test_rows_of_covariates_that_belong_to_other_profiles_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "data")
    path = next((tmp_path / "data").rglob("*mishra_env_info.mat"))
    table = read_matrix(path, "EnvInfo")
    cases = (
        (table[::-1], "row 1: expected profile 501"),
        (table[:3], "expected 5 rows"),
        (table[:, 1:], "expected 81 columns, found 80"),
    )
    for changed, words in cases:
        savemat(path, {"EnvInfo": changed})
        with pytest.raises(InputError, match=words):
            proda_published.load(tmp_path / "data")
    path.write_bytes(b"MATLAB 5.0 MAT-file" + bytes(200))
    with pytest.raises(InputError, match="expected a MATLAB file"):
        proda_published.load(tmp_path / "data")
    path.unlink()
    with pytest.raises(InputError, match="env_info.mat, found no such file"):
        proda_published.load(tmp_path / "data")
