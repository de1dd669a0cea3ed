"""Where carbon comes from and where it goes, pool by pool, as a Sankey diagram in plain Bokeh.

Carbon goes round between the soil pools, and a Sankey diagram cannot go round. So every pool stands
once, in the middle: left of it what it gains, right of it where what it loses goes. At steady state
both are the same.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from bokeh.models import ColumnDataSource, HoverTool, Range1d
from bokeh.plotting import figure

from dashboard.plots.labels import noted, number
from dashboard.plots.palette import MUTED
from dashboard.plots.pools import POOL_COLOURS
from proda_core.vocabulary.pools import INPUT_POOLS, MEANINGS, POOLS

FLUX_UNIT = "gC m⁻² yr⁻¹"
INPUT, OTHERS, AIR = "litter input", "other pools", "CO₂"
_WIDTH = 0.035  # of a node
_COLUMNS = (0.0, 0.5, 1.0)  # left edge of sources, pools, fates
_GAP = 0.03  # between two nodes, as a share of all carbon
_LINE = 0.055  # between the middles of two nodes, for a line of words each
_BEND = 24  # points along a ribbon's edge
_INK, _PLATE = "#1f2427", "#ffffff"  # words on a plate read on every ribbon, on light and dark ground

Flux = tuple[str, str, float]


def flows(
    given: np.ndarray, gains: Mapping[tuple[str, str], float], lost: np.ndarray
) -> tuple[list[Flux], list[Flux]]:
    """Flows into the pools and out of them [gC m-2 yr-1].

    given : litter input (input_pool,); gains : from pool to pool; lost : decomposition (pool,)
    """
    into = [(INPUT, pool, float(value)) for pool, value in zip(INPUT_POOLS, given)]
    within = {pool: sum(v for (_, to), v in gains.items() if to == pool) for pool in POOLS}
    into += [(OTHERS, pool, float(value)) for pool, value in within.items()]
    out = [(donor, receiver, float(value)) for (donor, receiver), value in gains.items()]
    kept = {pool: sum(v for (donor, _), v in gains.items() if donor == pool) for pool in POOLS}
    out += [(pool, AIR, float(total - kept[pool])) for pool, total in zip(POOLS, lost)]
    return [f for f in into if f[2] > 0], [f for f in out if f[2] > 1e-9]


def sankey_columns(
    into: list[Flux] | None = None, out: list[Flux] | None = None
) -> tuple[dict[str, list], dict[str, list]]:
    """Ribbons and nodes of the diagram, from flows into and out of the pools."""
    ribbons: dict[str, list] = {name: [] for name in ("xs", "ys", "colour", "donor", "receiver", "flux")}
    nodes: dict[str, list] = {
        name: [] for name in ("left", "right", "bottom", "top", "colour", "name", "words", "middle")
    }
    if not into or not out:
        return ribbons, nodes
    total = max(sum(f for *_, f in into), sum(f for *_, f in out))
    sides = (
        _stack((INPUT, OTHERS), into, 0, total),
        _stack(POOLS, out, 0, total),
        _stack((*POOLS[1:], AIR), out, 1, total),
    )
    for place, side in zip(_COLUMNS, sides):
        for name, (bottom, top, flux) in side.items():
            words = f"{name}  {number(flux)}"
            row = (place, place + _WIDTH, bottom, top, _colour(name), name, words, (bottom + top) / 2)
            for column, part in zip(nodes, row):
                nodes[column].append(part)
    _ribbons(ribbons, into, sides[0], sides[1], _COLUMNS[:2], total, by_receiver=True)
    _ribbons(ribbons, out, sides[1], sides[2], _COLUMNS[1:], total, by_receiver=False)
    return ribbons, nodes


def sankey_figure(ribbons: ColumnDataSource, nodes: ColumnDataSource) -> figure:
    """The diagram: height is carbon in a year."""
    plot = figure(
        title="",
        x_range=Range1d(-0.02, 1.33),
        y_range=Range1d(-1.3, 0.1),
        tools="save",
        name="fluxes",
    )
    plot.toolbar.logo = None
    plot.axis.visible = False
    plot.grid.visible = False
    plot.outline_line_color = None
    bands = plot.patches("xs", "ys", source=ribbons, fill_color="colour", fill_alpha=0.42, line_color=None)
    plot.quad("left", "right", "top", "bottom", source=nodes, fill_color="colour", line_color=None)
    plot.text(
        "right",
        "middle",
        text="words",
        source=nodes,
        x_offset=6,
        text_baseline="middle",
        text_font_size="12px",
        text_font_style="bold",
        text_color=_INK,
        padding=2,
        border_radius=3,
        background_fill_color=_PLATE,
        background_fill_alpha=0.78,
    )
    heads = {"x": _COLUMNS, "text": ("comes from", "passes", "goes to")}
    plot.text(x=heads["x"], y=0.03, text=heads["text"], text_font_size="12px", text_color=MUTED)
    meanings = [("from", "@donor"), ("to", "@receiver"), ("carbon", f"@flux{{0.0}} {FLUX_UNIT}")]
    plot.add_tools(HoverTool(renderers=[bands], tooltips=meanings))
    return plot


def fluxes_title(given: float, note: str = "") -> str:
    """What the diagram shows, and how much comes in."""
    return noted(f"Carbon in a year at steady state · {number(given)} {FLUX_UNIT} in and out", note)


def _stack(names: tuple[str, ...], flux: list[Flux], end: int, total: float) -> dict[str, tuple]:
    """Bottom, top and size of the nodes at one end of the flows, from the top down."""
    sizes = {name: sum(f[2] for f in flux if f[end] == name) for name in names}
    placed, top, words = {}, 0.0, np.inf  # words: where those of the next one may begin
    for name, size in sizes.items():
        if size > 0:
            high = size / total
            top = min(top, words + high / 2)
            placed[name] = (top - high, top, size)
            top, words = top - high - _GAP, top - high / 2 - _LINE
    return placed


def _ribbons(
    ribbons: dict[str, list],
    flux: list[Flux],
    left: dict,
    right: dict,
    places: tuple[float, float],
    total: float,
    by_receiver: bool,
) -> None:
    used_left, used_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
    start, end = places[0] + _WIDTH, places[1]
    for donor, receiver, value in flux:
        size = value / total
        tops = left[donor][1] - used_left[donor], right[receiver][1] - used_right[receiver]
        used_left[donor] += size
        used_right[receiver] += size
        along = np.linspace(0.0, 1.0, _BEND)
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
