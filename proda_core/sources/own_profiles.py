"""The user's own soil profiles: a CSV file of layers, validated row by row.

One row per layer: site, lon, lat, top, bottom, and either soc, or orgc with bulk_density (and
coarse_fragments where there are stones). The header states the units: "top [cm]". Other column
names are mapped with ``columns``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from proda_core.records.checks import InputError, expect, one_of
from proda_core.records.profiles import MAX_DEPTH, Profiles
from proda_core.sources.carbon_content import (
    BULK_DENSITY_FLAGS,
    DENSITIES_OF,
    FILLED,
    FINE,
    NONE,
    WHOLE,
    filled_bulk_density,
    fine_earth_mass,
)
from proda_core.sources.git_lfs import expect_no_pointer
from proda_core.sources.own_profiles_columns import (
    BY_NAME,
    PLACE,
    TEMPLATE_HEADER,
    Found,
    find_columns,
    to_east,
)
from proda_core.sources.profile_table import profiles_from
from proda_core.sources.quality import table

KG_PER_M3 = 1000.0  # kg m-3 in one kg dm-3, and g m-3 in one g kg-1 x kg m-3 / 1000
BAD_ROW_COLUMNS = ("row", "column", "found", "reason")
EXAMPLE = (
    ("A1", "-76.50", "42.45", "0", "15", "25.2", "", "", ""),
    ("A1", "-76.50", "42.45", "15", "40", "11.0", "", "", ""),
    ("B2", "-75.10", "43.02", "0", "20", "", "21.5", "1.25", "10"),
    ("B2", "-75.10", "43.02", "20", "60", "", "6.1", "1.41", "15"),
)


@dataclass(frozen=True)
class Import:
    """Result of reading a file: profiles of its good rows, its bad rows, and quality notes.

    profiles : None where no row is good
    names : the file's own name of every site, by site number
    bad_rows : columns row (line of the file, the header being 1), column, found, reason
    quality : the quality table of the profiles
    """

    profiles: Profiles | None
    names: tuple[str, ...]
    bad_rows: pd.DataFrame
    quality: pd.DataFrame
    rows: int

    @property
    def ok(self) -> bool:
        """Whether every row is good."""
        return self.bad_rows.empty and self.profiles is not None


def template() -> str:
    """A CSV file to fill in, with four example rows.

    >>> template().splitlines()[0]
    'site,lon [degrees],lat [degrees],top [cm],bottom [cm],soc [kgC m-3],orgc [g kg-1],bulk_density
    [kg dm-3],coarse_fragments [%]'
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([TEMPLATE_HEADER, *EXAMPLE])
    return text.getvalue()


def read_csv(
    path: Path | str,
    columns: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    *,
    fill_bulk_density: str = "none",
    density_of: str = "fine_earth",
    column_bottom: float = 8.6,
) -> Import:
    """Validate a file and read its good rows.

    columns : our column name -> the file's, where they differ; units : our column name -> unit
    fill_bulk_density : "proda" computes a missing bulk density from organic carbon
    density_of : what the measured densities are of, "fine_earth" or "whole_soil" with its stones
    column_bottom : deepest the model reaches [m]

    Every observation keeps its bulk density and where that comes from.
    """
    one_of(fill_bulk_density, ("none", "proda"), "own profiles: fill_bulk_density")
    one_of(density_of, DENSITIES_OF, "own profiles: density_of")
    text, found = _read_text(Path(path), columns, units)
    layers, faults = _numbers(text, found)
    layers = layers.assign(**_densities(layers, fill_bulk_density, density_of))
    layers["carbon"] = _carbon(layers)
    faults += _row_faults(layers, found)
    bad = _bad_rows(faults, text, found)
    good = layers[~layers["row"].isin(bad["row"])]
    faults = _site_faults(good, found)
    bad = pd.concat([bad, _bad_rows(faults, text, found)]).sort_values("row", ignore_index=True)
    good = good[~good["row"].isin(bad["row"])]
    profiles, names, quality = _profiles(good, column_bottom)
    return Import(profiles, names, bad, quality, rows=len(text))


