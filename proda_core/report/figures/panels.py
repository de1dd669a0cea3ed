"""Arrangements that several figures share."""

from __future__ import annotations

from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from proda_core.report.ground import Ground
from proda_core.report.style import WIDTH, new_figure


def map_grid(
    count: int, ground: Ground, note: str, columns: int = 3, *, bars: bool = False
) -> tuple[Figure, list[Axes]]:
    """A figure of ``count`` maps over one ground, two or three abreast, with room for a colour bar.

    bars : room for one under every map
    """
    columns = 2 if count in (2, 4) else min(columns, max(count, 1))
    rows = ceil(count / columns)
    shown = max(columns, 2)  # a single map does not fill the width
    height = rows * ((WIDTH / shown - 0.2) * ground.aspect + (1.0 if bars else 0.5)) + (0.3 if bars else 0.9)
    figure = new_figure(height, note, layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False)
    panels = list(grid.ravel())
    for axes in panels[count:]:
        axes.remove()
    for axes in panels[:count]:
        ground.prepare(axes)
    return figure, panels[:count]


def grid_of(count: int, note: str, *, columns: int, height: float, **shared) -> tuple[Figure, list[Axes]]:
    """A figure of ``count`` panels of ``height`` inches, at most ``columns`` abreast."""
    columns = min(columns, max(count, 1))
    rows = ceil(count / columns)
    figure = new_figure(rows * height + 0.7, note, width=min(WIDTH, columns * WIDTH / 3 + 1))
    panels = list(figure.subplots(rows, columns, squeeze=False, **shared).ravel())
    for axes in panels[count:]:
        axes.remove()
    return figure, panels[:count]
