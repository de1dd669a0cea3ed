"""Figure 37.5: stocks by vegetation class, measured and of every product."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.labels import OBSERVED, order
from proda_core.comparison.places import vegetation_order
from proda_core.comparison.vegetation import by_vegetation
from proda_core.figures.elements import FULL_WIDTH, STOCK, abreast, dim, dots, panel, rule, segments
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import colour, marker, title
from proda_core.records.checks import expect
from proda_core.vocabulary.depth_intervals import label as depths

LEAST_SITES = 3  # fewer have no spread worth a mark; the table has them
SPREAD = 0.74  # of a class's width that its products share
_DIMS = (dim("position", "vegetation"), dim("mean", "stock", STOCK))
_COLUMNS = [
    dim("vegetation", "class"),
    dim("low", units=STOCK),
    dim("high", units=STOCK),
    dim("n", "profiles"),
]


@from_run(by_vegetation)
def vegetation(frame: pd.DataFrame, *, interval: str | None = None, note: str = "") -> hv.Layout:
    """Draw means with bars of half a standard deviation, products side by side; one panel per interval.

    frame : vegetation, interval, product, mean, low, high [kgC m-2], n, profiles; below each class is
        how many of its profiles carry the interval
    """
    frame = frame[(frame["n"] >= LEAST_SITES) & (frame["interval"].eq(interval) if interval else True)]
    expect(len(frame) > 0, f"no vegetation class has {LEAST_SITES} profiles that carry a stock")
    classes, products = vegetation_order(frame["vegetation"]), order(frame["product"])
    offsets = SPREAD * ((np.arange(len(products)) + 0.5) / len(products) - 0.5)
    away = frame["product"].map(dict(zip(products, offsets)))
    frame = frame.assign(position=frame["vegetation"].map(classes.index) + away)
    panels = []
    for name, part in frame.groupby("interval", sort=False):
        marks = [rule(i - 0.5, alpha=0.3) for i in range(1, len(classes))]
        marks += [mark for product in products for mark in _marks(part[part["product"] == product], product)]
        n = part.drop_duplicates("vegetation").set_index("vegetation")["n"]
        profiles = frame.drop_duplicates("vegetation").set_index("vegetation")["profiles"]
        options = {"title": f"Soil carbon by vegetation, {depths(name)}", "note": note, "name": "vegetation"}
        options |= {
            "xticks": [(i, _tick(c, n.get(c, 0), profiles[c])) for i, c in enumerate(classes)],
            "grid": "y",
        }
        options |= {"xlim": (-0.5, len(classes) - 0.5), "ylim": (0, 1.05 * float(part["high"].max()))}
        panels.append(panel(*marks, width=FULL_WIDTH, height=285, xlabel="", **options))
    return abreast(panels, 1, linked=False)


def _marks(rows: pd.DataFrame, product: str) -> list:
    x, shade, observed = rows["position"], colour(product), product == OBSERVED
    bars = segments((x, rows["low"], x, rows["high"]), _DIMS, colour=shade, width=2.5 if observed else 1.5)
    style = {"colour": shade, "marker": marker(product), "size": 13 if observed else 8}
    return [bars, dots(rows, list(_DIMS), _COLUMNS, title(product), **style)]


def _tick(name: str, n: int, profiles: int) -> str:
    carrying = f"n = {n:,}" if n else f"n < {LEAST_SITES}"
    return "\n".join([*name.split(" "), carrying, f"of {profiles:,}"])
