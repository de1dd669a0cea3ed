"""Maps: every product (figure 37.3), differences, deviations at sites (figure 37.2) and bulk processes."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.components import bulk_processes
from proda_core.comparison.deviation import profile_deviation
from proda_core.comparison.labels import OBSERVED, label, order
from proda_core.comparison.map_products import map_products
from proda_core.figures.elements import STOCK, abreast, columns_for, dim
from proda_core.figures.ground import Ground, ground
from proda_core.figures.inputs import from_run
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


@from_run(map_products)
def maps(
    frame: pd.DataFrame, *, interval: str | None = None, projection: str = "albers", note: str = ""
) -> hv.Layout:
    """Draw products down and intervals across, one colour scale in each column.

    frame : product, interval, place, lon, lat, stock [kgC m-2]
    interval : one map per product, of this interval
    """
    frame = frame[frame["interval"].eq(interval)] if interval else frame
    frame = frame[np.isfinite(frame["stock"].astype(float))]
    products, intervals = order(frame["product"]), list(dict.fromkeys(frame["interval"]))
    on_cells = frame[frame["product"] != OBSERVED] if len(products) > 1 else frame
    base = _ground(on_cells, projection)
    columns = len(intervals) if len(intervals) > 1 else columns_for(len(products))
    colours = {name: _stock_colours(on_cells[on_cells["interval"] == name], name) for name in intervals}
    value, panels = dim("stock", units=STOCK), []
    for product in products:
        for name in intervals:
            part = frame[(frame["product"] == product) & (frame["interval"] == name)]
            text = title(product) if len(intervals) == 1 else f"{title(product)}, {depths(name)}"
            if product == OBSERVED:
                mark = base.sites(part, value, [dim("place", "site")], **colours[name])
            else:
                mark = base.cells(part["lon"], part["lat"], part["stock"], value, **colours[name])
            panels.append(
                base.panel(mark, title=text, note=note, columns=columns, name=f"{projection}-{product}")
            )
    return abreast(panels, columns)


def difference(
    frames: pd.DataFrame | Sequence[pd.DataFrame], *, projection: str = "albers", note: str = ""
) -> hv.Layout:
    """Draw one product minus another, one map per pair, one scale centred on zero.

    frames : of ``comparison.map_products.difference``
    """
    frames = [frames] if isinstance(frames, pd.DataFrame) else list(frames)
    away = np.concatenate([frame["difference"] for frame in frames]) if frames else []
    interval = depths(frames[0].attrs["interval"]) if frames else ""
    words = f"difference of the stock, {interval} ({unit(STOCK)}; orange: the first has less)"
    colours = {"limits": symmetric_limits(away, 0.95), "palette": DIVERGING, "words": words}
    panels = []
    for frame in frames:
        base, value = _ground(frame, projection), dim("difference", units=STOCK)
        text = f"{title(frame.attrs['one'])} minus {label(frame.attrs['two'])}"
        text = f"{text} (median {number(float(frame['difference'].median()))})"
        cells = base.cells(frame["lon"], frame["lat"], frame["difference"], value, **colours)
        panels.append(
            base.panel(cells, title=text, note=note, columns=min(len(frames), 2), name="difference")
        )
    return abreast(panels, min(2, max(len(panels), 1)))


@from_run(profile_deviation)
def deviation(
    frame: pd.DataFrame,
    *,
    methods: Sequence[str] = (),
    scaled: bool = False,
    projection: str = "albers",
    note: str = "",
) -> hv.Layout:
    """Draw at each site where a method has too much and where too little, one map per method.

    frame : site, lon, lat, method, interval, observed, modelled, deviation [kgC m-2], scaled, low, high
    scaled : by the 5 % and 95 % quantiles of the method, as in the chapter; otherwise one scale in kgC m-2
    """
    shown = [m for m in order(frame["method"]) if m in (methods or set(frame["method"]))]
    frame = frame[frame["method"].isin(shown)].dropna(subset=["lon", "lat", "deviation"])
    value = dim("scaled", "scaled deviation") if scaled else dim("deviation", units=STOCK)
    limits = (-1.0, 1.0) if scaled else symmetric_limits(frame["deviation"], 0.95)
    words = f"modelled minus measured stock, {depths(str(frame['interval'].iloc[0]))}"
    words += (
        ", by 5 % and 95 % quantiles (orange: too little)"
        if scaled
        else f" ({unit(STOCK)}; orange: too little)"
    )
    others = [dim("site"), *(dim(name, units=STOCK) for name in ("observed", "modelled"))]
    others += [dim("deviation", units=STOCK)] if scaled else []
    base, panels = _ground(frame, projection), []
    for method in shown:
        part = frame[frame["method"] == method]
        part = part.iloc[part[value.name].abs().argsort(kind="stable")]  # the largest departures on top
        ends = f"5 %: {number(part['low'].iloc[0])}, 95 %: {number(part['high'].iloc[0])} {unit(STOCK)}"
        mean = f"mean {number(float(part['deviation'].mean()), 2)} {unit(STOCK)} · {len(part):,} profiles"
        points = base.sites(part, value, others, limits=limits, palette=DIVERGING, words=words)
        text = f"{title(method)}\n{ends if scaled else mean}"
        panels.append(
            base.panel(
                points, title=text, note=note, columns=columns_for(len(shown)), name=f"deviation-{method}"
            )
        )
    return abreast(panels)


@from_run(bulk_processes)
def processes(frame: pd.DataFrame, *, projection: str = "albers", note: str = "") -> hv.Layout:
    """Draw one map per bulk process, each with its own scale.

    frame : process, unit, meaning, cell, lon, lat, value
    """
    names = list(dict.fromkeys(frame["process"]))
    base, panels = _ground(frame, projection), []
    for name in names:
        part = frame[frame["process"] == name]
        value = dim("value", name.replace("_", " "), part["unit"].iloc[0])
        colours = {
            "limits": readable_limits(part["value"]),
            "palette": SEQUENTIAL,
            "words": value.pprint_label,
        }
        cells = base.cells(part["lon"], part["lat"], part["value"], value, **colours)
        text = value.label[:1].upper() + value.label[1:]
        panels.append(
            base.panel(cells, title=text, note=note, columns=columns_for(len(names)), name=f"process-{name}")
        )
    return abreast(panels)


def _ground(frame: pd.DataFrame, projection: str) -> Ground:
    return ground(frame["lon"].to_numpy(), frame["lat"].to_numpy(), projection)


def _stock_colours(frame: pd.DataFrame, interval: str) -> dict:
    words = f"stock, {depths(interval)} ({unit(STOCK)})"
    return {"limits": readable_limits(frame["stock"]), "palette": SEQUENTIAL, "words": words}
