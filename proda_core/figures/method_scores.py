"""Table 37.1 as a table and as a figure."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.headline import table_37_1
from proda_core.comparison.labels import order
from proda_core.comparison.published import SCORES as PUBLISHED
from proda_core.comparison.run_tables import ALL, HELD_OUT
from proda_core.figures.elements import DENSITY, FULL_WIDTH, abreast, dim, dots, panel, rule, segments, texts
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import MUTED, colour, number, title

SCORES = {
    "r2": dim("r2", "R² of the regression"),
    "nse": dim("nse", "Nash–Sutcliffe efficiency"),
    "rmse": dim("rmse", "RMSE", DENSITY),
    "bias": dim("bias", "Bias", DENSITY),
}
SCORE_WIDTH = FULL_WIDTH // 4 + 30  # px
_OFFSETS = {HELD_OUT: -0.14, ALL: 0.14}
_PUBLISHED = "published, chapter 37 (other profiles)"


@from_run(table_37_1)
def headline(frame: pd.DataFrame | None, *, note: str = "") -> hv.Table:
    """Return held-out scores beside those of the chapter; only the chapter's where the frame is None.

    frame : part, method, r2, nse, rmse, bias [kgC m-3]
    """
    ours = pd.DataFrame(columns=["method", *SCORES]) if frame is None else frame[frame["part"] == HELD_OUT]
    methods = order([*PUBLISHED["method"], *ours["method"]])
    table = ours.set_index("method")[list(SCORES)].reindex(methods).astype(float)
    table = table.join(PUBLISHED.set_index("method")[["r2", "rmse"]].add_prefix("published_"))
    theirs = [dim("published_r2", "R² published"), dim("published_rmse", "RMSE published", DENSITY)]
    table = table.reset_index().assign(method=[title(name) for name in methods])
    found = hv.Table(table, [dim("method")], [*SCORES.values(), *theirs], label=note)
    return found.opts(width=FULL_WIDTH, height=60 + 25 * len(methods), backend="bokeh")


@from_run(table_37_1)
def scores(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw four scores side by side, one row per method, with 90 % intervals and published values.

    frame : part, method, r2, nse, rmse, bias, their ``_low`` and ``_high``, published_r2, published_rmse
    """
    methods = order(frame["method"])
    frame = frame.assign(row=[methods.index(m) + _OFFSETS[p] for m, p in zip(frame["method"], frame["part"])])
    frame["colour"] = [colour(m) for m in frame["method"]]
    options = {"rows": [title(m) for m in methods], "grid": "x", "width": SCORE_WIDTH, "note": note}
    panels = [
        panel(*_marks(frame, score, (value, dim("row"))), title=value.label, name=f"score-{score}", **options)
        for score, value in SCORES.items()
    ]
    return abreast(panels, 4, share_rows=True)


def _marks(frame: pd.DataFrame, score: str, dims: tuple) -> list:
    marks = [rule(0.0)] if score in ("nse", "bias") else []
    low, high = (frame.get(f"{score}_{end}", pd.Series(np.nan, frame.index)) for end in ("low", "high"))
    for shade, part in frame.assign(low=low, high=high).dropna(subset=["low"]).groupby("colour"):
        marks.append(segments((part["low"], part["row"], part["high"], part["row"]), dims, colour=shade))
    held, others = frame[frame["part"] == HELD_OUT], frame[frame["part"] == ALL]
    columns = [dim("method"), dim("colour")]
    marks.append(dots(held, list(dims), columns, "held-out sites, 90 % interval", colour="colour"))
    marks.append(dots(others, list(dims), columns, "all sites", colour="colour", filled=False))
    marks.append(texts(held[score], held["row"] - 0.24, [number(v, 2) for v in held[score]], dims))
    if f"published_{score}" in held:
        theirs = held.dropna(subset=[f"published_{score}"])
        place = (theirs[f"published_{score}"], theirs["row"] + 0.46)
        marks.append(dots(place, list(dims), (), _PUBLISHED, colour=MUTED, marker="d", filled=False))
    return marks
