"""Figure 37.4: carbon in all by product and slice of depth, beside published totals."""

from __future__ import annotations

import holoviews as hv
import pandas as pd

from proda_core.comparison import totals as computed
from proda_core.figures.elements import FULL_WIDTH, boxes, dim, dots, panel, segments, texts
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import MUTED, OBSERVED, SLICE_COLOURS, number, round_up, title
from proda_core.records.checks import expect
from proda_core.vocabulary.depth_intervals import SLICES
from proda_core.vocabulary.depth_intervals import label as depths

WHOLE = "0-200"
THICK = 0.62  # share of a row that a bar takes
NINETY = 1.645  # standard deviations to each side of a 90 % interval
_SPREADS = (
    ("sd_independent", "90 %, as if errors were independent", {"width": 6, "alpha": 0.45}),
    ("sd", "90 %, errors correlated in space", {"width": 1.5}),
)
_CORRECTED = "total less the mean error at held-out profiles"
_DIMS = (dim("end", "soil organic carbon", "PgC"), dim("row"))
_COLUMNS = [dim("name", "product"), dim("total", "carbon of the slice", "PgC"), dim("source")]


@from_run(computed.totals)
def totals(frame: pd.DataFrame, *, note: str = "") -> hv.Overlay:
    """Draw stacked bars, deeper slices darker; published totals paler, and only where comparable.

    Below a bar of the run, the 90 % interval of 0-200 cm that its held-out profiles leave: the total less
    its mean error, with errors correlated in space (line) and as if they were not (thick).

    frame : kind, product, interval (three slices and 0-200), total [PgC], comparable, source; mean_error,
        sd, sd_independent where they are known
    """
    parts = stacked(frame[frame["comparable"].astype(bool)] if "comparable" in frame else frame)
    expect(len(parts) > 0, "totals: expected totals of products, found none")
    names = list(dict.fromkeys(parts["name"]))
    parts = parts.assign(row=parts["name"].map(names.index))
    marks = [_bars(part, *key) for key, part in parts.groupby(["interval", "pale"], sort=False)]
    ends = parts.groupby("row")["end"].max()
    marks.append(texts(ends + 0.01 * ends.max(), ends.index, [number(end) for end in ends], _DIMS, "left"))
    marks += _intervals(frame, {name: row for row, name in enumerate(names)})
    options = {"title": "Soil organic carbon in all, 0–200 cm", "note": note, "name": "totals", "grid": "x"}
    options |= {"width": FULL_WIDTH, "row_height": 32, "xlim": (0, round_up(1.08 * ends.max()))}
    return panel(*marks, rows=names, **options)


def _intervals(frame: pd.DataFrame, rows: dict[str, int]) -> list:
    """Return intervals of the whole with a mark at their middle, an empty list where none is known."""
    if "sd" not in frame:
        return []
    known = frame[(frame["interval"] == WHOLE) & frame["sd"].notna()]
    if known.empty:
        return []
    middle = known["total"] - known["mean_error"]
    row = known["product"].map(lambda name: rows[title(name)]) + THICK / 2 + 0.1
    marks = []
    for name, words, style in _SPREADS:
        reach = NINETY * known[name]
        marks.append(
            segments((middle - reach, row, middle + reach, row), _DIMS, words, colour=OBSERVED, **style)
        )
    return [*marks, dots((middle, row), list(_DIMS), (), _CORRECTED, colour=OBSERVED, marker="d", size=7)]


def stacked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row per product and slice, laid end to end; one row where only the whole is known."""
    rows = []
    for (kind, product), part in frame.groupby(["kind", "product"], sort=False):
        known = part.dropna(subset=["total"]).set_index("interval")["total"]
        pale, end = kind == computed.PUBLISHED, 0.0
        about = {"name": f"{title(product)} (published)" if pale else title(product), "pale": pale}
        for interval in SLICES if set(SLICES) <= set(known.index) else known.index.intersection([WHOLE]):
            total = float(known[interval])
            rows.append(about | {"interval": interval, "start": end, "end": end + total, "total": total})
            rows[-1]["source"], end = part["source"].iloc[0], end + total
    return pd.DataFrame(rows)


def _bars(part: pd.DataFrame, interval: str, pale: bool) -> hv.Rectangles:
    ends = part["start"], part["row"] - THICK / 2, part["end"], part["row"] + THICK / 2
    data, label = (*ends, *(part[column.name] for column in _COLUMNS)), "" if pale else depths(interval)
    shade = SLICE_COLOURS.get(interval, MUTED)
    return boxes(data, _DIMS, _COLUMNS, label, colour=shade, alpha=0.45 if pale else 0.9)
