"""Agreement of the maps of a run with reference maps, beside that of the references with each other."""

from __future__ import annotations

import holoviews as hv
import pandas as pd

from proda_core.comparison.agreement import AMONG_REFERENCES, WITHIN_RUN
from proda_core.comparison.agreement import agreement as computed
from proda_core.figures.elements import STOCK, abreast, dim, dots, panel, rule
from proda_core.figures.inputs import from_run
from proda_core.figures.method_scores import SCORE_WIDTH
from proda_core.figures.theme import SLICE_COLOURS, title
from proda_core.records.checks import expect
from proda_core.vocabulary.depth_intervals import SLICES
from proda_core.vocabulary.depth_intervals import label as depths

_SCORES = {
    "r": dim("r", "Correlation"),
    "concordance": dim("concordance", "Concordance"),
    "bias": dim("bias", "Bias", STOCK),
    "rmse": dim("rmse", "RMSE", STOCK),
}
_MARKERS = dict(zip(SLICES, "osd"))


@from_run(computed)
def agreement(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw four scores side by side, one row per pair of products, one mark per slice of depth.

    frame : of ``comparison.agreement``; pairs of products of the run itself are not drawn
    """
    frame = frame[(frame["kind"] != WITHIN_RUN) & frame["interval"].isin(SLICES)]
    expect(len(frame) > 0, "agreement: expected a product and a reference map with a common slice of depth")
    frame = frame.assign(pair=[f"{title(a)}\nand {title(b)}" for a, b in zip(frame["one"], frame["two"])])
    rows = list(dict.fromkeys(frame["pair"]))
    frame = frame.assign(row=frame["pair"].map(rows.index))
    among = frame.loc[frame["kind"] == AMONG_REFERENCES, "row"]
    options = {"rows": rows, "grid": "x", "row_height": 40, "width": SCORE_WIDTH, "note": note}
    panels = []
    for name, value in _SCORES.items():
        marks = [rule(0.0)]
        if len(among) and among.min() > 0:
            marks.append(rule(among.min() - 0.5, across=True))
        marks += [_marks(frame[frame["interval"] == i], value, i) for i in SLICES]
        panels.append(panel(*marks, title=value.label, name=f"agreement-{name}", **options))
    return abreast(panels, 4, share_rows=True)


def _marks(part: pd.DataFrame, value: hv.Dimension, interval: str) -> hv.Points:
    part = part.dropna(subset=[value.name])
    columns = [dim("pair"), dim("cells", "cells in common")]
    style = {"colour": SLICE_COLOURS[interval], "marker": _MARKERS[interval], "size": 8}
    return dots(part, [value, dim("row")], columns, depths(interval), **style)
