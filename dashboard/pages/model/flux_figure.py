"""Sankey diagram of the carbon fluxes between pools.

A Sankey diagram holds no cycles, but soil pools exchange carbon both ways. Each pool is therefore drawn once,
in the middle, with its gains on the left and its losses on the right; at steady state both are equal.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from dashboard.pages.model.pool_figures import POOL_COLOURS
from dashboard.plots.style import plain_figure
from proda_core.figures.theme import MUTED, number
from proda_core.vocabulary.pools import INPUT_POOLS, MEANINGS, POOLS

FLUX_UNIT = "gC m⁻² yr⁻¹"
INPUT, OTHERS, AIR = "litter input", "other pools", "CO₂"
_NODE_WIDTH = 0.035  # in units of the x axis, like the columns
_COLUMNS = (0.0, 0.5, 1.0)  # left edge of sources, pools, fates
_NODE_GAP = 0.03  # between two nodes, as a share of all carbon
_LABEL_SPACING = 0.055  # between the middles of two nodes, so that their labels do not overlap
_RIBBON_POINTS = 24  # along an edge
_TEXT, _PLATE = "#1f2427", "#ffffff"  # dark text on a white plate, legible on every ribbon and in both themes

Flux = tuple[str, str, float]


def pool_fluxes(
    litter: np.ndarray, transfers: Mapping[tuple[str, str], float], decomposition: np.ndarray
) -> tuple[list[Flux], list[Flux]]:
    """Return the fluxes into the pools and out of them, each (from, to, flux [gC m-2 yr-1]).

    litter : input (input_pool,); transfers : by (donor, receiver); decomposition : (pool,)
    """
    into = [(INPUT, pool, float(value)) for pool, value in zip(INPUT_POOLS, litter)]
    received = {pool: sum(v for (_, to), v in transfers.items() if to == pool) for pool in POOLS}
    into += [(OTHERS, pool, float(value)) for pool, value in received.items()]
    out = [(donor, receiver, float(value)) for (donor, receiver), value in transfers.items()]
    donated = {pool: sum(v for (donor, _), v in transfers.items() if donor == pool) for pool in POOLS}
    out += [(pool, AIR, float(total - donated[pool])) for pool, total in zip(POOLS, decomposition)]
    return [f for f in into if f[2] > 0], [f for f in out if f[2] > 1e-9]


def sankey_columns(
    into: list[Flux] | None = None, out: list[Flux] | None = None
) -> tuple[dict[str, list], dict[str, list]]:
    """Return ribbons and nodes of the diagram from fluxes into and out of the pools."""
    ribbons: dict[str, list] = {name: [] for name in ("xs", "ys", "colour", "donor", "receiver", "flux")}
    nodes: dict[str, list] = {
        name: [] for name in ("left", "right", "bottom", "top", "colour", "name", "label", "middle")
    }
    if not into or not out:
        return ribbons, nodes
    total = max(sum(f for *_, f in into), sum(f for *_, f in out))
    sides = (
        _stack((INPUT, OTHERS), into, 0, total),
        _stack(POOLS, out, 0, total),
        _stack((*POOLS[1:], AIR), out, 1, total),
    )
    for left, side in zip(_COLUMNS, sides):
        for name, (bottom, top, flux) in side.items():
            label = f"{name}  {number(flux)}"
            row = (left, left + _NODE_WIDTH, bottom, top, _colour(name), name, label, (bottom + top) / 2)
            for column, part in zip(nodes, row):
                nodes[column].append(part)
    _ribbons(ribbons, into, sides[0], sides[1], _COLUMNS[:2], total, by_receiver=True)
    _ribbons(ribbons, out, sides[1], sides[2], _COLUMNS[1:], total, by_receiver=False)
    return ribbons, nodes


def sankey_figure(ribbons: ColumnDataSource, nodes: ColumnDataSource) -> figure:
    """Draw the diagram; heights are carbon in a year."""
    plot = plain_figure("fluxes", tools="save", x_range=Range1d(-0.02, 1.33), y_range=Range1d(-1.3, 0.1))
    plot.axis.visible = False
    plot.grid.visible = False
    plot.outline_line_color = None
    bands = plot.patches("xs", "ys", source=ribbons, fill_color="colour", fill_alpha=0.42, line_color=None)
    plot.quad("left", "right", "top", "bottom", source=nodes, fill_color="colour", line_color=None)
    plot.text(
        "right",
        "middle",
        text="label",
        source=nodes,
        x_offset=6,
        text_baseline="middle",
        text_font_size="12px",
        text_font_style="bold",
        text_color=_TEXT,
        padding=2,
        border_radius=3,
        background_fill_color=_PLATE,
        background_fill_alpha=0.78,
    )
    heads = ("comes from", "passes", "goes to")
    plot.text(x=_COLUMNS, y=0.03, text=heads, text_font_size="12px", text_color=MUTED)
    tips = [("from", "@donor"), ("to", "@receiver"), ("carbon", f"@flux{{0.0}} {FLUX_UNIT}")]
    plot.add_tools(HoverTool(renderers=[bands], tooltips=tips))
    return plot


def fluxes_title(litter: float) -> str:
    """Return the title, with the litter input [gC m-2 yr-1]."""
    return f"Carbon in a year at steady state · {number(litter)} {FLUX_UNIT} in and out"


def _stack(names: tuple[str, ...], flux: list[Flux], end: int, total: float) -> dict[str, tuple]:
    """Return bottom, top and flux of the nodes at one end (0: from, 1: to), from the top down."""
    sums = {name: sum(f[2] for f in flux if f[end] == name) for name in names}
    nodes, top, highest_label = {}, 0.0, np.inf  # highest_label: upper bound of the next label
    for name, size in sums.items():
        if size > 0:
            height = size / total
            top = min(top, highest_label + height / 2)
            nodes[name] = (top - height, top, size)
            top, highest_label = top - height - _NODE_GAP, top - height / 2 - _LABEL_SPACING
    return nodes


def _ribbons(
    ribbons: dict[str, list],
    flux: list[Flux],
    left: dict,
    right: dict,
    columns: tuple[float, float],
    total: float,
    by_receiver: bool,
) -> None:
    """Append a ribbon for each flux between two columns of nodes."""
    used_left, used_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
    start, end = columns[0] + _NODE_WIDTH, columns[1]
    for donor, receiver, value in flux:
        size = value / total
        tops = left[donor][1] - used_left[donor], right[receiver][1] - used_right[receiver]
        used_left[donor] += size
        used_right[receiver] += size
        along = np.linspace(0.0, 1.0, _RIBBON_POINTS)
        upper = tops[0] + (tops[1] - tops[0]) * along**2 * (3 - 2 * along)
        x = start + (end - start) * along
        ribbons["xs"].append(np.concatenate([x, x[::-1]]))
        ribbons["ys"].append(np.concatenate([upper, (upper - size)[::-1]]))
        ribbons["colour"].append(_colour(receiver if by_receiver else donor))
        for name, part in (("donor", donor), ("receiver", receiver)):
            ribbons[name].append(_meaning(part))
        ribbons["flux"].append(value)


def _colour(name: str) -> str:
    return POOL_COLOURS.get(name, MUTED)


def _meaning(name: str) -> str:
    return MEANINGS[POOLS.index(name)] if name in POOLS else name
