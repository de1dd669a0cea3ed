"""Claims on parameters predicted against retrieved, on what is identified, and on profiles kept."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.comparison import identified
from proda_core.comparison.parameter_fit import MOST_SHOWN, parameter_fit, parameter_scores
from proda_core.comparison.profiles_kept import profiles_kept, sentence
from proda_core.network.settings import PRESETS
from proda_core.records import store
from proda_core.records.checks import InputError
from proda_core.records.posterior import Posterior
from proda_core.sources import example
from proda_core.vocabulary.parameters import PRIORS
from tests.unit.comparison import made_run

PRIOR = PRIORS["proda"]
NAMES = list(PRIOR.names)


def posterior(sites: np.ndarray) -> Posterior:
    """Means rise from site to site; the first site is not kept; the first parameter is identified."""
    share = np.linspace(0.1, 0.9, len(sites))[:, None] * np.ones(len(NAMES))
    ratio = np.tile([0.3, *[0.95] * (len(NAMES) - 1)], (len(sites), 1))
    verdict = np.zeros(len(sites), dtype=int)
    verdict[0], ratio[0] = 1, 0.99
    data = {
        "mean": (("site", "parameter"), PRIOR.to_physical(share)),
        "sd": (("site", "parameter"), 0.1 * np.ones_like(share)),
        "sd_ratio": (("site", "parameter"), ratio),
        "verdict": ("site", verdict),
    }
    return Posterior(xr.Dataset(data, {"site": sites, "parameter": NAMES}, {"prior": "proda"}))


class Network:
    """Predicts what was retrieved."""

    prior, settings = PRIOR, PRESETS["modern"]

    def __init__(self, truth: Posterior) -> None:
        self.truth = truth

    def predict(self, covariates) -> xr.Dataset:
        return xr.Dataset({"mean": self.truth.select(covariates.sites).ds["mean"]})


class Stages(dict):
    """The results of a run by stage."""

    id = "made"


@pytest.fixture(scope="module")
def study():
    return example.load()


@pytest.fixture(scope="module")
def run(study):
    sites = study.assimilable()[:8]
    found = posterior(sites)
    part = np.where(np.arange(8) < 4, "train", "test")
    split = xr.Dataset({"split": ("profile", part)}, {"profile": sites})
    return Stages(network=Network(found), posterior=found, split=split)


def test_predictions_are_beside_what_was_retrieved_with_the_spread_of_each(run, study) -> None:
    frame = parameter_fit(run, study)
    one = frame[frame["parameter"] == NAMES[0]].set_index("site")
    assert len(one) == 7 <= MOST_SHOWN and (one["part"] == "held out").sum() == 4  # one site is not kept
    assert one["predicted"].tolist() == pytest.approx(one["retrieved"].tolist(), rel=1e-6)
    assert set(one["sd_ratio"]) == {0.3}
    table = parameter_scores(frame).set_index("parameter")
    assert table["r2 held out"].tolist() == pytest.approx([1.0] * len(NAMES))
    assert table.loc[NAMES[1], "sd_ratio"] == pytest.approx(0.95)


def test_a_table_of_places_has_no_covariates_to_predict_from(run) -> None:
    with pytest.raises(InputError, match="expected the covariates of its sites"):
        parameter_fit(run, made_run.places())


def test_the_share_of_profiles_kept_is_beside_the_published_one(tmp_path) -> None:
    run = made_run.write(tmp_path / "run")
    with pytest.raises(InputError, match="expected the posteriors of all its sites"):
        profiles_kept(run)
    assert sentence(run) == ""
    store.save(posterior(np.arange(8)), run.path("posterior"))
    frame = profiles_kept(run)
    assert frame["kept"].tolist() == [7, 25_444] and frame["assimilated"].tolist() == [8, 26_905]
    assert frame["share"].tolist() == pytest.approx([7 / 8, 0.9457], abs=1e-4)
    assert "7 of 8 (87.5 %); published: 25,444 of 26,905 (94.6 %)" in sentence(run)


def test_the_spread_of_a_parameter_is_the_median_of_the_kept_sites(tmp_path) -> None:
    run = made_run.write(tmp_path / "run")
    assert identified.spread_ratios(run).empty
    store.save(posterior(np.arange(8)), run.path("posterior"))
    ratios = identified.spread_ratios(run)
    assert ratios[NAMES[0]] == pytest.approx(0.3) and ratios[NAMES[1]] == pytest.approx(0.95)
    assert identified.is_identified(ratios[NAMES[0]]) and not identified.is_identified(ratios[NAMES[1]])
    assert "not identified" in identified.spread_text(ratios[NAMES[1]])
