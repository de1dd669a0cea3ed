"""Every pair of modelled and observed carbon as a picture of counts: made by Datashader in a worker."""

from __future__ import annotations

import numpy as np
import pandas as pd

from proda_core.comparison.density import regression

SEEN = 0.99  # share of the values inside the axes
SIDES = ((5_000, 60), (50_000, 120))  # pixels along each axis, for at most so many pairs
FINEST = 240


def shaded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, narrow, with its picture in ``attrs["shaded"]``.

    frame : method, observed, modelled [kgC m-3], one row per observation and method
    The picture: ``end`` of both axes [kgC m-3]; by method ``counts`` (modelled, observed) uint32 from zero
    to the end, and the regression line ``slope``, ``intercept`` [kgC m-3], ``r2`` with ``n`` pairs.
    """
    attrs = dict(frame.attrs)
    values = frame[["observed", "modelled"]].to_numpy()
    lines = {row.pop("method"): row for row in regression(frame).to_dict("records")}
    narrow = frame.astype(
        {name: "float32" for name in ("depth", "observed", "modelled") if name in frame}
        | {name: "category" for name in ("part", "method") if name in frame}
    )
    if len(frame):
        end = float(np.nanquantile(values, SEEN))
        attrs["shaded"] = {"end": end, "lines": lines, "counts": counted(narrow, end)}
    narrow.attrs = attrs
    return narrow


def counted(frame: pd.DataFrame, end: float) -> dict[str, np.ndarray]:
    """How many pairs of each method fall on each pixel (modelled, observed), from zero to ``end``."""
    import datashader

    most = int(frame["method"].value_counts().max())
    side = next((pixels for pairs, pixels in SIDES if most <= pairs), FINEST)
    canvas = datashader.Canvas(plot_width=side, plot_height=side, x_range=(0, end), y_range=(0, end))
    methods = frame["method"].astype("category")
    found = canvas.points(
        frame.assign(method=methods), "observed", "modelled", datashader.by("method", datashader.count())
    )
    return {
        str(name): found.sel({"method": name}).values.astype(np.uint32) for name in methods.cat.categories
    }
