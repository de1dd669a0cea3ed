"""Taylor's diagram (2001): angle the correlation, radius the spread, distance to the star the error."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison import taylor as computed
from proda_core.comparison.labels import order
from proda_core.figures.elements import curve, dim, dots, panel, texts
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import OBSERVED, colour, marker, title
from proda_core.records.checks import expect

CORRELATIONS = (0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 0.99)
ERRORS = (0.25, 0.5, 0.75, 1.0)  # of the observed standard deviation
LEAST_END = 1.25  # observed standard deviations that the axes reach at least
SPREAD = "standard deviation / that observed"
_DIMS = dim("x", "spread in phase"), dim("y", "spread out of phase")
_COLUMNS = [dim("correlation"), dim("sd_ratio", "spread"), dim("centred_rms", "centred error")]
_THIN = {"width": 0.6, "alpha": 0.45}


@from_run(computed.taylor)
def taylor(frame: pd.DataFrame, *, note: str = "") -> hv.Overlay:
    """Draw a quarter circle with one mark per method; methods without a positive correlation are left out.

    frame : method, sd_ratio, correlation, centred_rms, bias, n
    """
    rows = frame.dropna(subset=["sd_ratio", "correlation"])
    rows = rows[rows["correlation"] >= 0].set_index("method")
    expect(len(rows) > 0, "taylor: no method correlates with the observations")
    end = max(LEAST_END, 1.12 * float(rows["sd_ratio"].max()))
    marks = [_point(rows.loc[[name]], name) for name in order(rows.index)]
    star = dots(([1.0], [0.0]), list(_DIMS), (), "observed", colour=OBSERVED, marker="*", size=16)
    limits = (-0.03 * end, 1.07 * end)
    options = {"xlim": limits, "ylim": limits, "xlabel": SPREAD, "ylabel": SPREAD, "equal": True}
    options |= {"title": "Taylor diagram", "note": note, "name": "taylor", "width": 560, "height": 580}
    return panel(*_background(end), *marks, star, **options)


def place(sd_ratio, correlation) -> tuple:
    """Return x and y of a method.

    >>> [float(v) for v in place(2.0, 1.0)]
    [2.0, 0.0]
    """
    return sd_ratio * correlation, sd_ratio * np.sqrt(np.maximum(0.0, 1 - correlation**2))


def _point(row: pd.DataFrame, name: str) -> hv.Points:
    r, spread, error = row[[column.name for column in _COLUMNS]].iloc[0]
    words = f"{title(name)}: r {r:.2f}, spread {spread:.2f}, error {error:.2f}"
    x, y = place(row["sd_ratio"], row["correlation"])
    style = {"colour": colour(name), "marker": marker(name), "size": 11}
    return dots(row.assign(x=x, y=y).reset_index(drop=True), list(_DIMS), _COLUMNS, words, **style)


def _background(end: float) -> list:
    """Draw circles of equal spread, rays of equal correlation, dotted circles of equal error to the star."""
    angle = np.linspace(0, np.pi, 181)
    quarter = angle[: len(angle) // 2 + 1]
    arcs = {
        r: np.column_stack([r * np.cos(quarter), r * np.sin(quarter)]) for r in np.arange(0.25, end, 0.25)
    }
    arcs[end] = np.column_stack([end * np.cos(quarter), end * np.sin(quarter)])
    strong = {radius: arcs.pop(radius) for radius in (1.0, end)}
    rays = [np.array([(0.0, 0.0), place(end, r)]) for r in CORRELATIONS]
    errors = [np.column_stack([1 + e * np.cos(angle), e * np.sin(angle)]) for e in ERRORS]
    inside = [line[(line[:, 0] >= 0) & (np.hypot(*line.T) <= end)] for line in errors]
    words = {f"{r:g}": place(1.035 * end, r) for r in CORRELATIONS} | {"correlation": (0.8 * end, 0.8 * end)}
    numbers = {f"{e:g}": (1 + e * np.cos(2.0), e * np.sin(2.0) + 0.02) for e in ERRORS}
    return [
        _lines([*arcs.values(), *rays], **_THIN),
        _lines(list(strong.values()), width=1.2),
        _lines(inside, width=1, dash="dotted", alpha=0.8),
        texts(*zip(*words.values(), *numbers.values()), [*words, *numbers], _DIMS),
    ]


def _lines(lines: list[np.ndarray], **style):
    """Draw lines (point, 2) as one mark: a browser takes as long for each mark as for all points of one."""
    gap = np.full((1, 2), np.nan)
    return curve(*np.concatenate([part for line in lines for part in (line, gap)]).T, _DIMS, **style)
