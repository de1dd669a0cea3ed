"""The table of the parameters of one cell."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import numpy as np

from dashboard.plots.tables import html_table, share_below
from proda_core.comparison.identified import SENTENCE, is_identified
from proda_core.figures.theme import number, unit
from proda_core.records.maps import ParameterMap
from proda_core.vocabulary.parameters import PARAMETERS, UNITS

_PARAMETER_MEANINGS = {known.name: known.meaning for known in PARAMETERS}


def parameters_table(
    parameters: ParameterMap | None, cell: int, ratios: Mapping[str, float] | None = None
) -> str:
    """Return every parameter at one cell: meaning, value, its rank among all cells, and its spread ratio.

    ratios : posterior over prior standard deviation by parameter, as far as known; those not identified
        are grey and last
    """
    if parameters is None:
        return "<p class='quiet'>This run has no map of parameters.</p>"
    position = int(np.flatnonzero(parameters.cells == cell)[0])
    names, ratios = [str(name) for name in parameters.ds["parameter"].values], ratios or {}
    names.sort(key=lambda name: not is_identified(ratios.get(name, np.nan)))
    rows = [_parameter_row(parameters, name, position, ratios.get(name, np.nan)) for name in names]
    table = html_table(
        ("Parameter", "PRODA here", "Among all cells", "Posterior / prior spread"),
        rows,
        caption=f"Parameters of cell {cell}",
    )
    greyed = any(not is_identified(ratio) for ratio in ratios.values())
    return table + (f"<p class='quiet small'>{escape(SENTENCE)}</p>" if greyed else "")


def _parameter_row(
    parameters: ParameterMap, name: str, position: int, ratio: float
) -> tuple[str, str, str, str]:
    values = parameters.ds["mean"].sel(parameter=name).values
    value, units = float(values[position]), unit(UNITS[name])
    spread = ""
    if "sd" in parameters.ds:
        spread = f" ± {number(float(parameters.ds['sd'].sel(parameter=name).values[position]), 2)}"
    label = f"<span title='{escape(_PARAMETER_MEANINGS[name], quote=True)}'>{name}</span>"
    known = f"{ratio:.2f}" if np.isfinite(ratio) else "–"
    cells = label, escape(f"{number(value)}{spread} {units}".strip()), _bar(share_below(values, value)), known
    return cells if is_identified(ratio) else tuple(f"<span class='quiet'>{cell}</span>" for cell in cells)


def _bar(share: float) -> str:
    if not np.isfinite(share):
        return "<span class='quiet'>unknown</span>"
    words = f"higher than {share:.0%} of all"
    mark = f"<i style='left:{share:.1%}'></i>"
    return f"<span class='among' role='img' aria-label='{words}' title='{words}'>{mark}</span>"
