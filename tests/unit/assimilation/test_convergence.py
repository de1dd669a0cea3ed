"""Diagnostics of all parameters at once. Expected values: ArviZ, one parameter at a time."""

from __future__ import annotations

import arviz
import numpy as np
import pytest

from proda_core.assimilation import convergence


def autoregressive(rho: float, shape=(4, 1500, 4), seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=shape)
    draws = np.zeros(shape)
    for t in range(1, shape[1]):
        draws[:, t] = rho * draws[:, t - 1] + noise[:, t]
    draws[..., -1] += 0.2 * np.arange(shape[0])[:, None]  # chains that disagree
    return draws


def ours_and_arviz(draws: np.ndarray) -> tuple[dict, dict]:
    each = [draws[..., p] for p in range(draws.shape[-1])]
    reference = {
        "rhat": [float(arviz.rhat(x)) for x in each],
        "ess_bulk": [float(arviz.ess(x)) for x in each],
        "ess_tail": [float(arviz.ess(x, method="tail")) for x in each],
    }
    return convergence.rank_diagnostics(draws), reference


@pytest.mark.parametrize("rho", [-0.4, 0.0, 0.5, 0.95])
def test_diagnostics_agree_with_arviz(rho: float) -> None:
    found, reference = ours_and_arviz(autoregressive(rho))
    np.testing.assert_allclose(found["rhat"], reference["rhat"], rtol=1e-12)
    # the last, tiny term of Geyer's sum is treated differently
    np.testing.assert_allclose(found["ess_bulk"], reference["ess_bulk"], rtol=0.01)
    np.testing.assert_allclose(found["ess_tail"], reference["ess_tail"], rtol=0.01)


def test_repeated_states_and_odd_lengths_agree_with_arviz() -> None:
    draws = np.repeat(autoregressive(0.3, (3, 301, 2)), 3, axis=1)
    found, reference = ours_and_arviz(draws)
    for name, values in reference.items():
        np.testing.assert_allclose(found[name], values, rtol=0.01)


def test_gelman_rubin_is_one_for_equal_chains_and_large_for_distant_ones() -> None:
    draws = np.random.default_rng(1).normal(size=(3, 2000, 1))
    assert convergence.gelman_rubin(draws)[0] == pytest.approx(1.0, abs=2e-3)
    distant = draws + 10.0 * np.arange(3)[:, None, None]
    within, between = 1.0, 2000 * 100.0
    expected = np.sqrt((1999 / 2000 * within + between / 2000) / within)
    assert convergence.gelman_rubin(distant)[0] == pytest.approx(expected, rel=0.05)


def test_what_never_moves_counts_as_one_value() -> None:
    found = convergence.rank_diagnostics(np.ones((3, 100, 1)))
    assert found["rhat"][0] == 1.0 and found["ess_bulk"][0] == 300.0
