"""The northeast loader keeps every row, and names the file, row and column of what is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.sources import northeast
from proda_core.vocabulary.covariates import NORTHEAST
from proda_core.vocabulary.vegetation import CODE
from tests.unit.sources.northeast_directory import NortheastDirectory

TRAIN, GRID = "Training_Data/", "Prediction_Data/"


@pytest.fixture
def directory(tmp_path) -> NortheastDirectory:
    return NortheastDirectory(tmp_path)


def reasons(study, site: int) -> list[str]:
    return study.quality_of(site)["reason"].tolist()


def test_a_sound_directory_becomes_a_study_of_all_its_rows(directory):
    study = northeast.load(directory.write())
    assert study.sites.tolist() == list(range(6))
    assert study.assimilable().tolist() == list(range(6))
    assert not study.synthetic and len(study.quality) == 0
    assert study.covariates.names == NORTHEAST
    assert study.profiles.ds["profile_id"].values.tolist() == [500, 501, 502, 503, 504, 505]


def test_values_arrive_where_they_belong(directory):
    study = northeast.load(directory.write())
    force = TRAIN + "model_force_"
    assert (study.forcing.ds["soil_temperature"] == directory[force + "soil_temp_profile.npy"]).all()
    assert (study.forcing.ds["water_scalar"] == directory[force + "soil_water_profile.npy"]).all()
    assert (study.forcing.ds["nitrogen_scalar"] == directory[force + "xin.npy"]).all()
    assert (study.forcing.ds["oxygen_scalar"] == directory[force + "xio.npy"]).all()
    for name, stem in {"altmax": "altmax_current", "altmax_last_year": "altmax_lastyear"}.items():
        assert np.allclose(study.forcing.ds[name], directory[f"{force}{stem}_profile.txt"], rtol=1e-15)
    assert (study.forcing.ds["nbedrock"] == directory[force + "nbedrock.txt"]).all()
    assert np.allclose(study.forcing.ds["sand"], directory[force + "sand_vector.npy"][:, :, 0])
    for pool, stream in {"cwd": "cwd", "litr1": "litter1", "litr2": "litter2", "litr3": "litter3"}.items():
        expected = directory[f"{force}input_vector_{stream}.txt"]
        assert np.allclose(study.forcing.ds["carbon_input"].sel(input_pool=pool), expected, rtol=1e-15)
    depth, carbon, _ = study.profiles.observations(2)
    assert np.allclose(depth, directory[TRAIN + "obs_soc_depth.txt"][2, :4], rtol=1e-15)
    assert np.allclose(carbon, directory[TRAIN + "obs_soc_NY.txt"][2, :4], rtol=1e-15)


def test_cells_have_areas_and_a_land_share_that_says_it_is_assumed(directory):
    cells = northeast.load(directory.write()).cells_forcing.ds
    # a half-degree cell at 45 degrees is about 55.6 km by 39.3 km
    assert (cells["cell_area"] > 0).all() and (cells["cell_area"] < 3.1e9).all()
    assert (cells["land_fraction"] == 1).all() and "not given" in cells["land_fraction"].attrs["comment"]


def test_a_directory_above_with_input_data_inside_is_found(tmp_path):
    NortheastDirectory(tmp_path / "Input_Data").write()
    assert len(northeast.load(tmp_path).sites) == 6


def test_hashes_of_all_files_are_kept(directory):
    study = northeast.load(directory.write())
    assert set(study.provenance["inputs"]) == set(directory.files)


# what is wrong with a file


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(InputError, match="expected a directory, found none at .*nowhere"):
        northeast.load(tmp_path / "nowhere")


@pytest.mark.parametrize(
    "name",
    [
        TRAIN + "env_info.txt",
        TRAIN + "model_force_xio.npy",
        GRID + "model_force_pred_input_vector_litter2.txt",
    ],
)
def test_a_missing_file_is_named_with_its_place(directory, name):
    (directory.write() / name).unlink()
    part, file = name.split("/")
    with pytest.raises(InputError, match=f"expected file {file} in .*{part}, found no such file"):
        northeast.load(directory.path)


@pytest.mark.parametrize("name", [TRAIN + "obs_soc_NY.txt", TRAIN + "model_force_nbedrock.txt"])
def test_a_table_cut_after_a_row_is_told_by_its_number_of_rows(directory, name):
    file = directory.write() / name
    file.write_text("\n".join(file.read_text().splitlines()[:4]) + "\n")
    with pytest.raises(
        InputError, match="expected 6 rows as in the other files, found 4; is the file truncated"
    ):
        northeast.load(directory.path)


def test_a_table_cut_within_a_row_is_told_by_its_number_of_columns(directory):
    file = directory.write() / TRAIN / "env_info.txt"
    text = file.read_text()
    file.write_text(text[: len(text) - len(text) // 10])
    with pytest.raises(InputError, match=r"env_info.txt: row 6: expected 38 columns, found \d+"):
        northeast.load(directory.path)


def test_a_wrong_number_of_columns_is_told(directory):
    directory.files[TRAIN + "env_info.txt"] = directory[TRAIN + "env_info.txt"][:, :37]
    with pytest.raises(InputError, match="env_info.txt: row 1: expected 38 columns, found 37"):
        northeast.load(directory.write())


def test_an_empty_table_is_told(directory):
    (directory.write() / TRAIN / "profile_id.txt").write_text("")
    with (
        pytest.warns(UserWarning),
        pytest.raises(InputError, match="profile_id.txt: .*expected 1 columns, found 0"),
    ):
        northeast.load(directory.path)


def test_a_cell_that_is_no_number_is_named_by_row_and_column(directory):
    file = directory.write() / TRAIN / "obs_soc_depth.txt"
    lines = file.read_text().splitlines()
    cells = lines[2].split(",")
    lines[2] = ",".join([*cells[:1], "n/a", *cells[2:]])
    file.write_text("\n".join(lines))
    with pytest.raises(
        InputError, match="obs_soc_depth.txt: row 3, column 2: expected a number, found 'n/a'"
    ):
        northeast.load(directory.path)


def test_binary_data_in_a_table_is_told(directory):
    (directory.write() / TRAIN / "env_info.txt").write_bytes(bytes(range(128, 256)))
    with pytest.raises(InputError, match="env_info.txt: expected a text file .* found binary data"):
        northeast.load(directory.path)


def test_infinity_in_a_table_is_told(directory):
    directory[TRAIN + "obs_soc_NY.txt"][1, 0] = np.inf
    with pytest.raises(
        InputError, match="obs_soc_NY.txt: row 2, column 1: expected a number, found infinity"
    ):
        northeast.load(directory.write())


def test_a_truncated_array_is_told(directory):
    file = directory.write() / TRAIN / "model_force_xin.npy"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(
        InputError, match="model_force_xin.npy: expected a NumPy array of numbers, found a broken"
    ):
        northeast.load(directory.path)


def test_an_array_that_would_run_code_is_refused(directory):
    file = directory.write() / TRAIN / "model_force_xin.npy"
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match="model_force_xin.npy: expected a NumPy array of numbers"):
        northeast.load(directory.path)


def test_an_array_of_another_shape_is_told(directory):
    name = TRAIN + "model_force_xin.npy"
    directory.files[name] = directory[name].transpose(0, 2, 1)
    with pytest.raises(
        InputError, match=r"expected floats of shape \(6, 20, 12\), found float64 of shape \(6, 12, 20\)"
    ):
        northeast.load(directory.write())


@pytest.mark.parametrize(
    ("name", "index", "value", "words"),
    [
        (TRAIN + "obs_soc_depth.txt", (1, 2), -0.3, "row 2, column 3: expected 0 to 50 m, found -0.3"),
        (TRAIN + "obs_soc_depth.txt", (1, 2), 120.0, "row 2, column 3: expected 0 to 50 m, found 120"),
        (
            TRAIN + "model_force_soil_temp_profile.npy",
            (2, 3, 4),
            12.5,
            "row 3, layer 4, month 5: expected 150 to 350 K, found 12.5",
        ),
        (TRAIN + "model_force_xio.npy", (0, 0, 0), 1e36, r"expected 0 to 1, found 1e\+36"),
        (TRAIN + "model_force_input_vector_cwd.txt", (0, 0), -2.0, "row 1, column 1: expected 0 to 2000 gC"),
        (TRAIN + "model_force_nbedrock.txt", (0, 0), 25.0, "expected 1 to 20 layer, found 25"),
        (
            GRID + "model_force_pred_sand_vector.npy",
            (0, 0, 0),
            150.0,
            "row 1, layer 1, month 1: expected 0 to 100 %",
        ),
        (TRAIN + "env_info.txt", (4, 0), 400.0, "row 5, column 1: expected a longitude of -180 to 180"),
        (
            GRID + "grid_env_info_NY.txt",
            (2, 1),
            np.nan,
            "row 3, column 2: expected a latitude of -90 to 90 .*nan",
        ),
        (TRAIN + "profile_id.txt", (3, 0), 1.5, "profile_id.txt: row 4: expected a whole number, found 1.5"),
    ],
)
def test_a_value_out_of_range_is_named_with_file_and_place(directory, name, index, value, words):
    directory[name][index] = value
    with pytest.raises(InputError, match=words) as error:
        northeast.load(directory.write())
    assert name.split("/")[1] in str(error.value)


def test_carbon_without_a_depth_is_told(directory):
    directory[TRAIN + "obs_soc_depth.txt"][3, 1] = np.nan
    with pytest.raises(
        InputError, match="obs_soc_depth.txt: row 4, column 2: expected a depth for its carbon"
    ):
        northeast.load(directory.write())


# what is set aside, and said


def test_missing_forcing_sets_the_profile_aside_and_names_the_variable(directory):
    directory[TRAIN + "model_force_soil_temp_profile.npy"][2, 5, 6] = np.nan
    study = northeast.load(directory.write())
    note = study.quality_of(2).iloc[0]
    assert (note["reason"], note["consequence"]) == ("forcing incomplete", "profile set aside")
    assert note["found"] == "missing values of soil_temperature" and note["profile_id"] == 502
    assert 2 not in study.assimilable() and len(study.assimilable()) == 5


def test_a_site_without_carbon_input_is_set_aside(directory):
    for stream in ("cwd", "litter1", "litter2", "litter3"):
        directory[f"{TRAIN}model_force_input_vector_{stream}.txt"][4] = 0.0
    study = northeast.load(directory.write())
    assert reasons(study, 4) == ["no carbon input"] and 4 not in study.assimilable()


def test_a_profile_with_one_layer_or_none_is_set_aside(directory):
    for name in ("obs_soc_depth.txt", "obs_soc_NY.txt"):
        directory[TRAIN + name][0, 1:] = np.nan
        directory[TRAIN + name][1, :] = np.nan
    study = northeast.load(directory.write())
    assert reasons(study, 0) == ["fewer than 2 usable observations"]
    assert reasons(study, 1) == ["no observation"]
    assert study.assimilable().tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("file", "value", "word", "found"),
    [
        ("obs_soc_NY.txt", 931_680.0, "impossible", "931,680 gC m-3"),
        ("obs_soc_NY.txt", 0.0, "not positive", "0 gC m-3"),
        ("obs_soc_NY.txt", -40.0, "not positive", "-40 gC m-3"),
        ("obs_soc_NY.txt", np.nan, "carbon missing", "nan gC m-3"),
        ("obs_soc_depth.txt", 0.0, "depth not positive", "0 m"),
        ("obs_soc_depth.txt", 12.345, "below the soil column", "12.345 m"),
    ],
)
def test_an_observation_that_cannot_be_used_stays_with_a_flag_and_a_note(directory, file, value, word, found):
    directory[TRAIN + file][3, 1] = value
    study = northeast.load(directory.write())
    note = study.quality_of(3)
    note = note[note["consequence"] == "observation left out"].iloc[0]
    assert word in note["reason"] and note["found"] == found
    depth, _, usable = study.profiles.observations(3)
    assert len(depth) == 4 and (usable > 0).sum() == 1
    assert usable[note["observation"]] > 0 and depth[note["observation"]] == note["depth"]


def test_organic_horizons_are_kept(directory):
    directory[TRAIN + "obs_soc_NY.txt"][3, 0] = 237_000.0
    study = northeast.load(directory.write())
    assert study.profiles.usable_count()[3] == 4 and len(study.quality) == 0


def test_unsorted_depths_are_sorted_together_with_their_carbon_and_noted(directory):
    for name in ("obs_soc_depth.txt", "obs_soc_NY.txt"):
        directory[TRAIN + name][5, :4] = directory[TRAIN + name][5, [2, 0, 1, 3]]
    study = northeast.load(directory.write())
    depth, carbon, _ = study.profiles.observations(5)
    assert (np.diff(depth) > 0).all() and np.allclose(carbon, 6e4 * np.exp(-2 * depth))
    assert reasons(study, 5) == ["depths out of order: sorted here"]


def test_repeated_depths_are_kept_and_noted(directory):
    directory[TRAIN + "obs_soc_depth.txt"][5, 1] = directory[TRAIN + "obs_soc_depth.txt"][5, 0]
    study = northeast.load(directory.write())
    assert reasons(study, 5) == ["depth given more than once: all kept"]
    assert study.profiles.usable_count()[5] == 4


def test_sites_with_the_same_coordinates_share_a_place(directory):
    directory[TRAIN + "env_info.txt"][4, :2] = directory[TRAIN + "env_info.txt"][1, :2]
    place = northeast.load(directory.write()).profiles.ds["place"].values
    assert place[4] == place[1] and len(set(place)) == 5


def test_a_code_in_no_legend_becomes_unknown_and_is_noted(directory):
    directory[TRAIN + "env_info.txt"][2, NORTHEAST.index("USDA_Suborder")] = 88
    directory[TRAIN + "env_info.txt"][3, NORTHEAST.index("Texture_USDA_0cm")] = 7.5
    study = northeast.load(directory.write())
    assert study.covariates.ds["USDA_Suborder"].values[2] == -1
    assert study.covariates.ds["Texture_USDA_0cm"].values[3] == -1
    assert study.quality_of(2)["found"].tolist() == ["USDA_Suborder 88"]
    assert study.quality_of(3)["found"].tolist() == ["Texture_USDA_0cm 7.5"]


def test_missing_covariates_are_listed_in_one_note(directory):
    directory[TRAIN + "env_info.txt"][1, 30:33] = np.nan
    study = northeast.load(directory.write())
    assert study.quality_of(1)["found"].tolist() == [
        "3 of 38: Texture_USDA_0cm, Texture_USDA_30cm, Texture_USDA_100cm"
    ]
    assert study.covariates.ds["Texture_USDA_0cm"].values[1] == -1


def test_a_fill_value_among_covariates_becomes_missing_and_is_noted(directory):
    directory[TRAIN + "env_info.txt"][1, NORTHEAST.index("BIO12")] = -9999
    study = northeast.load(directory.write())
    assert np.isnan(study.covariates.ds["BIO12"].values[1])
    assert study.quality_of(1)["found"].tolist() == ["BIO12 -9999"]


def test_an_averaged_bedrock_layer_of_the_forcing_is_rounded_down_and_noted(directory):
    directory[GRID + "model_force_pred_nbedrock.txt"][2] = 18.75
    study = northeast.load(directory.write())
    assert (study.cells_forcing.ds["nbedrock"].values[2] == 18).all()
    note = study.quality.iloc[-1]
    assert (note["site"], note["cell"], note["found"]) == (-1, 2, "18.75") and "rounded down" in note[
        "reason"
    ]


def test_an_averaged_bedrock_layer_among_covariates_stays_a_number_and_is_noted(directory):
    directory[GRID + "grid_env_info_NY.txt"][1, NORTHEAST.index("nbedrock")] = 8.5
    study = northeast.load(directory.write())
    assert study.cells_covariates.ds["nbedrock"].values[1] == 8.5
    assert study.quality["found"].tolist() == ["nbedrock 8.5"] and study.quality["cell"].tolist() == [1]


def test_a_cell_without_forcing_is_noted(directory):
    directory[GRID + "model_force_pred_xin.npy"][3] = np.nan
    note = northeast.load(directory.write()).quality.iloc[0]
    assert (note["cell"], note["found"]) == (3, "missing values of nitrogen_scalar")


def test_vegetation_follows_land_cover(directory):
    directory[TRAIN + "env_info.txt"][:3, NORTHEAST.index("ESA_Land_Cover")] = [6, np.nan, 18]
    vegetation = northeast.load(directory.write()).profiles.ds["vegetation"].values
    assert vegetation[:3].tolist() == [CODE["deciduous forest"], -1, CODE["wetland"]]


def test_an_observation_below_bedrock_is_left_out_and_noted(directory):
    directory.files[TRAIN + "model_force_nbedrock.txt"][2] = 2.0  # two layers: 6 cm of soil
    study = northeast.load(directory.write())
    depth, _, usable = study.profiles.observations(2)
    assert (usable[depth > 0.1] == 6).all() and (usable == 6).sum() == (depth > 0.09).sum()
    noted = [reason for reason in reasons(study, 2) if reason.startswith("below the bedrock")]
    assert len(noted) == (usable == 6).sum()
