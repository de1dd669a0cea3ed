"""What assimilation found at one site: chains, posterior against prior, pairs and identifiability."""

from __future__ import annotations

from collections.abc import Sequence

import holoviews as hv
import numpy as np
import xarray as xr

from proda_core.figures.elements import FULL_WIDTH, abreast, bars, boxes, curve, dim, dots, panel, rule
from proda_core.figures.theme import CHAIN_COLOURS, MUTED, OBSERVED, POSTERIOR, noted
from proda_core.records.checks import expect
from proda_core.records.convergence import NOT_CONVERGED, judged
from proda_core.vocabulary.parameters import DEFAULTS, INDEX, PARAMETERS, PRIORS, UNITS

MEDIAN = "#f0e442"  # yellow, on the green of a posterior
BINS, PAIR_BINS = 40, 24
MOST_PAIRED = 5
SHOWN_DRAWS = 600  # in a scatter of pairs
PARAMETER_ROWS = {"width": FULL_WIDTH // 2, "row_height": 20}  # px
ITERATION, ROW, SHARE = dim("iteration"), dim("row"), dim("share", "share of the prior range")
RATIO = dim("ratio", "posterior sd / prior sd")
_MEANINGS = {p.name: p.meaning for p in PARAMETERS}
_QUANTILES = ("q05", "q25", "q50", "q75", "q95")


def parameter_dim(name: str, what: str = "") -> hv.Dimension:
    """Return the dimension of a parameter, with its unit.

    >>> parameter_dim("tau4s3").pprint_label, parameter_dim("q10", "predicted").pprint_label
    ('tau4s3 (yr)', 'predicted: q10')
    """
    return dim(f"{what}_{name}", f"{what}: {name}" if what else name, UNITS[name])


def chains(draws: xr.DataArray, parameter: str, prior: str, *, title: str = "", note: str = "") -> hv.Overlay:
    """Draw the trace of a parameter, one line per chain, over the range of its prior.

    draws : (chain, draw, parameter)
    """
    values = draws.sel(parameter=parameter).transpose("chain", "draw")
    expect(values.size > 0, "chains: expected draws, found none")
    marks = [
        curve(
            values["draw"], line, (ITERATION, parameter_dim(parameter)), f"chain {i}", colour=shade, width=1.2
        )
        for i, (line, shade) in enumerate(zip(values.values, CHAIN_COLOURS), start=1)
    ]
    options = {"ylim": PRIORS[prior].bounds[parameter], "width": FULL_WIDTH, "grid": "both", "name": "trace"}
    return panel(*marks, title=title or f"{parameter}, {_MEANINGS[parameter]}", note=note, **options)


def acceptance(rates: xr.DataArray, window: tuple[float, float], *, note: str = "") -> hv.Overlay:
    """Draw the running acceptance rate of every chain, with the window in which a chain is kept.

    rates : (chain, draw), 0..1
    """
    expect(rates.size > 0, "acceptance: expected rates, found none")
    draw, dims = rates["draw"].values, (ITERATION, dim("accepted"))
    ends = [draw.min()], [window[0]], [draw.max()], [window[1]]
    marks = [boxes(ends, dims, colour=POSTERIOR, alpha=0.12)]
    marks += [curve(draw, line, dims, colour=shade) for line, shade in zip(rates.values, CHAIN_COLOURS)]
    return panel(*marks, title="Running acceptance rate", note=note, name="acceptance", ylim=(0, 0.8))


def convergence_note(summary: xr.Dataset) -> str:
    """Return "not converged" where the chains of a posterior do not meet the limits of its schedule."""
    apart = "verdict" in summary and (judged(summary) == NOT_CONVERGED).all()
    return "not converged" if apart else ""


def posterior(
    summary: xr.Dataset, prior: str, *, title: str = "Posterior against prior", note: str = ""
) -> hv.Overlay:
    """Draw each parameter's posterior inside its prior range: 5-95 % thin, 25-75 % thick, median a dot.

    The 5-95 % of a prior that is not uniform are a darker part of its range.

    summary : q05, q25, q50, q75, q95 (parameter) of one site
    """
    names = [str(name) for name in summary["parameter"].values]
    expect(len(names) > 0, "posterior: expected parameters, found none")
    bounds = np.array([PRIORS[prior].bounds[name] for name in names])
    low, span = bounds[:, 0], np.ptp(bounds, axis=1)
    q05, q25, q50, q75, q95 = ((summary[name].values - low) / span for name in _QUANTILES)
    default = (DEFAULTS[[INDEX[name] for name in names]] - low) / span
    inside, rows, dims = (default >= 0) & (default <= 1), np.arange(len(names)), (SHARE, ROW)
    values = [summary[name].values for name in ("q05", "q50", "q95")]
    columns = [dim("parameter"), dim("low", "5 %"), dim("middle", "median, in its unit"), dim("high", "95 %")]
    marks = [
        bars(rows, 0.0, np.ones(len(names)), dims, "prior range", thick=0.62, colour=MUTED, alpha=0.14),
        *_prior_bars(names, prior, dims),
        bars(rows, q05, q95, dims, "posterior, 5–95 %", thick=0.22, colour=POSTERIOR, alpha=0.55),
        bars(rows, q25, q75, dims, "25–75 %", thick=0.5, colour=POSTERIOR, alpha=0.8),
        dots((q50, rows, names, *values), list(dims), columns, "median", colour=MEDIAN, size=6),
        dots((default[inside], rows[inside]), list(dims), (), "CLM5 default", colour=OBSERVED, marker="P"),
    ]
    title = noted(title, convergence_note(summary))
    options = {"title": title, "note": note, "name": "posterior-intervals", "xlim": (-0.015, 1.015)}
    return panel(*marks, rows=names, **PARAMETER_ROWS, **options)


def _prior_bars(names: Sequence[str], prior: str, dims: tuple) -> list[hv.Element]:
    """Return the 5-95 % intervals of a prior as bars; none where it is uniform."""
    chosen = PRIORS[prior]
    if chosen.is_uniform:
        return []
    rows = [chosen.names.index(name) for name in names]
    low, high = (chosen.to_unit(chosen.quantile(share))[rows] for share in (0.05, 0.95))
    return [bars(np.arange(len(rows)), low, high, dims, "prior, 5–95 %", thick=0.62, colour=MUTED, alpha=0.3)]


def histogram(draws: np.ndarray, parameter: str, prior: str, *, note: str = "") -> hv.Overlay:
    """Draw the density of a parameter's posterior, and that of its prior as a line; a uniform one is 1.

    draws : any shape
    """
    edges = np.linspace(*PRIORS[prior].bounds[parameter], BINS + 1)
    counts, _ = np.histogram(np.asarray(draws).ravel(), bins=edges)
    dims, heights = (parameter_dim(parameter), dim("density")), counts * BINS / max(counts.sum(), 1)
    filled = boxes(
        (edges[:-1], 0 * heights, edges[1:], heights), dims, (), "posterior", colour=POSTERIOR, alpha=0.6
    )
    place = np.linspace(0.0, 1.0, 5 * BINS + 1)
    density = PRIORS[prior].relative_density(parameter, np.clip(place, 1e-6, 1 - 1e-6))
    line = curve(edges[0] + place * (edges[-1] - edges[0]), density, dims, "prior", dash="dashed")
    options = {"title": f"Posterior of {parameter} against its prior", "note": note, "width": FULL_WIDTH // 2}
    options |= {"xlim": (edges[0], edges[-1]), "ylim": (0, None), "ylabel": "density (uniform = 1)"}
    return panel(filled, line, name="posterior-histogram", **options)


def pairs(draws: xr.DataArray, parameters: Sequence[str], prior: str, *, note: str = "") -> hv.Layout:
    """Draw parameters against each other below the diagonal, each one's histogram on it.

    draws : any dimensions, among them parameter
    parameters : at most ``MOST_PAIRED`` are drawn
    """
    chosen = list(parameters)[:MOST_PAIRED]
    expect(len(chosen) > 1, "pairs: expected at least two parameters")
    values = {name: np.asarray(draws.sel(parameter=name)).ravel() for name in chosen}
    width, panels = FULL_WIDTH // max(len(chosen), 3), []
    for i, down in enumerate(chosen):
        for j, across in enumerate(chosen):
            options = {"xlim": PRIORS[prior].bounds[across], "width": width, "height": round(0.85 * width)}
            options |= {"xticks": 4, "yticks": 4}
            options |= {} if i == len(chosen) - 1 else {"xlabel": ""}
            limits = {"ylim": PRIORS[prior].bounds[down], "name": f"pair-{across}-{down}"}
            if j < i:
                mark = _scatter(values, across, down)
                panels.append(panel(mark, **options, **limits, **({"ylabel": ""} if j else {})))
            elif j == i:
                mark = _bins(values[down], down, prior)
                panels.append(panel(mark, title=down, note=note, name=f"pair-{down}", yaxis=None, **options))
            else:
                panels.append(hv.Empty())
    return abreast(panels, len(chosen))


def _scatter(values: dict, across: str, down: str) -> hv.Points:
    stride = max(1, len(values[across]) // SHOWN_DRAWS)
    shown = values[across][::stride], values[down][::stride]
    return dots(shown, [parameter_dim(across), parameter_dim(down)], colour=POSTERIOR, alpha=0.45, size=4)


def _bins(values: np.ndarray, name: str, prior: str) -> hv.Rectangles:
    counts, edges = np.histogram(values, PAIR_BINS, PRIORS[prior].bounds[name])
    ends = edges[:-1], 0 * counts, edges[1:], counts
    return boxes(ends, (parameter_dim(name), dim(f"count_{name}", "draws")), colour=POSTERIOR, alpha=0.6)


def identifiability(
    summary: xr.Dataset, *, title: str = "Posterior against prior spread", note: str = ""
) -> hv.Overlay:
    """Draw posterior over prior standard deviation, best constrained on top; at 1 nothing is learnt.

    summary : sd_ratio (parameter) of one site
    """
    ratio = summary["sd_ratio"].values.astype(float)
    expect(ratio.size > 0, "identifiability: expected parameters, found none")
    ranked = np.argsort(np.nan_to_num(ratio, nan=np.inf), kind="stable")
    marks = [bars(np.arange(len(ratio)), 0.0, ratio[ranked], (RATIO, ROW), colour=POSTERIOR, alpha=0.75)]
    marks.append(rule(1.0, dash="dashed", width=2))
    options = {"title": title, "note": note, "name": "identifiability", "xlim": (0, 1.25)}
    return panel(
        *marks, rows=[str(n) for n in summary["parameter"].values[ranked]], **PARAMETER_ROWS, **options
    )
