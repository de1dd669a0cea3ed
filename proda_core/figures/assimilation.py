"""What assimilation found at one site: chains, posterior against prior, pairs and identifiability."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import xarray as xr

from proda_core.figures.elements import FULL_WIDTH, abreast, bars, boxes, curve, dim, dots, panel, rule
from proda_core.figures.theme import CHAIN_COLOURS, MUTED, OBSERVED, POSTERIOR
from proda_core.records.checks import expect
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PARAMETERS, PRIORS, UNITS

BINS, PAIR_BINS = 40, 24
MOST_PAIRED = 5
SHOWN_DRAWS = 600  # in a scatter of pairs
ITERATION, ROW, SHARE = dim("iteration"), dim("row"), dim("share", "share of the prior range")
RATIO = dim("ratio", "posterior sd / prior sd")
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}
_ROW_HEIGHT, _FRAME_HEIGHT = 20, 90  # px


def parameter_dim(name: str, what: str = "") -> hv.Dimension:
    """Return the dimension of a parameter, with its unit.

    >>> parameter_dim("tau4s3").pprint_label, parameter_dim("q10").pprint_label
    ('tau4s3 (yr)', 'q10')
    """
    return dim(f"{what}_{name}" if what else name, f"{what}: {name}" if what else name, UNITS[name])


def chains(draws: xr.DataArray, parameter: str, prior: str, *, title: str = "", note: str = "") -> hv.Overlay:
    """Draw the trace of a parameter, one line per chain, over the range of its prior.

    draws : (chain, draw, parameter)
    """
    values = draws.sel(parameter=parameter).transpose("chain", "draw")
    expect(values.size > 0, "chains: expected draws, found none")
    dims = (ITERATION, parameter_dim(parameter))
    marks = [
        curve(values["draw"].values, line, dims, f"chain {i}", colour=shade, width=1.2, alpha=0.85)
        for i, (line, shade) in enumerate(zip(values.values, CHAIN_COLOURS), start=1)
    ]
    options = {"ylim": PRIORS[prior].bounds[parameter], "width": FULL_WIDTH, "grid": "both", "legend": True}
    return panel(
        *marks, title=title or f"{parameter}, {_MEANINGS[parameter]}", note=note, name="trace", **options
    )


def acceptance(rates: xr.DataArray, window: tuple[float, float], *, note: str = "") -> hv.Overlay:
    """Draw the running acceptance rate of every chain, with the window in which a chain is kept.

    rates : (chain, draw), 0..1
    """
    expect(rates.size > 0, "acceptance: expected rates, found none")
    draw, dims = rates["draw"].values, (ITERATION, dim("accepted"))
    inside = boxes(([draw.min()], [window[0]], [draw.max()], [window[1]]), dims, colour=POSTERIOR, alpha=0.12)
    lines = [curve(draw, line, dims, colour=shade) for line, shade in zip(rates.values, CHAIN_COLOURS)]
    edges = [rule(edge, across=True, dash="dotted") for edge in window]
    return panel(
        inside, *edges, *lines, title="Running acceptance rate", note=note, name="acceptance", ylim=(0, 0.8)
    )


def posterior(
    summary: xr.Dataset, prior: str, *, title: str = "Posterior against prior", note: str = ""
) -> hv.Overlay:
    """Draw each parameter's posterior inside its prior range: 5-95 % thin, 25-75 % thick, median a dot.

    summary : q05, q25, q50, q75, q95 (parameter) of one site
    """
    names = [str(name) for name in summary["parameter"].values]
    expect(len(names) > 0, "posterior: expected parameters, found none")
    low, span = _bounds(names, prior)
    q = {name: (summary[name].values - low) / span for name in ("q05", "q25", "q50", "q75", "q95")}
    default = (DEFAULTS[[INDEX[name] for name in names]] - low) / span
    inside, rows, dims = (default >= 0) & (default <= 1), np.arange(len(names)), (SHARE, ROW)
    values = (dim("parameter"), *(parameter_value(end) for end in ("q05", "q50", "q95")))
    table = (q["q50"], rows, names, *(summary[end].values for end in ("q05", "q50", "q95")))
    marks = [
        bars(rows, 0.0, np.ones(len(names)), dims, "prior range", thick=0.62, colour=MUTED, alpha=0.14),
        bars(rows, q["q05"], q["q95"], dims, "posterior, 5–95 %", thick=0.22, colour=POSTERIOR, alpha=0.55),
        bars(rows, q["q25"], q["q75"], dims, "25–75 %", thick=0.5, colour=POSTERIOR, alpha=0.8),
        dots(table, list(dims), values, "median", colour="#ffffff", size=6),
        dots(
            (default[inside], rows[inside]),
            list(dims),
            (),
            "CLM5 default",
            colour=OBSERVED,
            marker="P",
            size=8,
        ),
    ]
    return _by_parameter(
        marks, names, title=title, note=note, name="posterior-intervals", xlim=(-0.015, 1.015)
    )


def parameter_value(quantile: str) -> hv.Dimension:
    """Return the dimension of a quantile of parameters, each in the unit of its own."""
    return dim(quantile, {"q05": "5 %", "q50": "median of the posterior", "q95": "95 %"}[quantile])


def histogram(draws: np.ndarray, parameter: str, prior: str, *, note: str = "") -> hv.Overlay:
    """Draw the posterior of a parameter as density relative to its uniform prior, the line at one.

    draws : any shape
    """
    edges = np.linspace(*PRIORS[prior].bounds[parameter], BINS + 1)
    counts, _ = np.histogram(np.asarray(draws).ravel(), bins=edges)
    dims = parameter_dim(parameter), dim("density", "density (prior = 1)")
    heights = counts * BINS / max(counts.sum(), 1)
    filled = boxes(
        (edges[:-1], 0 * heights, edges[1:], heights), dims, (), "posterior", colour=POSTERIOR, alpha=0.6
    )
    options = {"xlim": (edges[0], edges[-1]), "ylim": (0, None), "width": 480, "name": "posterior-histogram"}
    flat = curve(edges[[0, -1]], [1.0, 1.0], dims, "prior", dash="dashed")
    return panel(
        filled, flat, title=f"Posterior of {parameter} against its prior", note=note, legend=True, **options
    )


def pairs(draws: xr.DataArray, parameters: Sequence[str], prior: str, *, note: str = "") -> hv.Layout:
    """Draw parameters against each other below the diagonal, each one's histogram on it.

    draws : any dimensions, among them parameter
    parameters : at most ``MOST_PAIRED`` are drawn
    """
    chosen = list(parameters)[:MOST_PAIRED]
    values = {name: np.asarray(draws.sel(parameter=name)).ravel() for name in chosen}
    stride = max(1, draws.size // max(draws.sizes["parameter"], 1) // SHOWN_DRAWS)
    side, panels = FULL_WIDTH // max(len(chosen), 3), []
    for i, down in enumerate(chosen):
        for j, across in enumerate(chosen):
            size = {"width": side, "height": round(0.85 * side), "xlim": PRIORS[prior].bounds[across]}
            size |= {"xlabel": "" if i < len(chosen) - 1 else parameter_dim(across).pprint_label}
            if j > i:
                panels.append(hv.Empty())
            elif j == i:
                counts, edges = np.histogram(values[down], PAIR_BINS, PRIORS[prior].bounds[down])
                dims = parameter_dim(down), dim("count", "draws")
                mark = boxes((edges[:-1], 0 * counts, edges[1:], counts), dims, colour=POSTERIOR, alpha=0.6)
                panels.append(panel(mark, title=down, note=note, name=f"pair-{down}", yaxis=None, **size))
            else:
                dims = [parameter_dim(across), parameter_dim(down)]
                mark = dots(
                    (values[across][::stride], values[down][::stride]),
                    dims,
                    colour=POSTERIOR,
                    alpha=0.45,
                    size=4,
                )
                limits = {
                    "ylim": PRIORS[prior].bounds[down],
                    "ylabel": dims[1].pprint_label if j == 0 else "",
                }
                panels.append(panel(mark, name=f"pair-{across}-{down}", **size, **limits))
    return abreast(panels, len(chosen))


def identifiability(
    summary: xr.Dataset, prior: str, *, title: str = "What this profile says", note: str = ""
) -> hv.Overlay:
    """Draw posterior over prior standard deviation, best constrained on top; at the dashed line nothing is learnt.

    summary : sd_ratio (parameter) of one site
    """
    ratio = summary["sd_ratio"].values.astype(float)
    expect(ratio.size > 0, "identifiability: expected parameters, found none")
    ranked = np.argsort(np.nan_to_num(ratio, nan=np.inf), kind="stable")
    names, ratio = [str(summary["parameter"].values[i]) for i in ranked], ratio[ranked]
    marks = [bars(np.arange(len(names)), 0.0, ratio, (RATIO, ROW), colour=POSTERIOR, alpha=0.75)]
    marks.append(rule(1.0, dash="dashed", width=2))
    return _by_parameter(marks, names, title=title, note=note, name="identifiability", xlim=(0, 1.25))


def _by_parameter(marks: list, names: list[str], **options) -> hv.Overlay:
    size = {"width": 480, "height": _FRAME_HEIGHT + _ROW_HEIGHT * len(names)}
    return panel(*marks, rows=names, legend=True, **size, **options)


def _bounds(names: Sequence[str], prior: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower ends and the widths of priors (parameter)."""
    bounds = np.array([PRIORS[prior].bounds[name] for name in names])
    return bounds[:, 0], np.diff(bounds, axis=1)[:, 0]
