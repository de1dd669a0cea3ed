"""The table of the parameters of one cell."""

from __future__ import annotations

from html import escape

import numpy as np

from dashboard.plots.tables import html_table, share_below
from proda_core.figures.theme import number, unit
from proda_core.records.maps import ParameterMap
from proda_core.vocabulary.parameters import PARAMETERS, UNITS

_PARAMETER_MEANINGS = {known.name: known.meaning for known in PARAMETERS}


def parameters_table(parameters: ParameterMap | None, cell: int) -> str:
    """Return every parameter at one cell: meaning, value, and its rank among all cells."""
    if parameters is None:
        return "<p class='quiet'>This run has no map of parameters.</p>"
    position = int(np.flatnonzero(parameters.cells == cell)[0])
    rows = [_parameter_row(parameters, str(name), position) for name in parameters.ds["parameter"].values]
    return html_table(
        ("Parameter", "PRODA here", "Among all cells"), rows, caption=f"Parameters of cell {cell}"
    )


def _parameter_row(parameters: ParameterMap, name: str, position: int) -> tuple[str, str, str]:
    values = parameters.ds["mean"].sel(parameter=name).values
    value, units = float(values[position]), unit(UNITS[name])
    spread = ""
    if "sd" in parameters.ds:
        spread = f" ± {number(float(parameters.ds['sd'].sel(parameter=name).values[position]), 2)}"
    label = f"<span title='{escape(_PARAMETER_MEANINGS[name], quote=True)}'>{name}</span>"
    return label, escape(f"{number(value)}{spread} {units}".strip()), _bar(share_below(values, value))


def _bar(share: float) -> str:
    if not np.isfinite(share):
        return "<span class='quiet'>unknown</span>"
    words = f"higher than {share:.0%} of all"
    mark = f"<i style='left:{share:.1%}'></i>"
    return f"<span class='among' role='img' aria-label='{words}' title='{words}'>{mark}</span>"
