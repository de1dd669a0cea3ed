"""The real northeast set: every count was taken from the files by hand, once, outside this code."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records import store
from proda_core.sources import northeast


@pytest.fixture(scope="module")
def study(real_data):
    return northeast.load(real_data / "northeast")


def noted(study, words: str) -> int:
    """Sites with a note whose reason begins with these words."""
    notes = study.quality[study.quality["reason"].str.startswith(words) & (study.quality["site"] >= 0)]
    return notes["site"].nunique()


def test_all_rows_stay(study):
    assert len(study.profiles) == len(study.forcing) == len(study.covariates) == 1406
    assert len(study.cells_forcing) == len(study.cells_covariates) == 132
    assert study.profiles.ds.sizes["observation"] == 8733
    assert len(np.unique(study.profiles.ds["place"])) == 1265


def test_1383_sites_can_be_assimilated(study):
    assert len(study.assimilable()) == 1383


@pytest.mark.parametrize(
    ("reason", "sites"),
    [
        ("forcing incomplete", 4),
        ("no carbon input", 3),
        ("no observation", 1),
        ("fewer than 2 usable observations", 18),
        ("depth given more than once", 13),
        ("depths out of order", 29),
        ("carbon impossible", 1),
        ("below the soil column", 1),
    ],
)
def test_sites_with_a_note(study, reason, sites):
    assert noted(study, reason) == sites


def test_36_profiles_do_not_go_down_strictly(study):
    odd = study.quality["reason"].str.startswith(("depths out of order", "depth given more than once"))
    assert study.quality[odd]["site"].nunique() == 36


def test_observations_left_out_are_counted(study):
    left_out = study.quality[study.quality["consequence"] == "observation left out"]
    counts = left_out["reason"].str.split(":").str[0].value_counts().to_dict()
    assert counts == {
        "carbon not positive": 17,
        "below the bedrock of the model's column, where it holds no carbon": 455,
        "depth not positive": 14,
        "carbon impossible": 1,
        "below the soil column of the model": 1,
    }
    assert (study.profiles.ds["usable"] == 0).sum() == 8733 - 33 - 455


def test_organic_horizons_are_kept(study):
    ds = study.profiles.ds
    high = ds["carbon"] > 60e3
    assert np.isclose(float(high.mean()), 0.064, atol=5e-4)
    assert int((high & (ds["usable"] == 0)).sum()) > 0.95 * int(high.sum())


def test_profiles_are_sorted_by_depth(study):
    depth, owner = study.profiles.ds["depth"].values, study.profiles.site_of_observation
    assert (np.diff(depth)[np.diff(owner) == 0] >= 0).all()


def test_coastal_sites_miss_their_soil(study):
    frame = study.covariates.to_frame()
    assert frame["Clay_Content_0cm"].isna().sum() == 16
    assert frame["Bulk_Density_0cm"].isna().sum() == 17


def test_every_unknown_code_has_a_note(study):
    unknown = sum(int((study.covariates.ds[n] == -1).sum()) for n in study.covariates.categorical)
    notes = study.quality[study.quality["site"] >= 0]
    decoded = notes["reason"].str.startswith("code in no legend").sum()
    missing = notes[notes["reason"] == "covariates missing"]["found"]
    listed = sum(text.count(name) for text in missing for name in study.covariates.categorical)
    assert unknown == decoded + listed and decoded > 0


def test_averaged_bedrock_of_cells_is_noted(study):
    found = set(study.quality[study.quality["cell"] >= 0]["found"])
    assert {"nbedrock 8.5", "nbedrock 18.75"} <= found


def test_cells_lie_on_the_half_degree_grid(study):
    ds = study.cells_forcing.ds
    for axis in ("lon", "lat"):
        assert np.allclose(ds[axis].values % 0.5, 0.25)
    # 132 half-degree cells at 40.5 to 45 degrees north, about 2.2e9 to 2.4e9 m2 each
    assert 132 * 2.1e9 < float(ds["cell_area"].sum()) < 132 * 2.4e9


def test_the_study_survives_saving(study, tmp_path):
    again = store.load(store.save(study, tmp_path / "northeast.nc"))
    assert again.forcing.ds.equals(study.forcing.ds)
    assert again.quality.equals(study.quality)
    assert again.covariates.names == study.covariates.names


def test_observations_below_bedrock_are_counted(study):
    # counted by hand as the model's exact zeros at the default parameters
    below = study.profiles.ds["usable"].values == 6
    assert below.sum() == 455
    assert len(np.unique(study.profiles.site_of_observation[below])) == 193
    assert len(study.assimilable()) == 1383
