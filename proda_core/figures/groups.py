"""Scores within groups: strata, kinds of folds, intervals that cover, parts of the model held constant."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.components import component_control as compute_control
from proda_core.comparison.coverage import coverage as compute_coverage
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
from proda_core.figures.method_scores import FRAME_HEIGHT, SCORES
from proda_core.figures.theme import CHAIN_COLOURS, colour, marker, number, title
from proda_core.records.checks import expect

LEAST_NSE = -1.0  # worse ones are drawn there, with an arrow
ROW, NSE = dim("row"), SCORES["nse"]
_LIMITS = {"r2": (0, 1), "nse": (LEAST_NSE - 0.08, 1.05)}
_DASHES = {"network": "dotted", "network and site": "solid"}
_CONTROLLED = {
    "nse_lost": dim("nse_lost", "efficiency lost on held-out sites"),
    "change_0-200": dim("change", "change of the carbon in all, 0–200 cm", "PgC"),
}
_KIND_MARKS = "odsv"


@from_run(scores_by_region)
def strata(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw four scores side by side, one row per group, one mark per method.

    frame : of ``comparison.strata``: the groups in its first column, method, scores, profiles
    """
    by = frame.columns[0]
    groups, methods = list(dict.fromkeys(frame[by])), order(frame["method"])
    profiles = frame.drop_duplicates(by).set_index(by)["profiles"]
    rows = [f"{group}\n{int(profiles[group]):,} profiles" for group in groups]
    offsets = dict(zip(methods, np.linspace(-0.26, 0.26, len(methods)) if len(methods) > 1 else [0.0]))
    frame = frame.assign(row=[groups.index(g) + offsets[m] for g, m in zip(frame[by], frame["method"])])
    size = {"width": FULL_WIDTH // 4 + 30, "height": FRAME_HEIGHT + 46 * len(groups)}
    panels = []
    for score, value in SCORES.items():
        marks = [rule(i - 0.5, across=True, alpha=0.3) for i in range(1, len(groups))]
        marks += [rule(0.0)] if score in ("nse", "bias") else []
        for method in methods:
            marks += _method(frame[frame["method"] == method], by, method, score, value)
        options = {"rows": rows, "grid": "x", "xlabel": value.pprint_label, "legend": score == "r2"} | size
        options |= {"xlim": _LIMITS[score]} if score in _LIMITS else {}
        options |= {} if score == "r2" else {"yaxis": None}
        panels.append(panel(*marks, title=value.label, note=note, name=f"{by}-{score}", **options))
    return abreast(panels, 4)


def _method(part: pd.DataFrame, by: str, method: str, score: str, value: hv.Dimension) -> list:
    beyond = part[score] < LEAST_NSE if score == "nse" else pd.Series(False, part.index)
    dims, style = [value, ROW], {"colour": colour(method), "size": 8}
    here = part[~beyond]
    marks = [
        dots(
            (here[score], here["row"], here[by]),
            dims,
            [dim(by)],
            title(method),
            marker=marker(method),
            **style,
        )
    ]
    if beyond.any():
        far = part[beyond]
        marks.append(dots(([LEAST_NSE] * len(far), far["row"]), dims, (), marker="<", **style))
    return marks


def folds(frame: pd.DataFrame, *, note: str = "") -> hv.Overlay:
    """Draw the efficiency of every method by the kind of split.

    frame : of ``comparison.folds.fold_skill``: by, method, nse
    """
    expect(len(frame) > 0, "folds: expected rows to draw, found none")
    methods, kinds = list(dict.fromkeys(frame["method"])), list(dict.fromkeys(frame["by"]))
    frame, dims = frame.assign(row=frame["method"].map(methods.index)), (NSE, ROW)
    ends = frame.groupby("row")["nse"].agg(["min", "max"])
    marks = [
        rule(0.0),
        segments((ends["min"], ends.index, ends["max"], ends.index), dims, width=4, alpha=0.4),
    ]
    for kind, shade, mark in zip(
        kinds, CHAIN_COLOURS[:1] + CHAIN_COLOURS[5:6] + CHAIN_COLOURS[2:4], _KIND_MARKS
    ):
        part = frame[frame["by"] == kind]
        marks.append(
            dots(
                (part["nse"], part["row"]),
                list(dims),
                (),
                f"{kind} splits",
                colour=shade,
                marker=mark,
                size=9,
            )
        )
    words = [number(value, 2) for value in frame["nse"]]
    marks.append(texts(frame["nse"], frame["row"] - 0.28, words, dims))
    options = {
        "rows": [title(m) for m in methods],
        "width": FULL_WIDTH,
        "height": FRAME_HEIGHT + 40 * len(methods),
    }
    options |= {
        "grid": "x",
        "legend": True,
        "xlabel": "Nash–Sutcliffe efficiency of carbon density on held-out sites",
    }
    return panel(*marks, title="Random beside spatial splits", note=note, name="folds", **options)


@from_run(compute_coverage)
def coverage(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw the share of measurements inside intervals against the nominal level, one panel per quantity.

    frame : product, quantity, spread, level, covered
    """
    quantities = list(dict.fromkeys(frame["quantity"]))
    dims = dim("level", "nominal level", "%"), dim("covered", "measurements inside", "%")
    panels = []
    for quantity in quantities:
        part = frame[frame["quantity"] == quantity]
        marks = [curve([0, 100], [0, 100], dims, width=1)]
        for product in order(part["product"]):
            for spread, rows in part[part["product"] == product].groupby("spread", sort=False):
                x, y, shade = 100 * rows["level"], 100 * rows["covered"], colour(product)
                words = f"{title(product)}, spread of {spread}"
                line = _DASHES.get(spread)
                marks.append(
                    curve(x, y, dims, words, colour=shade, dash=line) if line and len(rows) > 1 else None
                )
                data = (x, y, rows["n"], rows["width"])
                vdims = [dim("n", "measurements"), dim("width", "width / measured")]
                marks.append(dots(data, list(dims), vdims, words, colour=shade, marker=marker(product)))
        options = {"xlim": (40, 102), "ylim": (0, 102), "xticks": [50, 80, 90], "grid": "both"}
        options |= {"width": FULL_WIDTH // 4, "height": 300, "legend": quantity == quantities[0]}
        text = f"{quantity[:1].upper()}{quantity[1:]}"
        panels.append(panel(*marks, title=text, note=note, name=f"coverage-{quantity}", **options))
    return abreast(panels, 4)


@from_run(compute_control)
def component_control(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw what is lost where a group of parameters is held at its mean, two panels of bars.

    frame : product, group, nse_lost, change_0-200 [PgC]
    """
    frame = frame[frame["group"] != "nothing"]
    groups, products = list(dict.fromkeys(frame["group"])), order(frame["product"])
    thick, panels = 0.8 / max(len(products), 1), []
    for column, value in _CONTROLLED.items():
        marks = [rule(0.0)]
        for i, product in enumerate(products):
            part = frame[frame["product"] == product].dropna(subset=[column])
            rows = part["group"].map(groups.index) + (i - (len(products) - 1) / 2) * thick
            marks.append(
                bars(
                    rows,
                    0.0,
                    part[column],
                    (value, ROW),
                    title(product),
                    thick=0.9 * thick,
                    colour=colour(product),
                )
            )
        options = {"rows": [name.replace("_", " ") for name in groups], "grid": "x", "legend": not panels}
        options |= {"width": FULL_WIDTH // 2, "height": FRAME_HEIGHT + 44 * len(groups)}
        options |= {"xlabel": value.pprint_label} | ({"yaxis": None} if panels else {})
        text = f"{value.label[:1].upper()}{value.label[1:]}"
        panels.append(panel(*marks, title=text, note=note, name=f"control-{column}", **options))
    return abreast(panels, 2)
