"""Claims on the sites whose differences make the spread of a map: best those that did not fit the network."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from proda_core import run_products


@pytest.fixture
def used(monkeypatch) -> list[np.ndarray]:
    """The sites with which differences are computed."""
    found: list[np.ndarray] = []
    monkeypatch.setattr(run_products, "site_differences", lambda n, c, p, sites, seed: found.append(sites))
    return found


def differences(validation: int, kept: int) -> None:
    """Call it for 100 sites of which some validate; the first ``kept`` have a kept posterior."""
    part = np.where(np.arange(100) < validation, "validation", "train")
    part[-10:] = "test"
    split = xr.Dataset({"split": ("profile", part)}, {"profile": np.arange(100)})
    inputs = SimpleNamespace(covariates=None, choices=SimpleNamespace(seed=1))
    run_products.differences_at_sites(inputs, split, SimpleNamespace(kept=np.arange(kept)), None)


def test_validation_sites_are_used_where_they_are_enough(used) -> None:
    differences(validation=40, kept=100)
    assert used[0].tolist() == list(range(40))


@pytest.mark.parametrize(("validation", "kept"), [(20, 100), (40, 25)])
def test_with_few_of_them_training_sites_are_used_too_and_test_sites_never(used, validation, kept) -> None:
    differences(validation, kept)
    assert used[0].tolist() == list(range(90))
