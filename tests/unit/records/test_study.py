"""A study holds together: the same sites everywhere, notes that can be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from tests.unit.records.samples import covariates_dataset, forcing_dataset, profiles_dataset, study


def test_a_site_is_assimilable_with_two_usable_depths_complete_forcing_and_input():
    sites = np.arange(4)
    ds = profiles_dataset(sites).assign(row_size=("profile", [2, 1, 2, 2]))
    ds = ds.isel(observation=[0, 1, 2, 3, 4, 0, 1])
    forcing = forcing_dataset(sites)
    forcing["soil_temperature"].values[2, 0, 0] = np.nan
    forcing["carbon_input"].values[3] = 0.0
    sample = replace(study(sites), profiles=Profiles(ds), forcing=Forcing(forcing))
    assert sample.assimilable().tolist() == [0]


def test_sites_that_differ_between_records_are_refused():
    with pytest.raises(InputError, match="covariates: expected the same 4 sites in the same order"):
        replace(study(), covariates=Covariates(covariates_dataset(np.arange(4))))


def test_cells_need_an_area():
    sample = study()
    bare = Forcing(sample.cells_forcing.ds.drop_vars("cell_area"))
    with pytest.raises(InputError, match="cells_forcing: expected 'cell_area', found none"):
        replace(sample, cells_forcing=bare)


def test_quality_needs_its_columns_and_known_consequences():
    sample = study()
    with pytest.raises(InputError, match="quality: expected columns .*missing reason"):
        replace(sample, quality=sample.quality.drop(columns="reason"))
    with pytest.raises(InputError, match="expected consequences"):
        replace(sample, quality=sample.quality.assign(consequence="forgotten"))


def test_quality_notes_are_found_by_site():
    sample = study()
    assert len(sample.quality_of(3)) == 1 and len(sample.quality_of(7)) == 0
