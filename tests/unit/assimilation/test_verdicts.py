"""Chains that have not converged are not "kept", under any preset, for a site or for the batch."""

from __future__ import annotations

import json

import numpy as np
import pytest

from proda_core.assimilation import assimilate, assimilate_batch
from proda_core.assimilation.convergence import modes
from proda_core.assimilation.schedules import SCHEDULES, Schedule
from proda_core.assimilation.spec import fingerprint, spec_of
from proda_core.comparison.convergence import batch_sentence, sites_sentence
from proda_core.records.posterior import VERDICT_FLAGS

EVERYTHING = {"least_efficiency": -1e9, "acceptance_window": (0.0, 1.0)}


def brief(name: str) -> Schedule:
    return SCHEDULES[name].with_(test_iterations=100, formal_iterations=400, **EVERYTHING)


@pytest.mark.parametrize("name", ["quick", "chapter", "annealed"])
def test_a_site_whose_chains_are_apart_is_not_kept(study, name: str) -> None:
    sites = study.assimilable()[: 1 if name == "annealed" else 3]  # few are accepted, not equally many
    found = assimilate(study.profiles.select(sites), study.forcing, brief(name), seed=1)
    worst = found.ds["gelman_rubin"].max("parameter").values
    assert (worst > 1.2).all(), "a schedule this short cannot converge"
    assert {VERDICT_FLAGS[v] for v in found.ds["verdict"].values.tolist()} == {"not_converged"}
    assert len(found.kept) == 0 and found.trained().tolist() == sites.tolist()
    limit = {"quick": "1.1"}.get(name, "1.05")
    assert sites_sentence(found.ds) == (
        f"0 of {len(sites)} sites converged (0 %); limit: Gelman-Rubin < {limit}"
    )


def test_a_batch_whose_chains_are_apart_says_so_with_their_costs_and_modes(study) -> None:
    sites = study.assimilable()[:4]
    found = assimilate_batch(study.profiles.select(sites), study.forcing, brief("chapter"), seed=1).ds
    assert VERDICT_FLAGS[int(found["verdict"][0])] == "not_converged"
    costs = found["cost"].values[0]
    assert costs.shape == (3,) and (costs > 0).all()
    text, number = batch_sentence(found), int(modes(found["draws"].values[0]).max()) + 1
    assert text.startswith("batch: not converged, R-hat ") and "J " in text
    assert f"3 chains in {number} mode" in text


def test_chains_far_apart_in_one_parameter_are_in_different_modes() -> None:
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(4, 200, 3))
    assert modes(draws).tolist() == [0, 0, 0, 0]
    draws[2:, :, 1] += 10.0
    assert modes(draws).tolist() == [0, 0, 1, 1]


def test_a_limit_that_only_judges_leaves_stores_resumable(study) -> None:
    sites = study.assimilable()[:2]
    profiles, forcing = study.profiles.select(sites), study.forcing.select(sites)
    specs = [
        spec_of(forcing, SCHEDULES["chapter"].with_(gelman_rubin_limit=limit), None, None, 0)
        for limit in (0.0, 1.05)
    ]
    assert "gelman_rubin_limit" not in specs[1].to_dict()["schedule"]
    assert len({fingerprint(profiles, forcing, spec) for spec in specs}) == 1
    assert "gelman_rubin_limit" in json.loads(specs[1].schedule.to_json())
