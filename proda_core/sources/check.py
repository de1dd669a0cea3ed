"""Summaries of data sets: counts, ranges and map extent of any record, and warnings.

Records are validated when they are made; a warning names a value that is valid but unusual for its kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records.checks import InputError
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.products import Product
from proda_core.records.profiles import MIN_OBSERVATIONS, Profiles
from proda_core.records.study import Study

COLUMNS = ("part", "variable", "unit", "count", "missing", "least", "median", "largest")


@dataclass(frozen=True)
class Summary:
    """``facts`` (name -> text), ``ranges`` (one row per variable, COLUMNS) and ``warnings`` (sentences)."""

    facts: dict[str, str]
    ranges: pd.DataFrame
    warnings: tuple[str, ...] = field(default=())

    def text(self) -> str:
        """The summary as lines of text."""
        width = max((len(name) for name in self.facts), default=0)
        lines = [f"{name:<{width}}  {value}" for name, value in self.facts.items()]
        if not self.ranges.empty:
            lines += ["", self.ranges.to_string(index=False, float_format=lambda x: f"{x:.4g}")]
        return "\n".join([*lines, *(f"warning: {w}" for w in self.warnings)])


@singledispatch
def summarise(record) -> Summary:
    """Counts, ranges and map extent of a Study, Profiles, Forcing, Covariates, Product or Dataset."""
    raise InputError(f"check: expected a record or a Dataset, found {type(record).__name__}")


@summarise.register
def _(record: Profiles) -> Summary:
    ds, count = record.ds, record.usable_count()
    enough = count >= MIN_OBSERVATIONS
    facts = {
        "profiles": _number(len(record)),
        "places": _number(len(np.unique(ds["place"]))),
        "observations": f"{_number(ds.sizes['observation'])}, usable {_number(int(count.sum()))}",
        "profiles with two usable or more": _number(int(enough.sum())),
        **_extent(ds),
        **_provenance(ds.attrs),
    }
    warnings = ["no profile has two usable observations"] if len(record) and not enough.any() else []
    return Summary(facts, _ranges(ds, "profiles"), tuple(warnings))


@summarise.register
def _(record: Forcing) -> Summary:
    complete = int(record.complete.sum())
    facts = {
        "sites": _number(len(record)),
        "with complete forcing": _number(complete),
        "layers": f"{record.grid.size} ({record.grid.name})",
        **_extent(record.ds),
    }
    warnings = [] if complete else ["no site has complete forcing"]
    return Summary(facts, _ranges(record.ds, "forcing"), tuple(warnings))


@summarise.register
def _(record: Covariates) -> Summary:
    facts = {
        "sites": _number(len(record)),
        "with every covariate known": _number(int(record.complete.sum())),
        "covariates": f"{len(record.continuous)} numbers, {len(record.categorical)} categories",
    }
    return Summary(facts, _ranges(record.ds, "covariates"))


@summarise.register
def _(record: Product) -> Summary:
    ds = record.ds
    totals = ", ".join(f"{i} cm {t:.1f}" for i, t in zip(record.intervals, record.totals().values))
    area = float((ds["cell_area"] * ds["land_fraction"]).sum()) / 1e12
    facts = {
        "carbon": f"{totals} PgC",
        "land": f"{area:.2f} million km2",
        **_extent(ds),
        **_provenance(ds.attrs),
    }
    deeper = np.diff(record.totals().values) if record.intervals == ("0-30", "0-100", "0-200") else np.ones(1)
    warnings = (
        ["less carbon to a greater depth: are intervals or units mixed up?"] if (deeper < 0).any() else []
    )
    return Summary(facts, _ranges(ds, "product"), tuple(warnings))


@summarise.register
def _(record: xr.Dataset) -> Summary:
    sizes = ", ".join(f"{name} {size}" for name, size in record.sizes.items())
    return Summary(
        {"sizes": sizes, **_extent(record), **_provenance(record.attrs)}, _ranges(record, "fields")
    )


@summarise.register
def _(record: Study) -> Summary:
    parts = {
        "profiles": record.profiles,
        "forcing": record.forcing,
        "covariates": record.covariates,
        "cells_forcing": record.cells_forcing,
        "cells_covariates": record.cells_covariates,
    }
    summaries = {name: summarise(part) for name, part in parts.items()}
    facts = {"study": record.title, "synthetic": "yes" if record.synthetic else "no"}
    facts |= summaries["profiles"].facts | {
        "profiles to assimilate": _number(len(record.assimilable())),
        "grid cells": summaries["cells_forcing"].facts["sites"],
        "quality notes": _number(len(record.quality)),
    }
    ranges = [s.ranges.assign(part=name) for name, s in summaries.items()]
    warnings = [f"{name}: {w}" for name, s in summaries.items() for w in s.warnings]
    return Summary(facts, pd.concat(ranges, ignore_index=True), tuple(warnings))


def _ranges(ds: xr.Dataset, part: str) -> pd.DataFrame:
    rows = [_range(part, str(name), ds[name]) for name in ds.variables if ds[name].dtype.kind in "fiu"]
    return pd.DataFrame([row for row in rows if row], columns=list(COLUMNS))


def _range(part: str, name: str, array: xr.DataArray) -> tuple | None:
    if array.dims == (name,) and name not in ("lat", "lon", "site", "profile", "cell"):
        return None
    values = array.values.ravel().astype(float)
    found = values[np.isfinite(values)]
    least, median, largest = np.quantile(found, [0, 0.5, 1]) if len(found) else [np.nan] * 3
    unit = array.attrs.get("units", "code" if "flag_values" in array.attrs else "")
    return part, name, unit, len(values), len(values) - len(found), least, median, largest


def _extent(ds: xr.Dataset) -> dict[str, str]:
    if "lon" not in ds or "lat" not in ds or not ds["lon"].size:
        return {}
    west, east = float(ds["lon"].min()), float(ds["lon"].max())
    south, north = float(ds["lat"].min()), float(ds["lat"].max())
    return {"extent": f"longitude {west:.2f} to {east:.2f}, latitude {south:.2f} to {north:.2f}"}


def _provenance(attrs: dict) -> dict[str, str]:
    found = {
        name: str(attrs[name]) for name in ("title", "source", "version", "licence", "url") if attrs.get(name)
    }
    return found | ({"synthetic": "yes" if attrs["synthetic"] else "no"} if "synthetic" in attrs else {})


def _number(value: int) -> str:
    return f"{value:,}"
