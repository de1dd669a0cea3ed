"""Claims on identifiability and pairs: drawn while their tab is visible, from the elements of the library."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from dashboard.pages.assimilation.pairs_view import FIRST_PAIRED, Identifiability, Pairs
from proda_core.vocabulary.parameters import PRIORS
from tests.dashboard.drivers import Driver

PRIOR = PRIORS["proda"]


@pytest.fixture(scope="module")
def summary() -> xr.Dataset:
    """Draws spread evenly over the prior; sd of parameter number i is (i + 1)/21 of the prior's."""
    count = len(PRIOR.names)
    draws = np.random.default_rng(1).uniform(PRIOR.lower, PRIOR.upper, (3, 100, count))
    return xr.Dataset(
        {
            "draws": (("chain", "draw", "parameter"), draws),
            "sd_ratio": (("parameter",), np.arange(1, count + 1) / count),
        },
        coords={"parameter": list(PRIOR.names)},
    )


def test_the_best_known_parameter_is_on_top(summary: xr.Dataset) -> None:
    bars = Driver(lambda: Identifiability(visible=True))
    bars.page.update(summary, "site 9", "synthetic data")
    plot = bars.plot("identifiability")
    assert plot.title.text == "Information on each parameter from site 9 · synthetic data"
    labels = plot.yaxis[0].major_label_overrides
    top = max(labels) if plot.y_range.start < plot.y_range.end else min(labels)
    assert labels[top] == PRIOR.names[0]


def test_no_posterior_has_no_bars(summary: xr.Dataset) -> None:
    bars = Driver(lambda: Identifiability(visible=True))
    bars.page.update(None, "site 9", "")
    assert not bars.plots and "No posterior yet" in bars.words


def test_pairs_hold_the_draws_below_the_diagonal_within_the_prior(summary: xr.Dataset) -> None:
    pairs = Driver(lambda: Pairs(visible=True, prior="proda"))
    pairs.page.update(summary, "proda")
    first = list(PRIOR.names[:FIRST_PAIRED])
    assert {plot.name for plot in pairs.plots} >= {f"pair-{name}" for name in first}
    pairs.set("Parameters (up to five)", ["q10", "tau4s3", "beta"])
    assert {plot.name for plot in pairs.plots} == {
        *("pair-q10", "pair-tau4s3", "pair-beta"),
        *("pair-q10-tau4s3", "pair-q10-beta", "pair-tau4s3-beta"),
    }
    x = pairs.plot("pair-q10-beta").x_range
    assert (x.start, x.end) == pytest.approx(PRIOR.bounds["q10"])
    dots = pairs.plot("pair-q10-beta").renderers[0]
    drawn = dots.data_source.data[dots.glyph.x]
    np.testing.assert_allclose(drawn, summary["draws"].sel(parameter="q10").values.ravel())


def test_what_is_not_visible_is_not_drawn(summary: xr.Dataset) -> None:
    pairs = Driver(lambda: Pairs(visible=False, prior="proda"))
    pairs.page.update(summary, "proda")
    assert not pairs.plots
    pairs.page.set_visible(True)
    assert pairs.plots
