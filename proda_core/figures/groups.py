"""Scores within groups: strata, kinds of splits, intervals, parts of the model held constant."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison import components
from proda_core.comparison import coverage as intervals
from proda_core.comparison.labels import order
from proda_core.comparison.strata import scores_by_region
from proda_core.figures.elements import (
    FULL_WIDTH,
    abreast,
    bars,
    curve,
    dim,
    dots,
    panel,
    rule,
    segments,
    texts,
)
from proda_core.figures.inputs import from_run
from proda_core.figures.method_scores import SCORE_WIDTH, SCORES
from proda_core.figures.theme import CHAIN_COLOURS, colour, marker, number, title
from proda_core.records.checks import expect

LEAST_NSE = -1.0  # worse ones are drawn there, with an arrow
ROW, NSE = dim("row"), SCORES["nse"]
_LIMITS = {"r2": (0, 1), "nse": (LEAST_NSE - 0.08, 1.05)}
_DASHES = {"network": "dotted", "network and site": "solid"}
_COVERED = [dim("nominal", "nominal level", "%"), dim("share", "measurements inside", "%")]
_CONTROLLED = {
    "nse_lost": dim("nse_lost", "efficiency lost on held-out sites"),
    "change_0-200": dim("change", "change of the carbon in all, 0–200 cm", "PgC"),
}
_KINDS = tuple(zip((CHAIN_COLOURS[i] for i in (0, 5, 2, 3)), "odsv"))  # of splits


@from_run(scores_by_region)
def strata(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw four scores side by side, one row per group, one mark per method.

    frame : of ``comparison.strata``: the groups in its first column, method, scores, profiles
    """
    by = frame.columns[0]
    groups, methods = list(dict.fromkeys(frame[by])), order(frame["method"])
    profiles = frame.drop_duplicates(by).set_index(by)["profiles"]
    offsets = dict(zip(methods, np.linspace(-0.26, 0.26, len(methods)) if len(methods) > 1 else [0.0]))
    frame = frame.assign(row=frame[by].map(groups.index) + frame["method"].map(offsets))
    options = {"rows": [f"{group}\n{int(profiles[group]):,} profiles" for group in groups], "grid": "x"}
    options |= {"row_height": 46, "width": SCORE_WIDTH, "note": note}
    panels = []
    for score, value in SCORES.items():
        marks = [rule(i - 0.5, across=True, alpha=0.3) for i in range(1, len(groups))]
        marks += [rule(0.0)] if score in ("nse", "bias") else []
        marks += [mark for m in methods for mark in _method(frame[frame["method"] == m], by, m, score)]
        limits = {"xlim": _LIMITS[score]} if score in _LIMITS else {}
        panels.append(panel(*marks, title=value.label, name=f"{by}-{score}", **options, **limits))
    return abreast(panels, 4, share_rows=True)


def _method(part: pd.DataFrame, by: str, method: str, score: str) -> list:
    far = part[score] < LEAST_NSE if score == "nse" else np.zeros(len(part), bool)
    dims, style = [SCORES[score], ROW], {"colour": colour(method), "size": 8}
    marks = [dots(part[~far], dims, [dim(by)], title(method), marker=marker(method), **style)]
    if far.any():
        marks.append(dots(part[far].assign(**{score: LEAST_NSE}), dims, [dim(by)], marker="<", **style))
    return marks


def folds(frame: pd.DataFrame, *, note: str = "") -> hv.Overlay:
    """Draw the efficiency of every method by the kind of split.

    frame : of ``comparison.folds.fold_skill``: by, method, nse
    """
    expect(len(frame) > 0, "folds: expected rows to draw, found none")
    methods, dims = list(dict.fromkeys(frame["method"])), (NSE, ROW)
    frame = frame.assign(row=frame["method"].map(methods.index))
    ends = frame.groupby("row")["nse"].agg(["min", "max"])
    marks = [
        rule(0.0),
        segments((ends["min"], ends.index, ends["max"], ends.index), dims, width=4, alpha=0.4),
    ]
    for (kind, part), (shade, mark) in zip(frame.groupby("by", sort=False), _KINDS):
        marks.append(dots(part, list(dims), (), f"{kind} splits", colour=shade, marker=mark, size=9))
    marks.append(texts(frame["nse"], frame["row"] - 0.28, [number(value, 2) for value in frame["nse"]], dims))
    options = {"title": "Random beside spatial splits", "note": note, "name": "folds", "grid": "x"}
    options |= {
        "width": FULL_WIDTH,
        "xlabel": "Nash–Sutcliffe efficiency of carbon density on held-out sites",
    }
    return panel(*marks, rows=[title(m) for m in methods], **options)


@from_run(intervals.coverage)
def coverage(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw the share of measurements inside intervals against the nominal level, one panel per quantity.

    frame : product, quantity, spread, level, covered, n, width
    """
    frame = frame.assign(nominal=100 * frame["level"], share=100 * frame["covered"])
    options = {"xlim": (40, 102), "ylim": (0, 102), "xticks": [50, 80, 90], "grid": "both", "note": note}
    panels = []
    for quantity, part in frame.groupby("quantity", sort=False):
        marks = [curve([0, 100], [0, 100], _COVERED, width=1)]
        for product in order(part["product"]):
            for spread, rows in part[part["product"] == product].groupby("spread", sort=False):
                words, shade = f"{title(product)}, spread of {spread}", colour(product)
                if spread in _DASHES and len(rows) > 1:
                    line = {"colour": shade, "dash": _DASHES[spread]}
                    marks.append(curve(rows["nominal"], rows["share"], _COVERED, words, **line))
                columns = [dim("n", "measurements"), dim("width", "width / measured")]
                marks.append(dots(rows, _COVERED, columns, words, colour=shade, marker=marker(product)))
        text = quantity[:1].upper() + quantity[1:]
        panels.append(panel(*marks, title=text, name=f"coverage-{quantity}", width=SCORE_WIDTH, **options))
    return abreast(panels, 4)


@from_run(components.component_control)
def component_control(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw what is lost where a group of parameters is held at its mean, two panels of bars.

    frame : product, group, nse_lost, change_0-200 [PgC]
    """
    frame = frame[frame["group"] != "nothing"]
    groups, products = list(dict.fromkeys(frame["group"])), order(frame["product"])
    options = {"rows": [name.replace("_", " ") for name in groups], "grid": "x", "row_height": 44}
    thick, panels = 0.8 / max(len(products), 1), []
    for column, value in _CONTROLLED.items():
        marks = [rule(0.0)]
        for i, product in enumerate(products):
            part = frame[frame["product"] == product].dropna(subset=[column])
            rows = part["group"].map(groups.index) + (i - (len(products) - 1) / 2) * thick
            style = {"thick": 0.9 * thick, "colour": colour(product)}
            marks.append(bars(rows, 0.0, part[column], (value, ROW), title(product), **style))
        text = value.label[:1].upper() + value.label[1:]
        options |= {"title": text, "note": note, "name": f"control-{column}", "width": FULL_WIDTH // 2}
        panels.append(panel(*marks, **options))
    return abreast(panels, 2, share_rows=True)
