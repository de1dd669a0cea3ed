"""Bulk processes on the map of a run, and the loss of skill with one part of the model held at its mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from proda_core.comparison.labels import order
from proda_core.comparison.run_tables import DENSITY, with_units
from proda_core.records.checks import one_of

if TYPE_CHECKING:
    from proda_core.comparison.places import Places
    from proda_core.runs import Run

_PLACE = ("lon", "lat", "cell_area", "land_fraction")


def component_control(run: Run, study: Places | None = None) -> pd.DataFrame:
    """One row per product and part of the model held at its mean: scores, and stocks in PgC.

    ``nse_lost`` and ``rmse_gained`` are of the held-out sites, relative to the full model; ``total_*`` and
    ``change_*`` are of the map.
    """
    frame = run["component_control"]
    stocks = {name: "PgC" for name in frame if name.startswith(("total_", "change_"))}
    return with_units(frame, rmse=DENSITY, bias=DENSITY, mae=DENSITY, rmse_gained=DENSITY, **stocks)


def bulk_processes(run: Run, study: Places | None = None, *, product: str | None = None) -> pd.DataFrame:
    """One row per process and cell of one product (PRODA by default): value, unit and meaning."""
    ds = run["process_map"]
    known = order(map(str, ds["product"].values))
    product = one_of(product or ("proda" if "proda" in known else known[-1]), known, "product")
    here = ds.sel(product=product)
    parts = []
    for name in (str(name) for name in here.data_vars if name not in _PLACE):
        attrs = here[name].attrs
        part = pd.DataFrame({"cell": ds["cell"].values, "lon": ds["lon"].values, "lat": ds["lat"].values})
        words = {"process": name, "unit": attrs.get("units", "1"), "meaning": attrs.get("long_name", name)}
        parts.append(part.assign(product=product, **words, value=here[name].values))
    columns = ["product", "process", "unit", "meaning", "cell", "lon", "lat", "value"]
    return with_units(pd.concat(parts)[columns], lon="degrees_east", lat="degrees_north")
