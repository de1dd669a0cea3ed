"""Figure 37.3: carbon as measured, in reference maps, and in each product of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from proda_core.comparison.cells import reference_on_cells
from proda_core.comparison.labels import OBSERVED, order
from proda_core.comparison.places import Places, joined
from proda_core.comparison.run_tables import ALL, STOCK, extrapolation_note, stocks, with_units
from proda_core.records.checks import expect, one_of
from proda_core.records.maps import CarbonMap
from proda_core.records.products import Product
from proda_core.vocabulary.depth_intervals import INTERVALS, MAIN_INTERVALS

if TYPE_CHECKING:
    from proda_core.runs import Run

References = Mapping[str, Product]
OURS, REFERENCE = "this run", "reference"
_COLUMNS = ["kind", "product", "interval", "place", "lon", "lat", "stock"]
_UNITS = {"stock": STOCK, "lon": "degrees_east", "lat": "degrees_north"}


def map_products(
    run: Run,
    study: Places | None,
    references: References | None = None,
    *,
    intervals: Iterable[str] = MAIN_INTERVALS,
) -> pd.DataFrame:
    """One row per product, interval and place [kgC m-2]: sites where measured, cells of the grid elsewhere.

    ``kind`` is "observed", "reference" or "this run"; ``place`` the number of the site or cell.
    Measured stocks are those of the run, or columns of the table of places; without a study there are none.
    """
    intervals = [one_of(name, INTERVALS, "interval") for name in intervals]
    carbon = run["carbon_map"]
    parts = [of_cells(carbon, OURS)]
    for name, product in (references or {}).items():
        parts.append(of_cells(reference_on_cells(product, carbon, name), REFERENCE))
    measured = None if study is None else _observed(run, study)
    if measured is not None:
        parts.insert(0, measured)
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame["interval"].isin(intervals)]
    rank = {name: i for i, name in enumerate(order(frame["product"]))}
    at = {name: i for i, name in enumerate(intervals)}
    frame = frame.sort_values("interval", key=lambda c: c.map(at), kind="stable")
    frame = frame.sort_values("product", key=lambda c: c.map(rank), kind="stable")
    found = with_units(frame[_COLUMNS], **_UNITS)
    found.attrs["note"] = "" if measured is None else _extrapolated(run, intervals)
    return found


def difference(
    run: Run,
    study: Places | None,
    one: str,
    two: str,
    interval: str = "0-100",
    references: References | None = None,
) -> pd.DataFrame:
    """One row per cell: the stocks of two products and ``difference`` = one - two [kgC m-2]."""
    frame = map_products(run, None, references, intervals=(interval,))
    known = order(frame["product"])
    one_of(one, known, "product"), one_of(two, known, "product")
    expect(one != two, f"difference: expected two products, found {one} twice")
    wide = frame.pivot(index=["place", "lon", "lat"], columns="product", values="stock").reset_index()
    found = wide[["place", "lon", "lat"]].rename(columns={"place": "cell"})
    found = found.assign(one=wide[one], two=wide[two], difference=wide[one] - wide[two])
    found = with_units(found, **_UNITS, one=STOCK, two=STOCK, difference=STOCK)
    found.attrs |= {"one": one, "two": two, "interval": interval}
    return found


def of_cells(carbon: CarbonMap, kind: str) -> pd.DataFrame:
    """A carbon map as a table: kind, product, interval, place, lon, lat, stock."""
    stock = carbon.ds["stock"].transpose("product", "interval", "cell")
    products, intervals, cells = (stock[name].values for name in stock.dims)
    repeat = len(products) * len(intervals)
    return pd.DataFrame(
        {
            "kind": kind,
            "product": np.repeat(products.astype(str), len(intervals) * len(cells)),
            "interval": np.tile(np.repeat(intervals.astype(str), len(cells)), len(products)),
            "place": np.tile(cells, repeat),
            "lon": np.tile(carbon.ds["lon"].values, repeat),
            "lat": np.tile(carbon.ds["lat"].values, repeat),
            "stock": stock.values.ravel(),
        }
    )


def _extrapolated(run: Run, intervals: Sequence[str]) -> str:
    if "stocks" not in run.finished:
        return ""
    frame = stocks(run, ALL)
    return extrapolation_note(frame[frame["interval"].isin(intervals)])


def _observed(run: Run, study: Places) -> pd.DataFrame | None:
    held = [name for name in INTERVALS if isinstance(study, pd.DataFrame) and name in study]
    if held:
        frame = study.melt("site", held, var_name="interval", value_name=OBSERVED).dropna()
    elif "stocks" in run.finished:
        frame = stocks(run, ALL)[["site", "interval", OBSERVED]]
    else:
        return None
    frame = joined(frame, study).rename(columns={OBSERVED: "stock", "site": "place"})
    return frame.assign(kind=OBSERVED, product=OBSERVED)[_COLUMNS]
