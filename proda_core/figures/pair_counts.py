"""Figure 37.2, right: modelled against observed density of carbon, counted by Datashader."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.density import densities, regression
from proda_core.comparison.labels import order
from proda_core.figures.elements import (
    DENSITY,
    FULL_WIDTH,
    abreast,
    coloured,
    columns_for,
    curve,
    dim,
    panel,
    styled,
)
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import OBSERVED, SEQUENTIAL, number, title

SHARE_INSIDE = 0.99  # of the values, that the axes reach
SIDES = ((5_000, 60), (50_000, 120))  # pixels along each axis, for at most so many pairs
FINEST = 240
DIMS = dim("observed", units=DENSITY), dim("modelled", units=DENSITY)
COUNT = dim("count", "observations in a pixel")


@from_run(densities)
def density(frame: pd.DataFrame, *, methods: Sequence[str] = (), note: str = "") -> hv.Layout:
    """Draw counts of pairs with the regression line and the line 1:1, one panel per method.

    frame : method, observed, modelled [kgC m-3]; counted already if it comes from ``density_counts``
    methods : all by default
    """
    counted = frame.attrs.get("shaded") or density_counts(frame).attrs["shaded"]
    shown = [m for m in order(counted["counts"]) if m in (methods or counted["counts"])]
    most = max([2, *(int(counted["counts"][m].max(initial=0)) for m in shown)])
    return abreast([_panel(m, counted, most, len(shown), note) for m in shown])


def density_counts(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame in narrow types, with its pairs counted in ``attrs["shaded"]``.

    ``end`` of both axes [kgC m-3]; by method ``counts`` (modelled, observed) uint32 from zero to the
    end, and the regression line ``slope``, ``intercept`` [kgC m-3], ``r2`` with ``n`` pairs.
    """
    attrs = dict(frame.attrs)
    values = frame[["observed", "modelled"]].to_numpy()
    lines = {row.pop("method"): row for row in regression(frame).to_dict("records")}
    floats = {name: "float32" for name in ("depth", "observed", "modelled") if name in frame}
    narrow = frame.astype(floats | {name: "category" for name in ("part", "method") if name in frame})
    if len(frame):
        end = float(np.nanquantile(values, SHARE_INSIDE))
        attrs["shaded"] = {"end": end, "lines": lines, "counts": _counts(narrow, end)}
    narrow.attrs = attrs
    return narrow


def _counts(frame: pd.DataFrame, end: float) -> dict[str, np.ndarray]:
    import datashader

    most = int(frame["method"].value_counts().max())
    side = next((pixels for pairs, pixels in SIDES if most <= pairs), FINEST)
    canvas = datashader.Canvas(plot_width=side, plot_height=side, x_range=(0, end), y_range=(0, end))
    by_method = datashader.by("method", datashader.count())
    found = canvas.points(frame, "observed", "modelled", by_method)
    return {str(m): found.sel({"method": m}).values.astype(np.uint32) for m in frame["method"].cat.categories}


def _panel(method: str, counted: dict, most: int, panels: int, note: str) -> hv.Overlay:
    end, line = counted["end"], counted["lines"][method]
    counts = counted["counts"][method].astype(float)
    image = hv.Image(np.where(counts > 0, counts, np.nan)[::-1], [*DIMS], [COUNT], bounds=(0, 0, end, end))
    clear = {"clipping_colors": {"NaN": "rgba(0,0,0,0)"}, "tools": ["hover"], "cnorm": "log"}
    image = styled(image, clear, {"interpolation": "nearest", "logz": True}, show_legend=False)
    image = coloured(image, (1, most), SEQUENTIAL, COUNT.label)
    ends = np.array([0.0, end])
    marks = [image, curve(ends, ends, DIMS, dash="dashed", width=1.5)]
    if np.isfinite(line["slope"]):
        marks.append(curve(ends, line["intercept"] + line["slope"] * ends, DIMS, colour=OBSERVED, width=2.5))
    words = f"R² {number(line['r2'], 2)} · slope {number(line['slope'], 2)} · n {line['n']:,}"
    width = FULL_WIDTH // max(2, columns_for(panels))
    options = {"title": f"{title(method)}\n{words}", "note": note, "name": f"density-{method}"}
    return panel(*marks, width=width, height=width + 10, xlim=(0, end), ylim=(0, end), **options)
