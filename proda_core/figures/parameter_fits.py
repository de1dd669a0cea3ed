"""Predicted against retrieved values of every parameter, as small multiples."""

from __future__ import annotations

import holoviews as hv
import numpy as np
import pandas as pd

from proda_core.comparison.parameter_fit import TRAINING, parameter_fit, parameter_scores
from proda_core.comparison.run_tables import HELD_OUT
from proda_core.figures.elements import FULL_WIDTH, abreast, curve, dim, dots, panel
from proda_core.figures.inputs import from_run
from proda_core.figures.theme import CHAIN_COLOURS, MUTED, number

COLUMNS = 5  # panels in a row
_STYLES = {
    TRAINING: {"colour": MUTED, "size": 3, "alpha": 0.35},
    HELD_OUT: {"colour": CHAIN_COLOURS[0], "size": 4, "alpha": 0.6},
}


@from_run(parameter_fit)
def parameter_fits(frame: pd.DataFrame, *, note: str = "") -> hv.Layout:
    """Draw one panel per parameter over its prior's range, the best predicted first.

    frame : parameter, unit, site, part, retrieved, predicted, sd_ratio, r2; ``attrs["bounds"]`` by parameter
    """
    panels = []
    for row in parameter_scores(frame).to_dict("records"):
        name = row["parameter"]
        part = frame[frame["parameter"] == name]
        units = str(part["unit"].iloc[0])
        dims = [dim(which, units=units) for which in ("retrieved", "predicted")]
        ends = np.array(frame.attrs["bounds"][name])
        marks = [curve(ends, ends, dims, dash="dashed", width=1)]
        for which, style in _STYLES.items():
            marks.append(dots(part[part["part"] == which], dims, [dim("site")], f"{which} sites", **style))
        words = f"R² {number(row[f'r2 {HELD_OUT}'], 2)} · spread {number(row['sd_ratio'], 2)}"
        options = {"xlim": tuple(ends), "ylim": tuple(ends), "name": f"parameter-fit-{name}"}
        size = {"width": FULL_WIDTH // COLUMNS, "height": FULL_WIDTH // COLUMNS + 30}
        panels.append(panel(*marks, title=f"{name}\n{words}", note=note, **options, **size))
    return abreast(panels, COLUMNS, linked=False)
