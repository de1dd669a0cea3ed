"""One small continent for all tests of this folder: the landscape is whole, the profiles are fewer."""

from __future__ import annotations

import pytest

from proda_core.teaching import World, make


@pytest.fixture(scope="session")
def world() -> World:
    return make(seed=0, n_profiles=5000)


@pytest.fixture(scope="session")
def dirty() -> World:
    return make(seed=0, variant="teaching-dirty", n_profiles=2000)
