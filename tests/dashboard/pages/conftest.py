"""What the tests of several pages share: a run with maps, small enough to be made in a moment."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from proda_core.records import store
from proda_core.records.maps import CarbonMap
from proda_core.records.study import Study
from proda_core.runs import Run, start
from proda_core.vocabulary.depth_intervals import INTERVALS

FACTOR = {"default": 1.0, "batch": 2.0, "proda": 3.0}


@pytest.fixture
def mapped_run(data_directory: Path, study: Study) -> Run:
    """A run directory with maps, observed stocks and profiles: products are 1, 2 and 3 times a pattern."""
    made = start(data_directory / "runs" / "made", study, {"schedule": "quick", "seed": 5})
    cells = study.cells_forcing.ds
    pattern = np.arange(1.0, cells.sizes["site"] + 1)
    names = list(FACTOR)
    stock = np.array([FACTOR[n] for n in names])[:, None, None] * np.ones((1, len(INTERVALS), 1)) * pattern
    coords = {n: ("cell", cells[n].values) for n in ("lon", "lat", "cell_area", "land_fraction")}
    ds = xr.Dataset(
        {"stock": (("product", "interval", "cell"), stock)},
        coords={"product": names, "interval": list(INTERVALS), "cell": cells["site"].values, **coords},
    )
    store.save(CarbonMap(ds), made.path("carbon_map"))
    rows = [(site, interval, 7.0) for site in study.sites for interval in INTERVALS]
    frame = pd.DataFrame(rows, columns=["site", "interval", "observed"]).assign(proda=7.0)
    frame.to_csv(made.path("stocks"), index=False)
    layers = study.forcing.grid.size
    carbon = np.array([FACTOR[n] for n in names])[:, None, None] * np.full((1, len(study.sites), layers), 1e3)
    xr.Dataset(
        {"carbon": (("product", "site", "layer"), carbon)},
        coords={"product": names, "site": study.sites, "layer": np.arange(1, layers + 1)},
    ).to_netcdf(made.path("site_carbon"), engine="h5netcdf")
    return made
