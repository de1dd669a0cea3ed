"""Covariates keep codes apart from numbers, and refuse what is neither."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from tests.unit.records.samples import SITES, covariates_dataset


def test_codes_and_numbers_are_told_apart_in_the_order_of_the_data():
    covariates = Covariates(covariates_dataset())
    assert covariates.names == ("zebra", "texture", "apple")
    assert covariates.categorical == ("texture",)
    assert covariates.continuous == ("zebra", "apple")


def test_a_code_in_no_legend_is_refused_with_its_site():
    ds = covariates_dataset()
    ds["texture"].values[2] = 9
    with pytest.raises(
        InputError, match="texture: expected a code of its legend or -1 .*, found 9 at site 8"
    ):
        Covariates(ds)


def test_codes_that_are_not_integers_are_refused():
    ds = covariates_dataset()
    ds["texture"] = ds["texture"].astype(float).assign_attrs(ds["texture"].attrs)
    with pytest.raises(InputError, match="texture: expected integer codes, found dtype float64"):
        Covariates(ds)


def test_a_number_without_unit_is_refused():
    ds = covariates_dataset()
    del ds["apple"].attrs["units"]
    with pytest.raises(InputError, match="apple: expected an attribute 'units'"):
        Covariates(ds)


def test_infinity_is_refused():
    ds = covariates_dataset()
    ds["apple"].values[0] = np.inf
    with pytest.raises(InputError, match="apple: expected finite numbers, found inf"):
        Covariates(ds)


def test_a_legend_of_the_wrong_length_is_refused():
    ds = covariates_dataset()
    ds["texture"].attrs["flag_meanings"] = "sand loam"
    with pytest.raises(InputError, match="texture: expected 3 flag_meanings, found 2"):
        Covariates(ds)


def test_an_empty_set_is_refused():
    with pytest.raises(InputError, match="expected at least one covariate"):
        Covariates(covariates_dataset().drop_vars(["zebra", "texture", "apple"]))


def test_a_site_with_an_unknown_code_or_a_missing_number_is_incomplete():
    ds = covariates_dataset()
    ds["texture"].values[:] = [1, -1, 2, 5]
    ds["apple"].values[3] = np.nan
    assert Covariates(ds).complete.values.tolist() == [True, False, True, False]


def test_meanings_are_words():
    covariates = Covariates(covariates_dataset())
    assert covariates.meaning("texture", 5) == "clay loam"
    assert covariates.meaning("texture", -1) == "unknown"


def test_the_table_has_a_row_per_site_and_a_column_per_covariate():
    frame = Covariates(covariates_dataset()).to_frame()
    assert frame.index.tolist() == SITES.tolist()
    assert frame.columns.tolist() == ["zebra", "texture", "apple"]