def _read_text(path: Path, columns, units) -> tuple[pd.DataFrame, dict[str, Found]]:
    """The known columns as text, one column per name of ours, and their positions."""
    expect(path.is_file(), f"{path}: expected a CSV file, found no such file")
    expect_no_pointer(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            delimiter = max(",;\t", key=first.count)
            header = next(csv.reader([first], delimiter=delimiter), [])
            found = find_columns(header, str(path), columns, units)
            file.seek(0)
            text = pd.read_csv(
                file, sep=delimiter, header=None, names=range(len(header)), dtype=str,
                keep_default_na=False, skip_blank_lines=False,
            )  # fmt: skip
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected text in UTF-8, found other bytes ({error.reason})") from error
    except pd.errors.ParserError as error:
        fault = str(error).strip().split("error: ")[-1]
        raise InputError(f"{path}: expected {len(header)} columns in every row, found: {fault}") from error
    table_ = pd.DataFrame({name: text[f.position].fillna("").str.strip() for name, f in found.items()})
    table_.insert(0, "row", np.arange(len(table_)) + 1)
    table_ = table_.iloc[1:]
    table_ = table_[(table_.drop(columns="row") != "").any(axis=1)].reset_index(drop=True)
    expect(len(table_) > 0, f"{path}: expected rows of soil layers under the header, found none")
    return table_, found


Fault = tuple[np.ndarray, str, str]  # which rows, column, reason


def _numbers(text: pd.DataFrame, found: dict[str, Found]) -> tuple[pd.DataFrame, list[Fault]]:
    """Layers in our units; a value that is no number or out of range is a fault."""
    layers, faults = text[["row", "site"]].copy(), []
    for name, column in BY_NAME.items():
        if name not in found:
            layers[name] = np.nan
            continue
        values = pd.to_numeric(text[name], errors="coerce").to_numpy(float)
        faults.append(((text[name] != "").to_numpy() & ~np.isfinite(values), name, "not a number"))
        values = values * found[name].factor
        range_ = f"outside {column.low:g} to {column.high:g} {column.unit}"
        faults.append(((values < column.low) | (values > column.high), name, range_))
        layers[name] = to_east(values) if name == "lon" else values
    return layers, faults


def _densities(layers: pd.DataFrame, fill: str, density_of: str) -> dict[str, np.ndarray]:
    """Bulk density (row) [kg m-3] and where it comes from, see BULK_DENSITY_FLAGS."""
    density = layers["bulk_density"].to_numpy() * KG_PER_M3
    flag = np.where(np.isnan(density), NONE, FINE if density_of == "fine_earth" else WHOLE)
    if fill == "proda":
        filled = filled_bulk_density(layers["orgc"].to_numpy())
        gap = np.isnan(density) & np.isfinite(filled)
        density, flag = np.where(gap, filled, density), np.where(gap, FILLED, flag)
    return {"density": density, "density_flag": flag}


def _carbon(layers: pd.DataFrame) -> np.ndarray:
    """Carbon [gC m-3]: as given, else orgc x mass of fine earth in the volume, no stones where not given."""
    density, stones = layers["density"].to_numpy(), layers["coarse_fragments"].fillna(0.0).to_numpy() / 100
    whole = (layers["density_flag"] == WHOLE).to_numpy()
    mass = np.where(whole, fine_earth_mass(density, stones), density * (1 - stones))
    return np.where(layers["soc"].notna(), layers["soc"], layers["orgc"].to_numpy() * mass)


def _row_faults(layers: pd.DataFrame, found: dict[str, Found]) -> list[Fault]:
    faults: list[Fault] = [((layers["site"] == "").to_numpy(), "site", "missing")]
    faults += [(layers[name].isna().to_numpy(), name, "missing") for name in PLACE]
    light = layers["carbon"].isna() & layers["orgc"].notna() & layers["density"].notna()
    if light.any():
        faults.append((light.to_numpy(), "bulk_density", "of the whole soil, below that of its stones"))
    thin = (layers["bottom"] <= layers["top"]).to_numpy()
    faults.append((thin, "bottom", "not below top"))
    carbon = "soc" if "soc" in found else "orgc"
    faults.append(
        (
            np.isnan(layers["carbon"].to_numpy()) & ~light.to_numpy(),
            carbon,
            "no carbon: soc, or orgc and bulk_density, missing",
        )
    )
    return faults


def _site_faults(layers: pd.DataFrame, found: dict[str, Found]) -> list[Fault]:
    """Faults between rows of one site: other coordinates than its first row, a layer given twice."""
    first = layers.groupby("site", sort=False)[["lon", "lat"]].transform("first")
    moved = ((first["lon"] != layers["lon"]) | (first["lat"] != layers["lat"])).to_numpy()
    twice = layers.duplicated(["site", "top", "bottom"]).to_numpy()
    rows = layers["row"].to_numpy()
    return [
        (rows[moved], "lon", "not the place of the site's first row"),
        (rows[twice & ~moved], "top", "a layer of the site given before"),
    ]


def _bad_rows(faults: list[Fault], text: pd.DataFrame, found: dict[str, Found]) -> pd.DataFrame:
    parts = []
    for rows, name, reason in faults:
        hit = text[rows] if rows.dtype == bool else text[text["row"].isin(rows)]
        if len(hit):
            part = hit[["row"]].assign(column=found[name].header, found=hit[name], reason=reason)
            parts.append(part)
    if not parts:
        return pd.DataFrame(
            {name: pd.Series(dtype=int if name == "row" else str) for name in BAD_ROW_COLUMNS}
        )
    bad = pd.concat(parts)
    bad = bad.drop_duplicates(["row", "column"])
    return bad.sort_values("row", kind="stable", ignore_index=True)


def _profiles(
    layers: pd.DataFrame, column_bottom: float
) -> tuple[Profiles | None, tuple[str, ...], pd.DataFrame]:
    if layers.empty:
        return None, (), table([])
    codes, names = pd.factorize(layers["site"])
    order = np.argsort(codes, kind="stable")
    ordered, counts = layers.iloc[order], np.bincount(codes)
    cuts = np.cumsum(counts)[:-1]
    firsts = np.concatenate([[0], cuts])
    middle = np.minimum((ordered["top"] + ordered["bottom"]).to_numpy() / 2, MAX_DEPTH)
    profiles, notes = profiles_from(
        np.split(middle, cuts),
        np.split(ordered["carbon"].to_numpy(), cuts),
        lon=ordered["lon"].to_numpy()[firsts],
        lat=ordered["lat"].to_numpy()[firsts],
        profile_id=np.arange(len(names)),
        column_bottom=column_bottom,
        tops=np.split(ordered["top"].to_numpy(), cuts),
        bottoms=np.split(ordered["bottom"].to_numpy(), cuts),
    )
    words = {"flag_values": list(BULK_DENSITY_FLAGS), "flag_meanings": " ".join(BULK_DENSITY_FLAGS.values())}
    sorted_ = ordered.iloc[np.lexsort((middle, codes[order]))]  # as the observations of a profile are
    named = profiles.ds.assign(
        site_name=("profile", np.asarray(names, dtype=str)),
        bulk_density=("observation", sorted_["density"].to_numpy(), {"units": "kg m-3"}),
        bulk_density_flag=("observation", sorted_["density_flag"].to_numpy(np.int8), words),
    )
    return Profiles(named), tuple(map(str, names)), table(notes)
