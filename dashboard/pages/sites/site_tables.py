"""Tables of one site: its covariates, quality notes and neighbours."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import numpy as np
import pandas as pd

from dashboard.plots.tables import html_table, share_below
from proda_core.figures.theme import number, unit
from proda_core.records.covariates import UNKNOWN, Covariates
from proda_core.vocabulary.covariates import COVARIATES

_MEANINGS = {known.name: known.meaning for known in COVARIATES}
_BINS = 18  # of the small histograms
_READABLE_UNITS = {"degrees_east": "°E", "degrees_north": "°N"}


def covariates_table(covariates: Covariates, site: int) -> str:
    """Return every covariate of a site: meaning, value, unit, and its rank among all sites."""
    index = int(np.flatnonzero(covariates.sites == site)[0])
    rows = [_covariate_row(covariates, name, index) for name in covariates.names]
    return html_table(("Covariate", "Value", "Among all sites"), rows, caption=f"Covariates of site {site}")


def quality_table(notes: pd.DataFrame, site: int) -> str:
    """Return the quality notes of a site and their consequences; a sentence where there are none."""
    if notes.empty:
        return f"<p class='quiet'>Nothing was set aside or flagged at site {site}.</p>"
    rows = [_quality_row(note) for note in notes.itertuples()]
    return html_table(
        ("Where", "Found", "Reason", "Consequence"), rows, caption=f"Quality notes of site {site}"
    )


def neighbours_table(near: pd.DataFrame, site: int) -> str:
    """Return the sites nearest to one: distance, vegetation, and depth of sampling."""
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


def _meaning(covariates: Covariates, name: str, index: int) -> str:
    code = int(covariates.ds[name].values[index])
    return covariates.meaning(name, code) if code != UNKNOWN else "unknown"


def _same_share(codes: np.ndarray, index: int) -> str:
    share = float((codes == codes[index]).mean())
    return f"<span class='quiet'>shared by {share:.0%} of sites</span>"


@lru_cache(maxsize=8)
def _histograms(covariates: Covariates) -> dict[str, tuple[np.ndarray, float, float]]:
    """Return height of each bin over the highest, lowest and highest value of every continuous covariate."""
    found = {}
    for name in covariates.continuous:
        values = covariates.ds[name].values.astype(float)
        values = values[np.isfinite(values)]
        low, high = np.quantile(values, [0.005, 0.995]) if values.size else (0.0, 1.0)
        counts, _ = np.histogram(np.clip(values, low, high), bins=_BINS, range=(low, max(high, low + 1e-9)))
        found[name] = counts / max(counts.max(), 1), float(low), float(high)
    return found


def _distribution(counts: np.ndarray, low: float, high: float, value: float, share: float) -> str:
    """Return a small histogram of all sites with this site's value marked."""
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


def _quality_row(note: object) -> tuple[str, str, str, str]:
    depth = "" if not np.isfinite(note.depth) else f" at {number(note.depth)} m"
    where = "profile" if note.observation < 0 else f"observation {note.observation + 1}{depth}"
    return where, escape(str(note.found)), escape(str(note.reason)), escape(str(note.consequence))
