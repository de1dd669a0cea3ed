"""Taylor's diagram (2001): angle the correlation, radius the spread, distance to the star the centred error."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.labels import order
from proda_core.comparison.taylor import taylor as compute
from proda_core.figures.elements import curve, dim, dots, panel, texts
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import OBSERVED, colour, marker, title
from proda_core.records.checks import expect

CORRELATIONS = (0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99)
ERRORS = (0.25, 0.5, 0.75, 1.0)  # of the observed standard deviation
LEAST_END = 1.25  # observed standard deviations that the axes reach at least
SPREAD = "standard deviation / that observed"
DIMS = dim("x", "spread in phase"), dim("y", "spread out of phase")
_QUARTER = np.linspace(0, np.pi / 2, 91)


@from_run(compute)
def taylor(frame: pd.DataFrame, *, note: str = "") -> hv.Overlay:
    """Draw a quarter circle with one mark per method; methods without a positive correlation are left out.

    frame : method, sd_ratio, correlation, centred_rms, bias, n
    """
    rows = frame.dropna(subset=["sd_ratio", "correlation"])
    rows = rows[rows["correlation"] >= 0].set_index("method")
    expect(len(rows) > 0, "taylor: no method correlates with the observations")
    end = max(LEAST_END, 1.12 * float(rows["sd_ratio"].max()))
    marks = [_point(rows.loc[[name]], name) for name in order(rows.index)]
    star = dots(([1.0], [0.0]), list(DIMS), (), "observed", colour=OBSERVED, marker="*", size=16)
    limits = (-0.03 * end, 1.07 * end)
    options = {
        "xlim": limits,
        "ylim": limits,
        "xlabel": SPREAD,
        "ylabel": SPREAD,
        "width": 640,
        "height": 620,
        "equal": True,
        "legend": True,
    }
    return panel(*_background(end), *marks, star, title="Taylor diagram", note=note, name="taylor", **options)


def place(sd_ratio, correlation) -> tuple:
    """Return x and y of a method.

    >>> place(2.0, 1.0)
    (2.0, 0.0)
    """
    return sd_ratio * correlation, sd_ratio * np.sqrt(np.maximum(0.0, 1 - correlation**2))


def _point(row: pd.DataFrame, name: str) -> hv.Points:
    columns = ("correlation", "sd_ratio", "centred_rms")
    r, spread, error = (row[column] for column in columns)
    words = f"{title(name)}: r {r.iloc[0]:.2f}, spread {spread.iloc[0]:.2f}, error {error.iloc[0]:.2f}"
    vdims = [dim("correlation"), dim("sd_ratio", "spread"), dim("centred_rms", "centred error")]
    return dots(
        (*place(spread, r), r, spread, error),
        list(DIMS),
        vdims,
        words,
        colour=colour(name),
        marker=marker(name),
        size=11,
    )


def _background(end: float) -> list:
    """Circles of equal spread, rays of equal correlation, dotted circles of equal error around the star."""
    radii = [*np.arange(0.25, end, 0.25), end]
    circles = [(r * np.cos(_QUARTER), r * np.sin(_QUARTER), abs(r - 1) < 1e-9 or r == end) for r in radii]
    marks = [
        curve(x, y, DIMS, width=1.2 if strong else 0.6, alpha=0.9 if strong else 0.45)
        for x, y, strong in circles
    ]
    for r in CORRELATIONS:
        x, y = place(end, r)
        marks.append(curve([0, x], [0, y], DIMS, width=0.6, alpha=0.45))
    x, y = np.array([place(1.035 * end, r) for r in CORRELATIONS]).T
    marks.append(texts(x, y, [f"{r:g}" for r in CORRELATIONS], DIMS))
    marks.append(texts([0.8 * end], [0.8 * end], ["correlation"], DIMS))
    angle = np.linspace(0, np.pi, 181)
    for error in ERRORS:
        x, y = 1 + error * np.cos(angle), error * np.sin(angle)
        inside = (x >= 0) & (np.hypot(x, y) <= end)
        marks.append(curve(x[inside], y[inside], DIMS, width=1, dash="dotted", alpha=0.8))
        marks.append(texts([1 + error * np.cos(2.0)], [error * np.sin(2.0) + 0.02], [f"{error:g}"], DIMS))
    return marks
