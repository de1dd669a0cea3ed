"""Columns of a user's table of soil layers: their names, units, and how a header states them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from proda_core.records.checks import InputError, expect, one_of


@dataclass(frozen=True)
class Column:
    """One column: its unit here, and the other units a file may state, with their factors."""

    name: str
    unit: str
    factors: Mapping[str, float]
    low: float
    high: float
    meaning: str


_DEGREES = {"degrees": 1.0, "degree": 1.0, "deg": 1.0, "°": 1.0, "degrees_east": 1.0, "degrees_north": 1.0}
_DEPTH = {"cm": 0.01, "m": 1.0, "mm": 0.001}
_MASS = {"kg dm-3": 1.0, "g cm-3": 1.0, "Mg m-3": 1.0, "t m-3": 1.0, "kg m-3": 1e-3}
_DENSITY = {"gC m-3": 1.0, "g m-3": 1.0, "kgC m-3": 1e3, "kg m-3": 1e3, "g cm-3": 1e6}
COLUMNS = (
    Column("lon", "degrees_east", _DEGREES, -180, 360, "longitude, east positive"),
    Column("lat", "degrees_north", _DEGREES, -90, 90, "latitude, north positive"),
    Column("top", "m", _DEPTH, 0, 50, "upper depth of the layer, positive downward"),
    Column("bottom", "m", _DEPTH, 0, 50, "lower depth of the layer"),
    Column("soc", "gC m-3", _DENSITY, 0, 1e6, "soil organic carbon per volume of soil"),
    Column("orgc", "g kg-1", {"g kg-1": 1.0, "%": 10.0}, 0, 1000, "organic carbon of the fine earth"),
    Column("bulk_density", "kg dm-3", _MASS, 0.01, 2.65, "bulk density of the fine earth"),
    Column("coarse_fragments", "%", {"%": 1.0, "fraction": 100.0, "1": 100.0}, 0, 100, "volume of stones"),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}
PLACE = ("lon", "lat", "top", "bottom")
DEGREES = ("lon", "lat")  # may be without a stated unit
TEMPLATE_HEADER = (
    "site",
    "lon [degrees]",
    "lat [degrees]",
    "top [cm]",
    "bottom [cm]",
    "soc [kgC m-3]",
    "orgc [g kg-1]",
    "bulk_density [kg dm-3]",
    "coarse_fragments [%]",
)
_HEADER = re.compile(r"^\s*(?P<name>[^\[\(]+?)\s*(?:[\[\(]\s*(?P<unit>[^\]\)]*?)\s*[\]\)])?\s*$")


@dataclass(frozen=True)
class Found:
    """Position of a column in the file, its whole header, and the factor to our unit."""

    header: str
    position: int
    factor: float


def split_header(text: str) -> tuple[str, str]:
    """Name and unit of a header cell.

    >>> split_header("top [cm]"), split_header("Bulk density (g/cm3)"), split_header("site")
    (('top', 'cm'), ('Bulk density', 'g/cm3'), ('site', ''))
    """
    match = _HEADER.match(text)
    return (match["name"].strip(), (match["unit"] or "").strip()) if match else (text.strip(), "")


def find_columns(
    header: Sequence[str],
    where: str,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> dict[str, Found]:
    """The known columns of a header, with the factor of each to our unit.

    columns : our name -> name of the column in the file, where it differs
    units : our name -> unit, where the header does not state it
    """
    columns, units = dict(columns or {}), dict(units or {})
    for name in (*columns, *units):
        one_of(name, ("site", *BY_NAME), f"{where}: column mapping")
    names = [split_header(text) for text in header]
    found = {}
    for name in ("site", *BY_NAME):
        position = _position(name, header, names, columns.get(name), where)
        if position is not None:
            unit = units.get(name) or names[position][1]
            factor = 1.0 if name == "site" else _factor(BY_NAME[name], unit, header[position], where)
            found[name] = Found(header[position].strip(), position, factor)
    _expect_enough(found, header, where)
    return found


def _position(name: str, header: Sequence[str], names: list, mapped: str | None, where: str) -> int | None:
    wanted = (mapped or name).strip().lower()
    hits = [i for i, text in enumerate(header) if wanted in (text.strip().lower(), names[i][0].lower())]
    expect(len(hits) < 2, f"{where}: expected one column {wanted}, found {len(hits)}")
    known = ", ".join(text.strip() for text in header)
    expect(bool(hits) or mapped is None, f"{where}: expected column {mapped!r} for {name}, found {known}")
    return hits[0] if hits else None


def _factor(column: Column, unit: str, header: str, where: str) -> float:
    if not unit:
        example = f"{column.name} [{next(iter(column.factors))}]"
        place = f"{where}: column {header.strip()!r}"
        expect(column.name in DEGREES, f"{place}: expected its unit in the header, e.g. {example}")
        return 1.0
    factors = {_plain(name): factor for name, factor in column.factors.items()}
    if _plain(unit) not in factors:
        known = ", ".join(column.factors)
        raise InputError(f"{where}: column {header.strip()!r}: expected a unit of {known}; found {unit!r}")
    return factors[_plain(unit)]


def _plain(unit: str) -> str:
    """Normalise the spelling of a unit; blanks stay, to distinguish gC m-3 from g cm-3.

    >>> _plain("kg/m3"), _plain("kg  m^-3"), _plain("gC m-3"), _plain("g/cm³")
    ('kg m-3', 'kg m-3', 'gc m-3', 'g cm-3')
    """
    text = (
        unit.lower().replace("^", "").replace("**", "").replace("·", " ").replace("³", "3").replace("⁻", "-")
    )
    text = re.sub(r"\s*/\s*([a-z]+)(\d?)", lambda m: f" {m[1]}-{m[2] or 1}", text)
    return " ".join(text.split())


def _expect_enough(found: Mapping[str, Found], header: Sequence[str], where: str) -> None:
    missing = [name for name in ("site", *PLACE) if name not in found]
    carbon = "soc" in found or {"orgc", "bulk_density"} <= set(found)
    wanted = [*missing, *([] if carbon else ["soc, or orgc and bulk_density"])]
    known = ", ".join(text.strip() for text in header)
    expect(not wanted, f"{where}: expected columns {', '.join(wanted)}; found {known or 'none'}")


def to_east(lon: np.ndarray) -> np.ndarray:
    """Longitudes -180..180 of longitudes that may run 0..360 [degrees]."""
    return np.where(lon > 180, lon - 360.0, lon)
