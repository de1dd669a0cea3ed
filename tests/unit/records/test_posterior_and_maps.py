"""Posterior and maps know their parameters by name and unit, and refuse the rest."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.posterior import Posterior
from tests.unit.records.samples import carbon_map_dataset, parameter_map_dataset, posterior_dataset


def test_parameters_carry_their_units():
    assert Posterior(posterior_dataset()).ds["parameter_unit"].values.tolist() == ["1", "m", "1"]
    assert ParameterMap(parameter_map_dataset()).ds["parameter_unit"].values.tolist() == ["1", "1"]


@pytest.mark.parametrize(
    ("record", "make"), [(Posterior, posterior_dataset), (ParameterMap, parameter_map_dataset)]
)
def test_an_unknown_parameter_is_named(record, make):
    ds = make()
    names = ["nonsense", *ds["parameter"].values[1:]]
    with pytest.raises(InputError, match="expected parameters among .*; found nonsense"):
        record(ds.assign_coords(parameter=names))


def test_parameters_without_names_are_refused():
    with pytest.raises(InputError, match="expected columns parameter"):
        Posterior(posterior_dataset().drop_vars("parameter"))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [("sd", -1.0, "sd: expected at least 0"), ("acceptance", 1.5, "acceptance: expected 0 to 1")],
)
def test_impossible_diagnostics_are_refused(name, value, words):
    ds = posterior_dataset()
    ds[name].values[0, 0] = value
    with pytest.raises(InputError, match=words):
        Posterior(ds)


def test_kept_sites_are_those_with_verdict_zero():
    assert Posterior(posterior_dataset()).kept.tolist() == [3, 8]


def test_site_minus_one_stands_for_all_sites_at_once():
    assert len(Posterior(posterior_dataset(np.array([-1])))) == 1


def test_totals_are_stock_times_area_times_land_share():
    totals = CarbonMap(carbon_map_dataset()).totals()
    # cells hold 0, 1, 2, 3 kg m-2 on 2e9 m2, half of it land: 6e9 kg = 6e-3 Pg
    assert np.isclose(float(totals.sel(product="default", interval="0-30")), 6e-3, rtol=1e-14)
    assert totals.attrs["units"] == "PgC"


def test_an_unknown_interval_is_refused():
    with pytest.raises(InputError, match="interval: expected one of .*; found '0-55'"):
        CarbonMap(carbon_map_dataset().assign_coords(interval=["0-30", "0-55"]))


def test_a_negative_stock_is_refused():
    ds = carbon_map_dataset()
    ds["stock"].values[0, 0, 1] = -2.0
    with pytest.raises(InputError, match="stock: expected at least 0 kgC m-2, found -2.0 at product default"):
        CarbonMap(ds)
