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
CLASS, MEAN = dim("position", "vegetation"), dim("mean", "stock", STOCK)


@from_run(by_vegetation)
def vegetation(frame: pd.DataFrame, *, interval: str | None = None, note: str = "") -> hv.Layout:
    """Draw means with bars of half a standard deviation, products side by side; one panel per interval.

    frame : vegetation, interval, product, mean, low, high [kgC m-2], n
    """
    frame = frame[(frame["n"] >= LEAST_SITES) & (frame["interval"].eq(interval) if interval else True)]
    expect(len(frame) > 0, f"no vegetation class has {LEAST_SITES} profiles that carry a stock")
    classes, products = vegetation_order(frame["vegetation"]), order(frame["product"])
    intervals = list(dict.fromkeys(frame["interval"]))
    return abreast(
        [_panel(frame, name, classes, products, name == intervals[0], note) for name in intervals], 1
    )


def _panel(
    frame: pd.DataFrame, interval: str, classes: list, products: list, first: bool, note: str
) -> hv.Overlay:
    part = frame[frame["interval"] == interval]
    offsets = SPREAD * ((np.arange(len(products)) + 0.5) / len(products) - 0.5)
    marks = [rule(i - 0.5, alpha=0.3) for i in range(1, len(classes))]
    for product, offset in zip(products, offsets):
        marks += _product(part[part["product"] == product], product, classes, offset)
    counts = part.drop_duplicates("vegetation").set_index("vegetation")["n"]
    return panel(
        *marks,
        title=f"Soil carbon by vegetation, {depths(interval)}",
        note=note,
        name="vegetation",
        width=FULL_WIDTH,
        height=285,
        legend=first,
        grid="y",
        xlim=(-0.5, len(classes) - 0.5),
        ylim=(0, 1.05 * float(part["high"].max())),
        xticks=[(i, _tick(name, counts.get(name, 0))) for i, name in enumerate(classes)],
        xlabel="",
        ylabel=MEAN.pprint_label,
    )


def _product(rows: pd.DataFrame, product: str, classes: list, offset: float) -> list:
    x, dims = rows["vegetation"].map(classes.index) + offset, (CLASS, MEAN)
    shade, observed = colour(product), product == OBSERVED
    vdims = [dim("class"), dim("low", units=STOCK), dim("high", units=STOCK), dim("n", "profiles")]
    data = (x, rows["mean"], rows["vegetation"], rows["low"], rows["high"], rows["n"])
    bars = segments((x, rows["low"], x, rows["high"]), dims, colour=shade, width=2.5 if observed else 1.5)
    return [bars, dots(data, list(dims), vdims, title(product), colour=shade, marker=marker(product), size=8)]


def _tick(name: str, n: int) -> str:
    lines = "\n".join(name.split(" "))
    return f"{lines}\nn = {n:,}" if n else f"{lines}\nn < {LEAST_SITES}"
