"""The two layouts of WoSIS, read into one table of layers and one of profiles.

Both tables have the same columns for both snapshots. Values are the averages the provider gives
(xxxx_value_avg, value_avg); where a layer has the raw list only, "{1:5.4,2:8.2}", its mean is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from proda_core.records.checks import InputError, expect
from proda_core.sources import delimited
from proda_core.sources.carbon_content import BULK_DENSITIES
from proda_core.sources.locate import holds, locate

PROPERTIES = ("orgc", *BULK_DENSITIES, "cfvo")
SPELLINGS = ("licence", "license")  # WoSIS writes both
_NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?")

Bounds = tuple[float, float, float, float]


def version_of(directory: Path | str) -> str:
    """Which snapshot a directory holds, 2019 or 2023, by its files."""
    for version, pattern in (("2019", "wosis_201909_profiles.tsv"), ("2023", "wosis_202312_orgc.tsv")):
        if holds(directory, pattern):
            return version
    raise InputError(
        f"{directory}: expected a WoSIS snapshot (wosis_201909_profiles.tsv or wosis_202312_orgc.tsv),"
        " found neither"
    )


def read_2019(directory: Path | str, bounds: Bounds) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Profiles (profile_id, lon, lat, country) and layers of the snapshot of September 2019."""
    profiles = delimited.read(
        locate(directory, "wosis_201909_profiles.tsv", what="WoSIS 2019"),
        numbers=("profile_id", "longitude", "latitude"),
        texts=("country_name",),
        keep=_within(bounds),
    )
    wanted = set(profiles["profile_id"])
    chemical = _properties_2019(locate(directory, "wosis_201909_layers_chemical.tsv"), wanted, ("orgc",))
    path = locate(directory, "wosis_201909_layers_physical.tsv", what="WoSIS 2019")
    physical = _properties_2019(path, wanted, (*BULK_DENSITIES, "cfvo"))
    extra = [c for c in physical if c not in chemical or c == "layer_id"]
    layers = chemical.merge(physical[extra], on="layer_id", how="left", validate="one_to_one")
    return _profiles(profiles), layers[np.isfinite(layers["orgc"])].reset_index(drop=True)


