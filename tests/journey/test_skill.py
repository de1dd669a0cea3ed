"""Claims about the table of every step's gain, on the synthetic example."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from proda_core.assimilation import assimilate
from proda_core.assimilation.schedules import SCHEDULES
from proda_core.records.checks import InputError
from proda_core.records.posterior import Posterior
from proda_core.records.prior_attributes import prior_attributes
from proda_core.records.progress import Cancelled
from proda_core.skill import HEADLINE, METHODS, averaged, random_and_spatial, skill_table
from proda_core.sources import example
from proda_core.vocabulary.parameters import PRIORS

FAST = ("default", "mid-prior", "whitened", "direct, boosting", "site level")


@pytest.fixture(scope="module")
def study():
    return example.load()


@pytest.fixture(scope="module")
def posterior(study):
    sites = study.assimilable()
    schedule = SCHEDULES["quick"].with_(test_iterations=300, formal_iterations=500, max_formal_iterations=500)
    return assimilate(study.profiles.select(sites), study.forcing.select(sites), schedule, seed=1)


@pytest.fixture(scope="module")
def table(study, posterior):
    return skill_table(study, posterior, seeds=(0, 1), methods=FAST)


def test_every_method_is_scored_on_the_same_observations(table):
    assert len(table) == 2 * (2 * len(FAST) - 2)  # two methods have seen the validation sites
    assert (table.groupby(["split", "part"])["n"].nunique() == 1).all()
    assert np.isfinite(table[["r2", "nse", "rmse"]]).all(axis=None)


def test_seeing_the_profile_itself_beats_every_prediction(table):
    nse = averaged(table)["nse"]
    assert nse["site level"] == nse.max()
    assert list(nse.index) == list(FAST)


def test_the_same_seeds_give_the_same_table(study, posterior, table):
    again = skill_table(study, posterior, seeds=(0, 1), methods=FAST)
    assert again.equals(table)


def test_spatial_folds_hold_every_site_out_once(study, posterior):
    found = skill_table(study, posterior, seeds=(0,), methods=("default",), by="block")
    tested = found[found["part"] == "test"]
    usable = study.profiles.select(study.assimilable()).usable_count().sum()
    assert len(tested) == 5 and tested["n"].sum() == usable


def test_a_prior_that_is_no_preset_goes_into_every_method(study, posterior):
    """Expected: the same scores as under the preset whose bounds it has."""
    own = replace(PRIORS["proda"], name="own")
    known = Posterior(posterior.ds.assign_attrs(prior_attributes(own)))
    methods = ("mid-prior", "batch")
    found = skill_table(study, known, seeds=(0,), methods=methods)
    assert found.equals(skill_table(study, posterior, seeds=(0,), methods=methods))


def test_random_and_spatial_splits_stand_below_each_other_for_every_method(study, posterior):
    methods, told = ("default", "mid-prior"), []
    choices = {"methods": methods, "spatial": ("block", "region"), "on_progress": told.append}
    found = random_and_spatial(study, posterior, seeds=(0, 1), **choices)
    assert list(dict.fromkeys(found["by"])) == ["random", "block", "region"]
    tested = found[found["part"] == "test"].groupby(["by", "method"]).size().unstack()
    assert (tested.loc["random"] == 2).all() and (tested.loc[["block", "region"]] == 5).all(axis=None)
    assert set(tested.columns) == set(methods)
    assert told[-1].detail["stage"] == "region" and told[-1].fraction == 1


def test_batch_assimilation_is_judged_on_sites_it_has_not_seen(study, posterior):
    found = skill_table(study, posterior, seeds=(0,), methods=("batch",))
    assert found["part"].tolist() == ["test"] and np.isfinite(found["nse"]).all()


def test_only_sites_with_a_posterior_take_part(study, posterior):
    some = posterior.select(posterior.sites[:40])
    found = skill_table(study, some, seeds=(0,), methods=("default",), by="region")
    usable = study.profiles.select(some.sites).usable_count().sum()
    assert found[found["part"] == "test"]["n"].sum() == usable


def test_it_stops_when_told_and_names_what_it_does_not_know(study, posterior):
    with pytest.raises(Cancelled):
        skill_table(study, posterior, methods=("default",), should_stop=lambda: True)
    with pytest.raises(InputError, match="method: expected one of"):
        skill_table(study, posterior, methods=("magic",))
    assert set(HEADLINE) < set(METHODS)


def test_a_stopped_table_goes_on_where_it_was_and_ends_the_same(study, posterior):
    choices = {"methods": ("default", "whitened"), "spatial": ("block",), "seeds": (0,)}
    kept: list[pd.DataFrame] = []
    whole = random_and_spatial(study, posterior, **choices, on_rows=kept.append)
    half = pd.concat(kept[:3], ignore_index=True)  # of the last one kept only the validation sites:
    half = pd.concat([half, kept[3][kept[3]["part"] == "validation"]], ignore_index=True)
    done_again: list[pd.DataFrame] = []
    again = random_and_spatial(study, posterior, **choices, known=half, on_rows=done_again.append)
    pd.testing.assert_frame_equal(again, whole)
    assert len(done_again) == len(kept) - 3
