"""Three small profiles whose scores and stocks can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from proda_core.records.profiles import Profiles
from proda_core.vocabulary.soil_layers import GRIDS
from tests.unit.comparison import made_run


@pytest.fixture
def grid():
    return GRIDS["clm5_20"]


@pytest.fixture
def profiles():
    """Site 10: 4 depths, one unusable; site 20: 2 depths to 0.4 m; site 30: starts at 0.25 m."""
    depth = [0.1, 0.5, 1.2, 2.1, 0.05, 0.4, 0.25, 1.5]
    carbon = [20e3, 10e3, 5e3, 4e3, 30e3, 8e3, 9e3, 2e3]
    usable = [0, 0, 0, 1, 0, 0, 0, 0]
    return Profiles(
        xr.Dataset(
            {
                "lon": ("profile", [-75.0, -74.0, -73.0]),
                "lat": ("profile", [42.0, 42.0, 42.0]),
                "profile_id": ("profile", [1, 2, 3]),
                "place": ("profile", [0, 1, 2]),
                "row_size": ("profile", [4, 2, 2]),
                "depth": ("observation", np.array(depth)),
                "carbon": ("observation", np.array(carbon)),
                "usable": ("observation", np.array(usable, dtype=np.int8)),
            },
            coords={"profile": [10, 20, 30]},
        )
    )


@pytest.fixture
def carbon(grid):
    """Two methods: 10 kgC m-3 everywhere; and the depth of the node in kgC m-3, unknown at site 20."""
    sites = [10, 20, 30]
    coords = {"site": sites, "layer": np.arange(1, grid.size + 1)}
    flat = xr.DataArray(np.full((3, grid.size), 10e3), dims=("site", "layer"), coords=coords)
    sloped = xr.DataArray(np.tile(1e3 * grid.layer_node, (3, 1)), dims=("site", "layer"), coords=coords)
    return {"flat": flat, "sloped": sloped.sel(site=[10, 30])}


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """A small run written by hand (see made_run)."""
    return made_run.write(tmp_path_factory.mktemp("runs") / "made")


@pytest.fixture
def study():
    """Where the sites of the made run lie."""
    return made_run.places()
