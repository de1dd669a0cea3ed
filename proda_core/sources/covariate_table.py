"""Covariates from a table of numbers: units from the vocabulary, codes decoded, odd values noted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from proda_core.records.covariates import UNKNOWN, Covariates
from proda_core.sources.quality import Note
from proda_core.vocabulary.covariates import BY_NAME, Covariate
from proda_core.vocabulary.vegetation import FROM_ESA_LAND_COVER

_MISSING = "covariates missing"
_NO_LEGEND = "code in no legend: taken as unknown"
_OUT_OF_RANGE = "covariate out of range: taken as missing"
_BETWEEN = "layer number between two layers: categories averaged by a resampler"


def covariates_from(
    values: np.ndarray, names: Sequence[str], sites: np.ndarray, *, cells: bool = False
) -> tuple[Covariates, list[Note]]:
    """Covariates of sites (or of grid cells) and the quality notes on them.

    values (site, covariate), NaN where missing; names (covariate) of the vocabulary; sites (site).
    """
    described = [BY_NAME[name] for name in names]
    data, notes = {}, _missing_notes(values, names, sites, cells)
    for column, covariate in zip(values.T, described, strict=True):
        encode = _category if covariate.categorical else _number
        data[covariate.name], odd = encode(column, covariate)
        reason = _NO_LEGEND if covariate.categorical else _OUT_OF_RANGE
        notes += [
            _note(sites[i], reason, f"{covariate.name} {column[i]:g}", cells) for i in np.flatnonzero(odd)
        ]
        if covariate.name == "nbedrock":
            between = np.flatnonzero(np.isfinite(column) & (column != np.floor(column)))
            notes += [_note(sites[i], _BETWEEN, f"nbedrock {column[i]:g}", cells) for i in between]
    return Covariates(xr.Dataset(data, coords={"site": sites})), notes


def vegetation_of(covariates: Covariates) -> np.ndarray:
    """Vegetation class (site) from land cover; -1 where that is unknown."""
    codes = covariates.ds["ESA_Land_Cover"].values
    return np.array([FROM_ESA_LAND_COVER.get(int(code), UNKNOWN) for code in codes], np.int8)


def _number(column: np.ndarray, covariate: Covariate) -> tuple[xr.DataArray, np.ndarray]:
    odd = (column < covariate.low) | (column > covariate.high)
    attrs = {"units": covariate.unit, "long_name": covariate.meaning, "kind": covariate.kind}
    return xr.DataArray(np.where(odd, np.nan, column), dims="site", attrs=attrs), odd


def _category(column: np.ndarray, covariate: Covariate) -> tuple[xr.DataArray, np.ndarray]:
    known = np.isin(column, list(covariate.legend))
    codes = np.where(known, np.nan_to_num(column), UNKNOWN).astype(np.int16)
    attrs = {
        "long_name": covariate.meaning,
        "kind": covariate.kind,
        "flag_values": list(covariate.legend),
        "flag_meanings": " ".join(name.replace(" ", "_") for name in covariate.legend.values()),
    }
    return xr.DataArray(codes, dims="site", attrs=attrs), ~known & np.isfinite(column)


def _missing_notes(values: np.ndarray, names: Sequence[str], sites: np.ndarray, cells: bool) -> list[Note]:
    notes = []
    for site, row in zip(sites, np.isnan(values), strict=True):
        if row.any():
            listed = ", ".join(name for name, gone in zip(names, row) if gone)
            notes.append(_note(site, _MISSING, f"{row.sum()} of {len(names)}: {listed}", cells))
    return notes


def _note(number: int, reason: str, found: str, cells: bool) -> Note:
    site, cell = (-1, int(number)) if cells else (int(number), -1)
    return Note(site=site, reason=reason, found=found, cell=cell)
