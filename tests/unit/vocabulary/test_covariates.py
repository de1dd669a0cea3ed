"""The words for surroundings: 60 covariates in one order, legends without gaps, vegetation for all land."""

from __future__ import annotations

import numpy as np

from proda_core.vocabulary import covariates, legends
from proda_core.vocabulary.vegetation import CODE, FROM_ESA_LAND_COVER, VEGETATION


def test_there_are_60_covariates_and_38_of_the_northeast_in_the_same_order():
    assert len(set(covariates.NAMES)) == 60 and len(covariates.NORTHEAST) == 38
    order = [covariates.NAMES.index(name) for name in covariates.NORTHEAST]
    assert order == sorted(order)


def test_the_northeast_begins_and_ends_as_its_files_do():
    assert covariates.NORTHEAST[:9] == (
        *("Lon", "Lat", "ESA_Land_Cover", "BIO1", "BIO2", "BIO3", "BIO4", "BIO12", "BIO15"),
    )
    assert covariates.NORTHEAST[-5:] == (
        *("USDA_Suborder", "WRB_Subgroup", "Elevation", "Koppen_Climate_2018", "nbedrock"),
    )


def test_categories_are_land_cover_texture_taxonomy_climate_and_acidity():
    found = {c.name for c in covariates.COVARIATES if c.categorical}
    texture = {f"Texture_USDA_{depth}" for depth in ("0cm", "30cm", "100cm")}
    assert found == texture | {
        *("ESA_Land_Cover", "USDA_Suborder", "WRB_Subgroup", "Koppen_Climate_2018", "Garde_Acid"),
    }


def test_every_covariate_has_a_known_kind_a_unit_and_a_range():
    for covariate in covariates.COVARIATES:
        assert covariate.kind in covariates.KINDS and covariate.unit and covariate.low < covariate.high


def test_legends_have_the_sizes_of_their_systems():
    assert list(legends.ESA_LAND_COVER) == list(range(1, 23))
    assert list(legends.USDA_TEXTURE) == list(range(1, 13))
    assert list(legends.KOPPEN) == list(range(1, 31))
    assert list(legends.WRB_SUBGROUP) == list(range(1, 119))
    assert (legends.KOPPEN[1], legends.KOPPEN[26], legends.KOPPEN[30]) == ("Af", "Dfb", "EF")
    assert (legends.USDA_SUBORDER[18], legends.USDA_SUBORDER[85]) == ("Orthods", "Udepts")
    assert (legends.USDA_SUBORDER[27], legends.USDA_SUBORDER[99]) == ("Gelands", "Orthents")
    assert 87 not in legends.USDA_SUBORDER and 88 not in legends.USDA_SUBORDER


def test_every_land_cover_has_one_vegetation_class():
    assert set(FROM_ESA_LAND_COVER) == set(legends.ESA_LAND_COVER)
    assert set(FROM_ESA_LAND_COVER.values()) == set(range(len(VEGETATION)))
    assert FROM_ESA_LAND_COVER[7] == CODE["evergreen forest"] and FROM_ESA_LAND_COVER[16] == CODE["wetland"]


def test_ranges_hold_the_whole_world(real_data):
    table = np.loadtxt(real_data / "northeast" / "Training_Data" / "col_max_min.txt", delimiter=",")
    for name, (low, high) in zip(covariates.NORTHEAST, table, strict=True):
        assert covariates.BY_NAME[name].low <= low and high <= covariates.BY_NAME[name].high, name
