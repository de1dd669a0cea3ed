"""Figure 37.4: carbon in all by product and slice of depth, beside published totals."""

from __future__ import annotations

import holoviews as hv
import pandas as pd

from proda_core.comparison.totals import PUBLISHED
from proda_core.comparison.totals import totals as compute
from proda_core.figures.elements import FULL_WIDTH, boxes, dim, panel, texts
from proda_core.figures.inputs import from_run
from proda_core.figures.method_scores import FRAME_HEIGHT
from proda_core.figures.theme import MUTED, SLICE_COLOURS, number, round_up, title
from proda_core.records.checks import expect
from proda_core.vocabulary.depth_intervals import SLICES
from proda_core.vocabulary.depth_intervals import label as depths

WHOLE = "0-200"
ROW_HEIGHT, THICK = 32, 0.62  # px of a row; share of it that a bar takes
TOTAL, ROW = dim("total", "soil organic carbon", "PgC"), dim("row")


@from_run(compute)
def totals(frame: pd.DataFrame, *, note: str = "") -> hv.Overlay:
    """Draw stacked bars, deeper slices darker; published totals paler, and only where comparable.

    frame : kind, product, interval (three slices and 0-200), total [PgC], comparable, source
    """
    parts = stacked(frame[frame["comparable"].astype(bool)] if "comparable" in frame else frame)
    expect(len(parts) > 0, "totals: expected totals of products, found none")
    names = list(dict.fromkeys(parts["name"]))
    parts = parts.assign(row=[names.index(name) for name in parts["name"]])
    ends = parts.groupby("row").agg(end=("end", "max"))["end"]
    marks = [
        _bars(part, interval, kind)
        for (interval, kind), part in parts.groupby(["interval", "pale"], sort=False)
    ]
    height = FRAME_HEIGHT + ROW_HEIGHT * len(names)
    return panel(
        *marks,
        texts(
            ends + 0.01 * ends.max(),
            ends.index,
            [number(end) for end in ends],
            (dim("end"), ROW),
            align="left",
        ),
        title="Soil organic carbon in all, 0–200 cm",
        note=note,
        name="totals",
        width=FULL_WIDTH,
        height=height,
        rows=names,
        grid="x",
        legend=True,
        xlim=(0, round_up(1.08 * ends.max())),
        xlabel=TOTAL.pprint_label,
    )


def stacked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row per product and slice, laid end to end; one row where only the whole is known."""
    rows = []
    for (kind, product), part in frame.groupby(["kind", "product"], sort=False):
        known = part.dropna(subset=["total"]).set_index("interval")["total"]
        name = f"{title(product)} (published)" if kind == PUBLISHED else title(product)
        chosen = SLICES if set(SLICES) <= set(known.index) else [WHOLE] if WHOLE in known else []
        end = 0.0
        for interval in chosen:
            row = {
                "name": name,
                "interval": interval,
                "pale": kind == PUBLISHED,
                "source": part["source"].iloc[0],
            }
            rows.append(row | {"start": end, "end": end + known[interval], "total": known[interval]})
            end = rows[-1]["end"]
    return pd.DataFrame(rows)


def _bars(part: pd.DataFrame, interval: str, pale: bool) -> hv.Rectangles:
    low, high = part["row"] - THICK / 2, part["row"] + THICK / 2
    columns = ("name", "total", "source")
    return boxes(
        (part["start"], low, part["end"], high, *(part[c] for c in columns)),
        (dim("end"), ROW),
        [dim("name", "product"), TOTAL, dim("source")],
        "" if pale else depths(interval),
        colour=SLICE_COLOURS.get(interval, MUTED),
        alpha=0.45 if pale else 0.9,
    )
