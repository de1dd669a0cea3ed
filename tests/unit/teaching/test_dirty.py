"""Every planted mistake is found by quality control, with its reason; and nothing else is."""

from __future__ import annotations

import pytest

REASONS = {
    "carbon zero": ("carbon not positive", "observation left out"),
    "depth zero": ("depth not positive", "observation left out"),
    "depths out of order": ("depths out of order", "kept, flagged"),
    "depth given twice": ("depth given more than once", "kept, flagged"),
    "no layer": ("no observation", "profile set aside"),
    "one layer": ("fewer than 2 usable observations", "profile set aside"),
    "carbon impossible": ("carbon impossible", "observation left out"),
    "depth below the column": ("below the soil column", "observation left out"),
    "carbon a fill value": ("carbon", "observation left out"),
    "carbon missing": ("carbon missing", "observation left out"),
    "no forcing": ("forcing incomplete", "profile set aside"),
    "no carbon input": ("no carbon input", "profile set aside"),
    "soil covariates missing": ("covariates missing", "kept, flagged"),
    "code in no legend": ("code in no legend", "kept, flagged"),
    "covariate a fill value": ("covariate out of range", "kept, flagged"),
    "bedrock averaged": ("bedrock layer between two layers", "kept, flagged"),
    "covariate bedrock averaged": ("layer number between two layers", "kept, flagged"),
    "cell without forcing": ("forcing incomplete: no carbon on the map", "kept, flagged"),
}


@pytest.fixture(scope="module")
def planted(dirty):
    names = {"fault": "kind", "fault_site": "site", "fault_cell": "cell"}
    return dirty.truth[list(names)].rename(names).to_dataframe()


def test_every_kind_of_mistake_is_planted_as_often_as_in_real_data(planted):
    counts = planted["kind"].value_counts()
    assert set(counts.index) == set(REASONS)
    # 2,000 profiles here; of 1,406 real ones 36 were out of order, 18 had one layer, 17 a zero
    assert counts["depths out of order"] == 51 and counts["one layer"] == 26 and counts["carbon zero"] == 24


@pytest.mark.parametrize("kind", REASONS)
def test_it_is_found(dirty, planted, kind):
    quality = dirty.study.quality
    for _, fault in planted[planted["kind"] == kind].iterrows():
        notes = quality[(quality["site"] == fault["site"]) & (quality["cell"] == fault["cell"])]
        assert any(
            reason.startswith(REASONS[kind][0]) and consequence == REASONS[kind][1]
            for reason, consequence in zip(notes["reason"], notes["consequence"], strict=True)
        ), f"{kind} at site {fault['site']}, cell {fault['cell']}: found {notes['reason'].tolist()}"


def test_nothing_else_is_complained_of(dirty, planted):
    quality = dirty.study.quality
    assert set(quality["site"][quality["site"] >= 0]) == set(planted["site"][planted["site"] >= 0])
    assert set(quality["cell"][quality["cell"] >= 0]) == set(planted["cell"][planted["cell"] >= 0])


def test_profiles_set_aside_are_not_assimilated_and_all_others_are(dirty, planted):
    aside = planted["site"][planted["kind"].isin(["no layer", "one layer", "no forcing", "no carbon input"])]
    assert set(dirty.study.sites) - set(dirty.study.assimilable()) == set(aside)


def test_apart_from_them_it_is_the_clean_continent(dirty, world):
    assert dirty.study.name == "teaching-dirty" and world.study.name == "teaching"
    assert dirty.study.synthetic
    clean = dirty.study.cells_covariates.ds["BIO1"]
    assert clean.equals(world.study.cells_covariates.ds["BIO1"])
