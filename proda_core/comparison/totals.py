"""Figure 37.4: total carbon of each product, and published totals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.cells import covered_area, reference_on_cells
from proda_core.comparison.labels import order
from proda_core.comparison.map_products import OURS, REFERENCE, References
from proda_core.comparison.published import TOTALS, caution, is_synthetic
from proda_core.comparison.run_tables import HELD_OUT, extrapolation_note, stocks, with_units
from proda_core.comparison.total_uncertainty import total_uncertainty
from proda_core.records.maps import CarbonMap
from proda_core.vocabulary.depth_intervals import SLICES

if TYPE_CHECKING:
    from proda_core.comparison.places import Places
    from proda_core.runs import Run

PUBLISHED = "published"
SPREADS = ("mean_error", "sd", "sd_independent")
INTERVALS = (*SLICES, "0-200")
CONTERMINOUS_US = 7.9  # million km2 of land in half-degree cells
_TOLERANCE = 0.1  # of that area
_BOX = (-125.0, -66.5, 24.0, 50.0)  # west, east, south, north [degrees]


def totals(run: Run, study: Places | None = None, references: References | None = None) -> pd.DataFrame:
    """One row per product and interval (three slices and 0-200 cm): ``total`` [PgC] and its source.

    ``kind`` is "this run", "reference" (a map summed over the same cells) or "published". ``area`` is the
    land with a value [million km2]. Published totals are of the conterminous United States:
    ``comparable`` is False where the cells do not cover it or the data are synthetic, with the reason in
    ``note``. ``mean_error``, ``sd`` and ``sd_independent`` [PgC] are of
    :func:`proda_core.comparison.total_uncertainty.total_uncertainty`, NaN where held-out profiles are too few
    or the study is not given.
    """
    carbon = run["carbon_map"]
    comparable = covers_conterminous_us(carbon) and not is_synthetic(run, study)
    parts = [_of_map(carbon, OURS)]
    for name, product in (references or {}).items():
        parts.append(_of_map(reference_on_cells(product, carbon, name), REFERENCE))
    published = TOTALS[TOTALS["interval"].isin(INTERVALS)]
    parts.append(published.assign(kind=PUBLISHED, area=CONTERMINOUS_US))
    frame = pd.concat(parts, ignore_index=True)
    note = caution(run, study) or _note(carbon, comparable)
    ours = frame["kind"] != PUBLISHED
    frame["comparable"] = comparable | ours
    frame["note"] = [note if theirs and not comparable else "" for theirs in ~ours]
    frame = _with_uncertainty(frame, run, study)
    columns = ["kind", "product", "interval", "total", *SPREADS, "area", "source", "comparable", "note"]
    found = with_units(frame[columns], **dict.fromkeys(["total", *SPREADS], "PgC"), area="10^6 km2")
    known = study is not None and found["sd"].notna().any()
    found.attrs["note"] = f"{note} {extrapolation_note(stocks(run, HELD_OUT)) if known else ''}".strip()
    return found


def _with_uncertainty(frame: pd.DataFrame, run: Run, study: Places | None) -> pd.DataFrame:
    """Add SPREADS to the totals of the run, from its held-out profiles where it has their stocks."""
    if study is None or not {"stocks", "split"} <= set(run.finished):
        return frame.assign(**dict.fromkeys(SPREADS, np.nan))
    spreads = total_uncertainty(run, study).assign(kind=OURS)
    return frame.merge(spreads.drop(columns="profiles"), on=["kind", "product", "interval"], how="left")


def covers_conterminous_us(carbon: CarbonMap) -> bool:
    """Whether the cells of a map are those of the conterminous United States, by place and land area."""
    lon, lat = carbon.ds["lon"].values, carbon.ds["lat"].values
    west, east, south, north = _BOX
    inside = lon.min() > west - 1 and lon.max() < east + 1 and lat.min() > south - 1 and lat.max() < north + 1
    return bool(inside and abs(land_area(carbon) / CONTERMINOUS_US - 1) < _TOLERANCE)


def land_area(carbon: CarbonMap) -> float:
    """Land of all cells [million km2]."""
    return float((carbon.ds["cell_area"] * carbon.ds["land_fraction"]).sum()) / 1e12


def _of_map(carbon: CarbonMap, kind: str) -> pd.DataFrame:
    frame = carbon.totals().rename("total").to_dataframe()[["total"]]
    frame["area"] = covered_area(carbon).rename("area").to_dataframe()["area"] / 1e12
    frame = frame.reset_index().assign(kind=kind, source=kind)
    rank = {name: i for i, name in enumerate(order(frame["product"]))}
    frame = frame[frame["interval"].isin(INTERVALS)]
    return frame.sort_values("product", key=lambda c: c.map(rank), kind="stable")


def _note(carbon: CarbonMap, whole: bool) -> str:
    if whole:
        return "The cells cover the conterminous United States, as the published totals do."
    return (
        f"The cells of this run cover {land_area(carbon):.2f} million km² of land, not the"
        f" {CONTERMINOUS_US:g} million of the conterminous United States: published totals can not be"
        " compared with these."
    )
