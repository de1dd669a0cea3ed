"""Claims on the figures of the page Network: they show the numbers given to them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.pages.network import loss_figure
from dashboard.pages.network.sites_sentence import sites_sentence
from dashboard.plots.elements import figures_of, source_of
from dashboard.plots.tables import scores_table
from proda_core import figures
from proda_core.figures.network import LONGEST_LABEL, MOST_BARS
from proda_core.records.checks import InputError
from proda_core.vocabulary.parameters import PRIORS

NAMES = PRIORS["proda"].names


@pytest.fixture(scope="module")
def fit() -> dict:
    """A network that is perfect in the first parameter and knows nothing of the second."""
    rng, prior = np.random.default_rng(0), PRIORS["proda"]
    retrieved = prior.to_physical(rng.random((40, len(NAMES)))).astype(np.float32)
    held_out = np.arange(40) < 10
    skill = np.linspace(1.0, 0.0, len(NAMES))
    return {
        "parameters": NAMES,
        "prior": "proda",
        "sites": np.arange(40),
        "held_out": held_out,
        "retrieved": retrieved,
        "predicted": retrieved.copy(),
        "spread": np.full(retrieved.shape, 0.01, np.float32) * (prior.upper - prior.lower),
        "r2": {"test": skill, "train": skill},
        "counts": {"train": {"used": 27, "left_out": {"negative_efficiency": 2}}, "validation": {"used": 3}},
    }


def test_predicted_is_drawn_against_retrieved_with_r2_and_unit(fit: dict) -> None:
    (plot,) = figures_of(figures.parameter_fit(fit, "diffus", note="synthetic data"))
    held_out, training = (source_of(plot, f"{part} sites").data for part in ("held-out", "training"))
    assert (len(held_out["site"]), len(training["site"])) == (10, 30)
    np.testing.assert_array_equal(held_out["predicted_diffus"], held_out["retrieved_diffus"])
    assert plot.title.text == "diffus · R² 1 held out, 1 in training · synthetic data"
    assert plot.xaxis[0].axis_label == "retrieved: diffus (m² yr⁻¹)"
    assert (plot.x_range.start, plot.y_range.end) == PRIORS["proda"].bounds["diffus"]


def test_the_parameter_that_is_predicted_best_is_on_top(fit: dict) -> None:
    (plot,) = figures_of(figures.parameter_skill(fit))
    rows = plot.yaxis[0].major_label_overrides
    bars = next(r.data_source.data for r in plot.renderers if r.name == "held-out sites")
    top = int(np.argmin(np.asarray(bars["bottom"])))
    assert rows[0] == NAMES[0] and bars["right"][top] == 1.0
    assert plot.y_range.start > plot.y_range.end


def test_the_spread_is_a_share_of_the_prior(fit: dict) -> None:
    """Expected: 1 % of every prior range."""
    (plot,) = figures_of(figures.ensemble_spread(fit))
    median = next(r.data_source.data for r in plot.renderers if r.name == "median")
    np.testing.assert_allclose(median["spread"], 0.01, rtol=1e-4)
    alone = fit | {"spread": np.full_like(fit["spread"], np.nan)}
    with pytest.raises(InputError, match="no other to disagree with"):
        figures.ensemble_spread(alone)


def test_the_most_important_covariates_are_shown_with_their_kind_and_meaning() -> None:
    names = ["BIO1", *(f"x{i}" for i in range(17)), "Clay_Content_30cm", "Clay_Content_0cm"]
    frame = pd.DataFrame({"q10": np.arange(20.0)}, index=names)
    (plot,) = figures_of(figures.importance(frame, "q10", name="bars"))
    names = plot.yaxis[0].major_label_overrides
    assert len(names) == MOST_BARS and names[0] == "Clay_Content_0cm"
    assert any("clay" in word.lower() for word in source_of(plot, "soil").data["meaning"])
    assert "share of the prior range" in plot.xaxis[0].axis_label


@pytest.mark.parametrize("labels", [None, ["a very very long name of a soil", "b", "c"]])
def test_dependence_draws_numbers_and_categories(fit: dict, labels: list | None) -> None:
    means = np.tile(np.array([1.5, 2.0, 2.5])[:, None], len(NAMES))
    found = {"values": np.array([1.0, 4.0, 9.0]), "means": means, "unit": "degC", "labels": labels}
    (plot,) = figures_of(figures.dependence(found, fit, "q10", "BIO1"))
    places = plot.renderers[0].data_source.data["BIO1"]
    assert list(places) == ([1.0, 4.0, 9.0] if labels is None else [0.0, 1.0, 2.0])
    assert max(map(len, plot.xaxis[0].major_label_overrides.values()), default=0) <= LONGEST_LABEL
    assert plot.xaxis[0].axis_label.endswith("(°C)")
    assert plot.yaxis[0].axis_label == "mean q10; prior 1.2 to 3"


def test_losses_say_for_how_long_and_how_good() -> None:
    found = {0: ((1.0, 2.0, 1.5), (2.0, 1.0, 1.25)), 1: ((1.0, 2.0, 1.75),)}
    assert loss_figure.loss_title(found) == "2 networks, 3 epochs, best validation loss 1.25"
    assert loss_figure.loss_columns(found[0])["validation"].tolist() == [1.5, 1.25]
    assert len(loss_figure.loss_columns()["epoch"]) == 0


def test_scores_and_sites_are_in_words(fit: dict) -> None:
    row = {"r2": 0.5, "nse": 0.4, "rmse": 9.0, "bias": -1.0, "n": 120.0}
    html = scores_table(pd.DataFrame([{"method": "this"} | row, {"method": "default"} | row]))
    assert "This network" in html and "CLM5 default" in html and "kgC m⁻³" in html
    sentence = sites_sentence(fit["counts"])
    assert sentence == "Sites: trained on 27, validated on 3; left out: 2 negative efficiency."
