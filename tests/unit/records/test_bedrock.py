"""Observations below bedrock. Expected: the soil model's own carbon there, which is exactly 0."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core import simulate
from proda_core.comparison.pairs import densities
from proda_core.records.bedrock import bedrock_sentence, is_below_bedrock, with_bedrock_flags
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import BELOW_BEDROCK
from proda_core.run_study import changed_study
from proda_core.sources import example
from proda_core.vocabulary.pools import SOIL_POOLS

SHALLOW = 8  # soil layers above bedrock: the 20-layer grid reaches 0.62 m with them


@pytest.fixture(scope="module")
def study():
    return example.load()


@pytest.fixture(scope="module")
def shallow(study) -> Forcing:
    nbedrock = study.forcing.ds["nbedrock"].copy()
    nbedrock[::2] = SHALLOW
    nbedrock[::2, 3] = SHALLOW - 2  # the deepest month counts
    return Forcing(study.forcing.ds.assign(nbedrock=nbedrock))


def test_flags_are_where_the_model_is_zero(study, shallow) -> None:
    flagged = with_bedrock_flags(study.profiles, shallow)
    carbon = simulate(None, shallow)["carbon"].sel(pool=list(SOIL_POOLS)).sum("pool")
    before = densities(study.profiles, {"default": carbon}, shallow.grid)
    after = densities(flagged, {"default": carbon}, shallow.grid)
    zero = before["default"] == 0
    assert zero.sum() > 10
    assert len(after) == len(before) - zero.sum()
    assert (after["default"] > 0).all()
    assert int((flagged.ds["usable"] == BELOW_BEDROCK).sum()) == zero.sum()
    assert f"{zero.sum():,} observations of" in bedrock_sentence(flagged)


def test_other_flags_stay_and_nothing_changes_twice(study, shallow) -> None:
    usable = study.profiles.ds["usable"].copy()
    usable[:] = 1
    impossible = type(study.profiles)(study.profiles.ds.assign(usable=usable))
    assert with_bedrock_flags(impossible, shallow) is impossible
    flagged = with_bedrock_flags(study.profiles, shallow)
    assert with_bedrock_flags(flagged, shallow) is flagged
    assert with_bedrock_flags(flagged, shallow, closed=False).ds.identical(study.profiles.ds)
    assert bedrock_sentence(study.profiles) == ""


def test_sites_without_forcing_or_bedrock_are_not_flagged(study, shallow) -> None:
    other = Forcing(shallow.ds.isel(site=slice(0, 1)).assign_coords(site=[10**6]))
    assert not is_below_bedrock(study.profiles, other).any()
    unknown = Forcing(shallow.ds.assign(nbedrock=shallow.ds["nbedrock"] * np.nan))
    assert not is_below_bedrock(study.profiles, unknown).any()


def test_a_column_that_is_open_below_uses_them(study, shallow) -> None:
    from dataclasses import replace

    flagged = replace(study, forcing=shallow, profiles=with_bedrock_flags(study.profiles, shallow))
    grid = shallow.grid.name
    assert changed_study(flagged, grid, None) is flagged
    opened = changed_study(flagged, grid, None, bedrock="authors")
    assert opened.profiles.ds.identical(study.profiles.ds)
