"""Maps: every product (figure 37.3), differences, deviations at sites (figure 37.2) and bulk processes."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.components import bulk_processes
from proda_core.comparison.deviation import WHOLE_PROFILE, profile_deviation
from proda_core.comparison.labels import OBSERVED, label, order
from proda_core.comparison.map_products import map_products
from proda_core.figures.base_map import base_map
from proda_core.figures.elements import STOCK, abreast, columns_for, dim
from proda_core.figures.inputs import from_run
from proda_core.figures.projection import ALBERS
from proda_core.figures.theme import (
    DIVERGING,
    SEQUENTIAL,
    number,
    readable_limits,
    symmetric_limits,
    title,
    unit,
)
from proda_core.vocabulary.depth_intervals import label as depths

_KG = unit(STOCK)


@from_run(map_products)
def maps(
    frame: pd.DataFrame, *, interval: str | None = None, projection: str = ALBERS, note: str = ""
) -> hv.Layout:
    """Map products down and intervals across, one colour scale in each column.

    frame : product, interval, place, lon, lat, stock [kgC m-2]
    interval : one map per product, of this interval
    projection : "albers", "mercator" or "geographic"
    """
    frame = frame[
        np.isfinite(frame["stock"].astype(float)) & (frame["interval"].eq(interval) if interval else True)
    ]
    products, intervals = order(frame["product"]), list(dict.fromkeys(frame["interval"]))
    on_cells = frame[frame["product"] != OBSERVED] if len(products) > 1 else frame
    base = base_map(on_cells, projection) if len(frame) else None
    columns = len(intervals) if len(intervals) > 1 else columns_for(len(products))
    value, panels = dim("stock", units=STOCK), []
    for product in products:
        for name in intervals:
            part = frame[(frame["product"] == product) & (frame["interval"] == name)]
            limits = readable_limits(on_cells.loc[on_cells["interval"] == name, "stock"])
            colours = {"limits": limits, "palette": SEQUENTIAL, "words": f"stock, {depths(name)} ({_KG})"}
            observed = product == OBSERVED
            mark = (
                base.sites(part, value, [dim("place")], **colours)
                if observed
                else base.cells(part, value, **colours)
            )
            text = title(product) if len(intervals) == 1 else f"{title(product)}, {depths(name)}"
            options = {"title": text, "note": "" if "(synthetic)" in text else note, "columns": columns}
            panels.append(base.panel(mark, name=f"{projection}-{product}", **options))
    return abreast(panels, columns)


def difference(
    frames: pd.DataFrame | Sequence[pd.DataFrame], *, projection: str = ALBERS, note: str = ""
) -> hv.Layout:
    """Map one product minus another, one map per pair, one scale centred on zero.

    frames : of ``comparison.map_products.difference``
    """
    frames = [frames] if isinstance(frames, pd.DataFrame) else list(frames)
    colours = {
        "limits": symmetric_limits([v for f in frames for v in f["difference"]], 0.95),
        "palette": DIVERGING,
    }
    value, panels = dim("difference", units=STOCK), []
    for frame in frames:
        words = (
            f"difference of the stock, {depths(frame.attrs['interval'])} ({_KG}; orange: the first has less)"
        )
        base, middle = base_map(frame, projection), number(float(frame["difference"].median()))
        text = f"{title(frame.attrs['one'])} minus {label(frame.attrs['two'])} (median {middle})"
        cells = base.cells(frame, value, words=words, **colours)
        panels.append(base.panel(cells, title=text, note=note, columns=2, name="difference"))
    return abreast(panels, min(2, max(len(panels), 1)))


@from_run(profile_deviation)
def deviation(
    frame: pd.DataFrame,
    *,
    methods: Sequence[str] = (),
    scaled: bool = False,
    projection: str = ALBERS,
    note: str = "",
) -> hv.Layout:
    """Map at each site where a method has too much and where too little, one map per method.

    frame : site, lon, lat, method, interval, observed, modelled, deviation [kgC m-2], scaled, low, high
    methods : all by default
    scaled : by the 5 % quantile of the method's underestimates and the 95 % quantile of its overestimates,
        as in the chapter; otherwise one scale in kgC m-2
    """
    shown = [m for m in order(frame["method"]) if m in (methods or set(frame["method"]))]
    frame = frame[frame["method"].isin(shown)].dropna(subset=["lon", "lat", "deviation"])
    value = dim("scaled", "scaled deviation") if scaled else dim("deviation", units=STOCK)
    interval = str(frame["interval"].iloc[0])
    words = "modelled minus measured stock, "
    words += "whole profile" if interval == WHOLE_PROFILE else depths(interval)
    words += ", by own 5 % and 95 % quantiles" if scaled else f" ({_KG})"
    limits = (-1.0, 1.0) if scaled else symmetric_limits(frame["deviation"], 0.95)
    colours = {"limits": limits, "palette": DIVERGING, "words": f"{words}; orange: too little"}
    others = [dim("site"), dim("observed", units=STOCK), dim("modelled", units=STOCK)]
    base, panels = base_map(frame, projection), []
    for method in shown:
        part = frame[frame["method"] == method]
        part = part.iloc[part[value.name].abs().argsort(kind="stable")]  # the largest departures on top
        ends = (
            f"5 %: {number(part['low'].iloc[0])}, 95 %: {number(part['high'].iloc[0])} {_KG}"
            if scaled
            else ""
        )
        mean = f"mean {number(float(part['deviation'].mean()), 2)} {_KG} · {len(part):,} profiles"
        options = {"title": f"{title(method)}\n{ends or mean}", "note": note, "name": f"deviation-{method}"}
        mark = base.sites(part, value, others, **colours)
        panels.append(base.panel(mark, columns=columns_for(len(shown)), **options))
    return abreast(panels)


@from_run(bulk_processes)
def processes(frame: pd.DataFrame, *, projection: str = ALBERS, note: str = "") -> hv.Layout:
    """Map every bulk process, each with its own scale.

    frame : process, unit, meaning, cell, lon, lat, value
    """
    base, panels = base_map(frame, projection), []
    for name, part in frame.groupby("process", sort=False):
        value = dim("value", str(name).replace("_", " "), part["unit"].iloc[0])
        colours = {
            "limits": readable_limits(part["value"]),
            "palette": SEQUENTIAL,
            "words": value.pprint_label,
        }
        options = {"title": value.label.capitalize(), "note": note, "name": f"process-{name}"}
        columns = columns_for(frame["process"].nunique())
        panels.append(base.panel(base.cells(part, value, **colours), columns=columns, **options))
    return abreast(panels)