def read_2023(directory: Path | str, bounds: Bounds) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Profiles (profile_id, lon, lat, country) and layers of the snapshot of December 2023."""
    path = locate(directory, "wosis_202312_orgc.tsv", what="WoSIS 2023")
    orgc = _property_2023(path, "orgc", _within(bounds), ("longitude", "latitude"), ("country_name",))
    layers = orgc.drop(columns=["longitude", "latitude", "country_name"])
    wanted = set(layers["layer_id"])
    for name in PROPERTIES[1:]:
        if holds(directory, f"wosis_202312_{name}.tsv"):
            part = locate(directory, f"wosis_202312_{name}.tsv")
            table = _property_2023(part, name, lambda t: t["layer_id"].isin(wanted))
            layers = layers.merge(table[["layer_id", name]], on="layer_id", how="left", validate="one_to_one")
    layers["litter"] = _litter_2023(directory, layers)
    return _profiles(orgc.drop_duplicates("profile_id")), layers


READERS = {"2019": read_2019, "2023": read_2023}


def mean_of_list(text: str) -> float:
    """Mean of a raw value, "{1:5.4,2:8.2}", "{5.4,8.2}" or a plain number; NaN where empty.

    >>> mean_of_list("{1:5.4,2:8.2}"), mean_of_list("{27.5}"), mean_of_list("3")
    (6.8, 27.5, 3.0)
    """
    inner = text.strip().strip("{}")
    values = [
        float(_NUMBER.search(item.split(":")[-1]).group()) for item in inner.split(",") if _has_number(item)
    ]
    return float(np.mean(values)) if values else float("nan")


def _first_number(table: pd.DataFrame, columns: list[str]) -> pd.Series:
    """The average a layer has, else the mean of its list of values; NaN where neither, and for -9999."""
    found = pd.Series(np.nan, index=table.index)
    for column in columns:
        gap = found.isna()
        numbers = table[column][gap].map(mean_of_list) if _lists([column]) else table[column][gap]
        found[gap] = numbers.where(numbers >= 0).astype(float)
    return found


def _averages(columns: list[str]) -> list[str]:
    return [column for column in columns if column.endswith("_avg")]


def _lists(columns: list[str]) -> list[str]:
    return [column for column in columns if not column.endswith("_avg")]


def _has_number(item: str) -> bool:
    return _NUMBER.search(item.split(":")[-1]) is not None


def _within(bounds: Bounds) -> Callable[[pd.DataFrame], pd.Series]:
    west, south, east, north = bounds

    def keep(table: pd.DataFrame) -> pd.Series:
        return table["longitude"].between(west, east) & table["latitude"].between(south, north)

    return keep


def _profiles(table: pd.DataFrame) -> pd.DataFrame:
    names = {"longitude": "lon", "latitude": "lat", "country_name": "country"}
    profiles = table.rename(columns=names)[["profile_id", "lon", "lat", "country"]]
    return profiles.astype({"profile_id": np.int64}).sort_values("profile_id", ignore_index=True)


def _properties_2019(path: Path, profiles: set, wanted: tuple[str, ...]) -> pd.DataFrame:
    """Layers of some profiles with the wanted properties (xxxx_value_avg), licence and litter mark."""
    names = delimited.header(path)
    present = [p for p in wanted if f"{p}_value_avg" in names or f"{p}_value" in names]
    expect("orgc" not in wanted or "orgc" in present, f"{path}: expected column orgc_value_avg, found none")
    given = {p: [c for c in (f"{p}_value_avg", f"{p}_value") if c in names] for p in present}
    values = [column for columns in given.values() for column in columns]
    licence = next((f"orgc_{s}" for s in SPELLINGS if f"orgc_{s}" in names), None)
    texts = [*_lists(values), *(["litter"] if "litter" in names else []), *([licence] if licence else [])]
    table = delimited.read(
        path,
        numbers=("profile_id", "profile_layer_id", "upper_depth", "lower_depth", *_averages(values)),
        texts=texts,
        keep=lambda t: t["profile_id"].isin(profiles),
    )
    for name, columns in given.items():
        table[name] = _first_number(table, columns)
    renames = {"profile_layer_id": "layer_id"} | ({licence: "licence"} if licence else {})
    return _layers(table.drop(columns=values).rename(columns=renames))


def _property_2023(
    path: Path,
    name: str,
    keep: Callable[[pd.DataFrame], pd.Series],
    numbers: tuple[str, ...] = (),
    texts: tuple[str, ...] = (),
) -> pd.DataFrame:
    """One property file; its average is in column ``name``."""
    columns = delimited.header(path)
    given = [column for column in ("value_avg", "value") if column in columns]
    licence = next((s for s in SPELLINGS if s in columns), None)
    table = delimited.read(
        path,
        numbers=(
            "profile_id",
            "layer_id",
            "upper_depth",
            "lower_depth",
            *numbers,
            *_averages(given),
        ),
        texts=(*texts, *_lists(given), *([licence] if licence else [])),
        keep=keep,
    )
    table[name] = _first_number(table, given)
    table = table.rename(columns={licence: "licence"} if licence else {})
    table = table.drop(columns=["value_avg", "value"], errors="ignore")
    return _layers(table[np.isfinite(table[name])].reset_index(drop=True))


def _litter_2023(directory: Path | str, layers: pd.DataFrame) -> pd.Series:
    """Litter mark of the layers, from the table of all layers where there is one."""
    if not holds(directory, "wosis_202312_layers.tsv"):
        return layers["litter"]
    path = locate(directory, "wosis_202312_layers.tsv")
    if "litter" not in delimited.header(path):
        return layers["litter"]
    table = delimited.read(path, numbers=("layer_id",), texts=("litter",))
    marked = set(table["layer_id"][_true(table["litter"])])
    return layers["litter"] | layers["layer_id"].isin(marked)


def _layers(table: pd.DataFrame) -> pd.DataFrame:
    """Types and columns both layouts share; a layer that begins above the surface is litter."""
    table = table.astype({"profile_id": np.int64, "layer_id": np.int64})
    marked = _true(table["litter"]) if "litter" in table else pd.Series(False, index=table.index)
    table["litter"] = marked | (table["upper_depth"] < 0)
    if "licence" not in table:
        table["licence"] = ""
    table["licence"] = table["licence"].str.strip("{}").str.replace(r"^\d+:", "", regex=True).str.strip()
    return table


def _true(text: pd.Series) -> pd.Series:
    return text.str.lower().isin(("t", "true", "1", "yes"))
