"""What a network learned: losses, parameters predicted against retrieved, importance of covariates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.figures.assimilation import PARAMETER_ROWS, ROW, parameter_dim
from proda_core.figures.elements import bars, curve, dim, dots, panel, segments
from proda_core.figures.theme import CHAIN_COLOURS, KIND_COLOURS, MUTED, OTHER_KIND, number
from proda_core.records.checks import expect
from proda_core.vocabulary.covariates import COVARIATES
from proda_core.vocabulary.parameters import PRIORS

HELD_OUT = CHAIN_COLOURS[0]
MOST_BARS = 15
LONGEST_LABEL = 18  # letters of a category on an axis
R2 = dim("r2", "R² (squared correlation)")
MOVED = dim("moved", "change of the prediction, share of the prior range")
SPREAD = dim("spread", "standard deviation between networks, share of the prior range")
_SHARES = (0.05, 0.5, 0.95)
_KINDS = {c.name: c.kind for c in COVARIATES}
_MEANINGS = {c.name: c.meaning for c in COVARIATES}


def losses(epochs: Mapping[int, Sequence[tuple]], *, note: str = "") -> hv.Overlay:
    """Draw losses against epochs: training sites dashed, validation sites solid, one colour per network.

    epochs : (number, training loss, validation loss) by member
    """
    tables = [np.array(rows, float).reshape(-1, 3) for rows in epochs.values() if len(rows)]
    expect(len(tables) > 0, "losses: expected epochs, found none")
    dims, marks = (dim("epoch"), dim("loss")), []
    for i, table in enumerate(tables):
        shade, names = (
            CHAIN_COLOURS[i % len(CHAIN_COLOURS)],
            ("", "") if i else ("training sites", "validation sites"),
        )
        marks.append(curve(table[:, 0], table[:, 1], dims, names[0], colour=shade, width=1.2, dash="dashed"))
        marks.append(curve(table[:, 0], table[:, 2], dims, names[1], colour=shade, width=2.4))
    best, count = min(table[:, 2].min() for table in tables), len(tables)
    words = f"{count} network{'s' if count > 1 else ''}, {sum(map(len, tables)):,} epochs"
    options = {"note": note, "name": "losses", "logy": True, "grid": "both", "width": 640}
    return panel(*marks, title=f"{words}, best validation loss {best:.4g}", **options)


def parameter_fit(fit: Mapping, parameter: str, *, note: str = "") -> hv.Overlay:
    """Draw predicted against retrieved values over the prior's range; bars are a spread of the ensemble.

    fit : sites, parameters, retrieved, predicted, spread (site, parameter), held_out (site), r2, prior
    """
    j = fit["parameters"].index(parameter)
    limits = tuple(map(float, PRIORS[fit["prior"]].bounds[parameter]))
    dims = [parameter_dim(parameter, "retrieved"), parameter_dim(parameter, "predicted")]
    x, y, spread = fit["retrieved"][:, j], fit["predicted"][:, j], np.nan_to_num(fit["spread"][:, j])
    test = np.asarray(fit["held_out"], bool)
    ends = x[test], (y - spread)[test], x[test], (y + spread)[test]
    grey, blue = {"colour": MUTED, "size": 4, "alpha": 0.45}, {"colour": HELD_OUT, "alpha": 0.75}
    marks = [
        curve(limits, limits, dims, dash="dashed", width=1.5),
        dots((x[~test], y[~test], fit["sites"][~test]), dims, [dim("site")], "training sites", **grey),
        segments(ends, dims, colour=HELD_OUT, alpha=0.35, width=1),
        dots((x[test], y[test], fit["sites"][test]), dims, [dim("site")], "held-out sites", **blue),
    ]
    held_out, training = (number(float(fit["r2"][part][j]), 2) for part in ("test", "train"))
    options = {"xlim": limits, "ylim": limits, "width": 480, "height": 480, "name": "parameter-fit"}
    words = f"{parameter} · R² {held_out} held out, {training} in training"
    return panel(*marks, title=words, note=note, **options)


def parameter_skill(fit: Mapping, *, note: str = "") -> hv.Overlay:
    """Draw R² of every parameter, the best on top: bars on held-out, open circles on training sites.

    fit : parameters, r2 (test, train), as in ``parameter_fit``
    """
    ranked = np.argsort(-np.nan_to_num(fit["r2"]["test"]), kind="stable")
    test, train = (np.asarray(fit["r2"][part], float)[ranked] for part in ("test", "train"))
    rows, dims = np.arange(len(ranked)), [R2, ROW]
    marks = [bars(rows, 0.0, test, dims, "held-out sites", colour=HELD_OUT)]
    marks.append(dots((train, rows), dims, (), "training sites", filled=False, size=8))
    options = {"title": "Which parameters can be predicted", "name": "parameter-skill", "xlim": (0, 1)}
    return _ranked(marks, [fit["parameters"][i] for i in ranked], note, **options)


def ensemble_spread(fit: Mapping, *, note: str = "") -> hv.Overlay:
    """Draw how far the networks of an ensemble are apart on held-out sites: 5, 50 and 95 %.

    fit : spread (site, parameter), held_out (site), parameters, prior, as in ``parameter_fit``
    """
    bounds = np.array([PRIORS[fit["prior"]].bounds[name] for name in fit["parameters"]])
    shares = fit["spread"][np.asarray(fit["held_out"], bool)] / np.ptp(bounds, axis=1)
    expect(np.isfinite(shares).any(), "one network has no other to disagree with")
    quantiles = np.quantile(shares, _SHARES, axis=0)
    ranked = np.argsort(-quantiles[1], kind="stable")
    low, middle, high = quantiles[:, ranked]
    rows, dims = np.arange(len(ranked)), [SPREAD, ROW]
    marks = [bars(rows, low, high, dims, thick=0.35, colour=HELD_OUT, alpha=0.45)]
    marks.append(dots((middle, rows), dims, (), "median", colour=HELD_OUT, size=8))
    options = {
        "title": "Where the networks disagree",
        "name": "ensemble-spread",
        "xlim": (0, 1.05 * high.max()),
    }
    return _ranked(marks, [fit["parameters"][i] for i in ranked], note, **options)


def importance(
    frame: pd.DataFrame, parameter: str = "", *, title: str = "", note: str = "", name: str = "importance"
) -> hv.Overlay:
    """Draw how far parameters move when a covariate is shuffled, the greatest on top.

    frame : shares of the prior range, covariates down, parameters across
    parameter : one of them; the mean of all by default
    """
    expect(frame.size > 0, "importance: expected covariates, found none")
    moved = (frame[parameter] if parameter else frame.mean(axis=1)).sort_values(ascending=False)[:MOST_BARS]
    kinds, marks = np.array([_KINDS.get(str(c), str(c)) for c in moved.index]), []
    has_legend = len(set(kinds)) < len(kinds)
    for kind in dict.fromkeys(kinds):
        rows, shade = np.flatnonzero(kinds == kind), KIND_COLOURS.get(kind, OTHER_KIND)
        meanings = [_MEANINGS.get(str(name), str(name)) for name in moved.index[rows]]
        style = {"columns": {"meaning": meanings}, "colour": shade}
        marks.append(
            bars(rows, 0.0, moved.iloc[rows], (MOVED, ROW), str(kind) if has_legend else "", **style)
        )
    options = {
        "title": title or parameter or "all parameters",
        "name": name,
        "xlim": (0, 1.05 * moved.max() or 1),
    }
    return _ranked(marks, [str(c) for c in moved.index], note, **options)


def dependence(found: Mapping, fit: Mapping, parameter: str, covariate: str, *, note: str = "") -> hv.Overlay:
    """Draw the mean predicted parameter if every site had one value of a covariate.

    found : values, labels (of categories, else None), means (value, parameter), unit
    fit : parameters, prior, as in ``parameter_fit``
    """
    labels, mean = found["labels"], found["means"][:, fit["parameters"].index(parameter)]
    x = np.asarray(found["values"] if labels is None else range(len(labels)), float)
    dims = [
        dim(covariate, _MEANINGS.get(covariate, covariate), found["unit"]),
        parameter_dim(parameter, "mean"),
    ]
    shown = [number(float(value), 4) for value in x] if labels is None else labels
    places = dots((x, mean, shown), dims, [dim("value")], colour=OTHER_KIND)
    marks = [curve(x, mean, dims, colour=OTHER_KIND, width=2.5), places]
    low, high = (number(float(end)) for end in PRIORS[fit["prior"]].bounds[parameter])
    options = {"title": f"Effect of {covariate} on {parameter}", "note": note, "width": 640}
    options |= {"ylabel": f"mean {parameter_dim(parameter).pprint_label}; prior {low} to {high}"}
    short = [shorten(label, LONGEST_LABEL, placeholder="…") for label in labels or ()]
    options |= {"xticks": list(enumerate(short)), "xrotation": 45} if short else {}
    return panel(*marks, name="dependence", **options)


def _ranked(marks: list, names: Sequence[str], note: str, **options) -> hv.Overlay:
    return panel(*marks, rows=names, note=note, grid="x", **PARAMETER_ROWS, **options)
