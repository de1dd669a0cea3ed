"""Claims about the tree baseline, and about what a network listens to."""

from __future__ import annotations

import numpy as np
import pytest

from proda_core.network.direct import train_direct
from proda_core.network.importance import groups_by_kind, partial_dependence, permutation_importance
from proda_core.network.split import split
from proda_core.records.checks import InputError
from proda_core.sources import example
from proda_core.vocabulary.parameters import PRIORS
from proda_core.vocabulary.soil_layers import GRIDS


class OnlyA:
    """A network whose first parameter is the logistic of covariate a, and whose others are constant."""

    prior = PRIORS["proda"]

    def unit(self, covariates):
        found = np.full((len(covariates), 21), 0.5)
        found[:, 0] = 1 / (1 + np.exp(-np.nan_to_num(covariates.ds["a"].values)))
        return found


def test_a_covariate_the_network_does_not_use_has_no_importance(world):
    found = permutation_importance(OnlyA(), world.covariates, seed=0)
    assert found.loc["a", "diffus"] > 0.1
    assert found.drop("a").to_numpy().max() == 0 and found.loc["a"].drop("diffus").max() == 0


def test_permuted_independent_draws_differ_by_root_two_spreads(world):
    # A column dealt out anew is an independent draw of the same values: E (x - y)^2 = 2 var(x).
    found = permutation_importance(OnlyA(), world.covariates, seed=0, repeats=50).loc["a", "diffus"]
    assert found == pytest.approx(np.sqrt(2) * OnlyA().unit(world.covariates)[:, 0].std(), rel=0.05)


def test_a_group_moves_together(world):
    found = permutation_importance(
        OnlyA(), world.covariates, seed=0, groups={"both": ("a", "b"), "none": ("c",)}
    )
    assert list(found.index) == ["both", "none"]
    assert found.loc["both", "diffus"] > 0 and found.loc["none"].max() == 0
    with pytest.raises(InputError, match="group odd: expected one of"):
        permutation_importance(OnlyA(), world.covariates, seed=0, groups={"odd": ("zz",)})


def test_partial_dependence_gives_the_rule_back(world):
    found = partial_dependence(OnlyA(), world.covariates, "a", points=5)
    prior = PRIORS["proda"]
    expected = prior.lower[0] + (prior.upper - prior.lower)[0] / (1 + np.exp(-found["value"].values))
    np.testing.assert_allclose(found.sel(parameter="diffus"), expected)
    assert partial_dependence(OnlyA(), world.covariates, "kind")["value"].values.tolist() == [0, 1, 2, 3]


def test_covariates_of_the_vocabulary_fall_into_kinds():
    covariates = example.load().covariates
    kinds = groups_by_kind(covariates)
    assert set(kinds) <= {"place", "climate", "soil", "vegetation"}
    assert sorted(sum(kinds.values(), ())) == sorted(covariates.names)


@pytest.mark.parametrize("trees", ["boosting", "extra_trees"])
def test_trees_predict_positive_carbon_that_repeats_itself_and_beats_the_mean(trees):
    study = example.load()
    sites = study.assimilable()
    profiles, covariates = study.profiles.select(sites), study.covariates.select(sites)
    parts = split(profiles, seed=1)
    model = train_direct(profiles, covariates, parts, seed=1, trees=trees)
    found = model.soil_carbon(covariates, GRIDS["clm5_20"])
    again = train_direct(profiles, covariates, parts, seed=1, trees=trees).soil_carbon(
        covariates, GRIDS["clm5_20"]
    )
    np.testing.assert_array_equal(found, again)
    assert (found >= 0).all() and found.dims == ("site", "layer")
    usable = profiles.ds["usable"].values == 0
    site = np.repeat(np.arange(len(sites)), profiles.ds["row_size"].values)[usable]
    observed, depth = profiles.ds["carbon"].values[usable], profiles.ds["depth"].values[usable]
    modelled = model.predict(_rows(covariates, site), depth)
    assert np.corrcoef(modelled, observed)[0, 1] > 0.8


def _rows(covariates, site):
    """The covariates of each observation, as many sites of their own."""
    ds = covariates.ds.isel(site=site).assign_coords(site=np.arange(len(site)))
    return type(covariates)(ds)
