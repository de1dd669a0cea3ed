"""Small tables as HTML: covariates, quality notes and neighbours of a site, parameters of a cell, scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

import numpy as np
import pandas as pd

from dashboard.plots.labels import number, unit
from dashboard.plots.palette import product_title
from proda_core.records.covariates import UNKNOWN, Covariates
from proda_core.records.maps import ParameterMap
from proda_core.vocabulary.covariates import COVARIATES
from proda_core.vocabulary.parameters import PARAMETERS, UNITS

_MEANINGS = {known.name: known.meaning for known in COVARIATES}
_PARAMETER_MEANINGS = {known.name: known.meaning for known in PARAMETERS}
_BINS = 18  # of the small histograms
_METHODS = {"site_level": "Each profile by itself (upper bound)", "direct": "Trees without a model"}
_READABLE_UNITS = {"degrees_east": "°E", "degrees_north": "°N"}


def covariates_table(covariates: Covariates, site: int) -> str:
    """Every covariate of a site: what it is, value, unit, and where the site stands among all sites."""
    index = int(np.flatnonzero(covariates.sites == site)[0])
    rows = [_covariate_row(covariates, name, index) for name in covariates.names]
    return html_table(("Covariate", "Value", "Among all sites"), rows, caption=f"Covariates of site {site}")


def quality_table(notes: pd.DataFrame, site: int) -> str:
    """What was noticed about one site and what followed; a sentence where there is nothing."""
    if notes.empty:
        return f"<p class='quiet'>Nothing was set aside or flagged at site {site}.</p>"
    rows = [_quality_row(note) for note in notes.itertuples()]
    return html_table(
        ("Where", "Found", "Reason", "Consequence"), rows, caption=f"Quality notes of site {site}"
    )


def neighbours_table(near: pd.DataFrame, site: int) -> str:
    """The sites nearest to one: how far, what grows there, how deep they were sampled."""
    rows = [
        (
            f"Site {row.Index}",
            f"{row.distance:,.1f}",
            escape(str(row.vegetation)),
            str(int(row.layers)),
            number(row.deepest),
            "yes" if row.able else "no",
        )
        for row in near.itertuples()
    ]
    head = ("Neighbour", "Distance (km)", "Vegetation", "Usable depths", "Deepest (m)", "Can be assimilated")
    return html_table(head, rows, caption=f"Neighbours of site {site}")


def scores_table(scores: pd.DataFrame) -> str:
    """Scores of each method on sites the network has not seen, carbon densities in kgC m-3."""
    held_out = scores[scores["part"] == "held out"]
    rows = [_score_row(row) for row in held_out.itertuples()]
    head = ("On held-out sites", "R²", "NSE", "RMSE (kgC m⁻³)", "Bias (kgC m⁻³)", "Observations")
    return html_table(head, rows, caption="Scores of each method on held-out sites")


def parameters_table(parameters: ParameterMap | None, cell: int) -> str:
    """Every parameter at one cell: what it is, its value, and where it stands among all cells."""
    if parameters is None:
        return "<p class='quiet'>This run has no map of parameters.</p>"
    position = int(np.flatnonzero(parameters.cells == cell)[0])
    rows = [_parameter_row(parameters, str(name), position) for name in parameters.ds["parameter"].values]
    return html_table(
        ("Parameter", "PRODA here", "Among all cells"), rows, caption=f"Parameters of cell {cell}"
    )


def html_table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str) -> str:
    """A table for people and screen readers. Cells are HTML already.

    >>> html_table(["a"], [["1"]], "Numbers").count("<td>1</td>")
    1
    """
    label = escape(caption, quote=True)
    top = "".join(f"<th scope='col'>{escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    inside = f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody>"
    return f"<table class='plain' aria-label='{label}'>{inside}</table>"


def share_below(values: np.ndarray, value: float) -> float:
    """The share of known values that lie below one of them, ties counted half.

    >>> share_below(np.array([1.0, 2.0, 3.0, np.nan]), 2.0)
    0.5
    """
    known = values[np.isfinite(values)]
    if not known.size or not np.isfinite(value):
        return float("nan")
    return float(((known < value).sum() + 0.5 * (known == value).sum()) / known.size)


def _covariate_row(covariates: Covariates, name: str, index: int) -> tuple[str, str, str]:
    array = covariates.ds[name]
    label = escape(_MEANINGS.get(name, array.attrs.get("long_name", name)))
    first = f"<span title='{escape(name, quote=True)}'>{label}</span>"
    if name in covariates.categorical:
        return first, escape(_meaning(covariates, name, index)), _same_share(array.values, index)
    value = float(array.values[index])
    units = str(array.attrs.get("units", "1"))
    factor = " × " if units[:1].isdigit() and units != "1" else " "
    shown = f"{number(value, 4)}{factor}{_READABLE_UNITS.get(units, unit(units))}".strip()
    share = share_below(array.values.astype(float), value)
    return first, escape(shown), _distribution(*_histograms(covariates)[name], value, share)


def _parameter_row(parameters: ParameterMap, name: str, position: int) -> tuple[str, str, str]:
    values = parameters.ds["mean"].sel(parameter=name).values
    value, units = float(values[position]), unit(UNITS[name])
    spread = ""
    if "sd" in parameters.ds:
        spread = f" ± {number(float(parameters.ds['sd'].sel(parameter=name).values[position]), 2)}"
    label = f"<span title='{escape(_PARAMETER_MEANINGS[name], quote=True)}'>{name}</span>"
    return label, escape(f"{number(value)}{spread} {units}".strip()), _bar(share_below(values, value))


def _meaning(covariates: Covariates, name: str, index: int) -> str:
    code = int(covariates.ds[name].values[index])
    return covariates.meaning(name, code) if code != UNKNOWN else "unknown"


def _same_share(codes: np.ndarray, index: int) -> str:
    share = float((codes == codes[index]).mean())
    return f"<span class='quiet'>{share:.0%} are the same</span>"


@lru_cache(maxsize=8)
def _histograms(covariates: Covariates) -> dict[str, tuple[np.ndarray, float, float]]:
    """Share of the fullest bin, lowest and highest value of every continuous covariate."""
    found = {}
    for name in covariates.continuous:
        values = covariates.ds[name].values.astype(float)
        values = values[np.isfinite(values)]
        low, high = np.quantile(values, [0.005, 0.995]) if values.size else (0.0, 1.0)
        counts, _ = np.histogram(np.clip(values, low, high), bins=_BINS, range=(low, max(high, low + 1e-9)))
        found[name] = counts / max(counts.max(), 1), float(low), float(high)
    return found


def _distribution(counts: np.ndarray, low: float, high: float, value: float, share: float) -> str:
    """A histogram of all sites as a small picture, this site's value marked."""
    if not np.isfinite(share):
        return "<span class='quiet'>unknown</span>"
    words = f"higher than {share:.0%} of all"
    bars = "".join(
        f"<rect x='{i * 6}' y='{22 - 20 * height:.1f}' width='5' height='{20 * height:.1f}'/>"
        for i, height in enumerate(counts)
    )
    at = 6 * _BINS * float(np.clip((value - low) / max(high - low, 1e-9), 0, 1))
    mark = f"<line x1='{at:.1f}' x2='{at:.1f}' y1='0' y2='23'/>"
    return (
        f"<svg class='spread' width='{6 * _BINS}' height='23' role='img' aria-label='{words}'>"
        f"<title>{words}</title>{bars}{mark}</svg>"
    )


def _bar(share: float) -> str:
    if not np.isfinite(share):
        return "<span class='quiet'>unknown</span>"
    words = f"higher than {share:.0%} of all"
    mark = f"<i style='left:{share:.1%}'></i>"
    return f"<span class='among' role='img' aria-label='{words}' title='{words}'>{mark}</span>"


def _quality_row(note: object) -> tuple[str, str, str, str]:
    depth = "" if not np.isfinite(note.depth) else f" at {number(note.depth)} m"
    where = "profile" if note.observation < 0 else f"observation {note.observation + 1}{depth}"
    return where, escape(str(note.found)), escape(str(note.reason)), escape(str(note.consequence))


def _score_row(row: object) -> tuple[str, ...]:
    name = _METHODS.get(row.method, product_title(row.method))
    numbers = (number(value) for value in (row.r2, row.nse, row.rmse, row.bias))
    return (f"<b>{escape(name)}</b>", *numbers, f"{int(row.n):,}")
