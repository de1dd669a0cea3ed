"""Profiles from a WoSIS snapshot: carbon per volume, litter handled, licences kept, odd values noted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from proda_core.records.checks import expect, one_of
from proda_core.records.profiles import MAX_DEPTH, Profiles
from proda_core.sources import borders
from proda_core.sources.carbon_content import BULK_DENSITY_FLAGS, WHOLE_SOIL_CHOICES, carbon_content
from proda_core.sources.profile_table import profiles_from
from proda_core.sources.quality import LEFT_OUT, Note, table
from proda_core.sources.wosis.snapshots import READERS, version_of

FILLS = ("proda", "none")
LITTERS = ("exclude", "shift")
DOIS = {"2019": "10.17027/isric-wdcsoils.20190901", "2023": "10.17027/isric-wdcsoils-20231130"}
WORLD = (-180.0, -90.0, 180.0, 90.0)
_PER_OBSERVATION = ("bulk_density", "bulk_density_flag", "fragments_unknown", "licence")


@dataclass(frozen=True)
class Options:
    """Options of the conversion of layers to carbon.

    coarse_fragments : subtract the volume of stones where the density is of the fine earth (PRODA does not)
    whole_soil : a bulk density of the whole soil has the mass of its stones subtracted ("convert"), or is
        taken as one of the fine earth ("as_fine_earth", as PRODA does)
    fill_bulk_density : "proda" computes missing ones from organic carbon, "none" leaves the layer out
    litter : layers above the mineral soil are left out ("exclude"), or the profile's depths are
        counted from the top of the litter ("shift")
    licences : keep only layers with one of these licences, e.g. ("CC BY",); None keeps all
    """

    coarse_fragments: bool = False
    fill_bulk_density: str = "proda"
    whole_soil: str = "convert"
    litter: str = "exclude"
    licences: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        one_of(self.fill_bulk_density, FILLS, "wosis: fill_bulk_density")
        one_of(self.whole_soil, WHOLE_SOIL_CHOICES, "wosis: whole_soil")
        one_of(self.litter, LITTERS, "wosis: litter")


def load(
    directory: Path | str,
    options: Options | None = None,
    *,
    region: BaseGeometry | None = None,
    bounds: tuple[float, float, float, float] | None = None,
    column_bottom: float = 8.6,
) -> tuple[Profiles, pd.DataFrame]:
    """Profiles of the snapshot in ``directory`` within ``region`` and ``bounds``, and the quality table.

    Site numbers run from 0 in the order of WoSIS's profile numbers; ``column_bottom`` [m] is the
    deepest the model reaches. Each observation keeps its bulk density, where that comes from, its
    licence and its top and bottom [m].
    """
    options = options or Options()
    bounds = bounds or (WORLD if region is None else region.bounds)
    version = version_of(directory)
    profiles, layers = READERS[version](directory, bounds)
    if region is not None:
        profiles = profiles[borders.contains(region, profiles["lon"], profiles["lat"])]
    layers, notes = chosen_layers(layers[layers["profile_id"].isin(profiles["profile_id"])], options)
    profiles = profiles[profiles["profile_id"].isin(layers["profile_id"])].reset_index(drop=True)
    expect(
        len(profiles) > 0, f"{directory}: expected layers with organic carbon in {bounds}, found none left"
    )
    site = pd.Series(profiles.index, index=profiles["profile_id"])
    record, more = _record(profiles, layers.assign(site=layers["profile_id"].map(site)), column_bottom)
    attrs = {
        "title": f"WoSIS snapshot {version}",
        "source": f"ISRIC WoSIS, doi {DOIS[version]}",
        "licence": "by observation, see variable licence",
        "coarse_fragments": int(options.coarse_fragments),
        "fill_bulk_density": options.fill_bulk_density,
        "whole_soil": options.whole_soil,
        "litter": options.litter,
    }
    sites = {int(p): int(s) for p, s in site.items()}
    placed = [_placed(note, sites) for note in notes]
    return Profiles(record.ds.assign_attrs(attrs)), table([*placed, *more])


def chosen_layers(layers: pd.DataFrame, options: Options) -> tuple[pd.DataFrame, list[Note]]:
    """Layers with carbon [gC m-3] and depth [m] after the options were applied, and notes on the others."""
    notes: list[Note] = []

    def without(table_: pd.DataFrame, out: pd.Series | np.ndarray, reason: str) -> pd.DataFrame:
        notes.extend(_layer_note(row, reason) for row in table_[out].itertuples())
        return table_[~np.asarray(out)]

    if options.licences is not None:
        layers = without(
            layers, ~layers["licence"].isin(options.licences), "licence not among those asked for"
        )
    layers = _with_litter(layers, options, without)
    wrong = ~(layers["lower_depth"] > layers["upper_depth"])
    layers = without(layers, wrong, "no thickness: lower depth not below upper depth")
    middle = (layers["upper_depth"] + layers["lower_depth"]) / 200.0
    layers = without(layers.assign(depth=middle), middle > MAX_DEPTH, f"deeper than {MAX_DEPTH:g} m")
    fill = None if options.fill_bulk_density == "none" else options.fill_bulk_density
    choices = {"coarse_fragments": options.coarse_fragments, "whole_soil": options.whole_soil}
    layers = pd.concat([layers, carbon_content(layers, fill=fill, **choices)], axis=1)
    light = layers["carbon"].isna() & layers["bulk_density"].notna()
    layers = without(layers, light, "bulk density of the whole soil below that of its stones")
    return without(layers, layers["carbon"].isna(), "bulk density missing and not filled"), notes


def _with_litter(layers: pd.DataFrame, options: Options, without) -> pd.DataFrame:
    if options.litter == "exclude":
        return without(layers, layers["litter"], "litter layer above the mineral soil")
    top = layers.groupby("profile_id")["upper_depth"].transform("min").clip(upper=0.0)
    shifted = {name: layers[name] - top for name in ("upper_depth", "lower_depth")}
    return layers.assign(**shifted)


def _record(
    profiles: pd.DataFrame, layers: pd.DataFrame, column_bottom: float
) -> tuple[Profiles, list[Note]]:
    layers = layers.sort_values(["site", "depth"], kind="stable", ignore_index=True)
    cuts = np.cumsum(np.bincount(layers["site"], minlength=len(profiles)))[:-1]
    record, notes = profiles_from(
        np.split(layers["depth"].to_numpy(), cuts),
        np.split(layers["carbon"].to_numpy(), cuts),
        lon=profiles["lon"].to_numpy(),
        lat=profiles["lat"].to_numpy(),
        profile_id=profiles["profile_id"].to_numpy(),
        column_bottom=column_bottom,
        tops=np.split(layers["upper_depth"].to_numpy() / 100, cuts),
        bottoms=np.split(layers["lower_depth"].to_numpy() / 100, cuts),
    )
    variables = {name: ("observation", *_described(name, layers[name])) for name in _PER_OBSERVATION}
    return Profiles(record.ds.assign(variables)), notes


def _described(name: str, column: pd.Series) -> tuple[np.ndarray, dict]:
    """Values and attributes of a variable per observation; licences become codes."""
    if name == "licence":
        names = sorted(column.unique())
        words = " ".join((n or "not given").replace(" ", "_") for n in names)
        codes = column.map({n: i for i, n in enumerate(names)}).to_numpy(np.int16)
        return codes, {"flag_values": list(range(len(names))), "flag_meanings": words}
    if name == "bulk_density_flag":
        words = " ".join(BULK_DENSITY_FLAGS.values())
        return column.to_numpy(np.int8), {"flag_values": list(BULK_DENSITY_FLAGS), "flag_meanings": words}
    if name == "fragments_unknown":
        return column.to_numpy(np.int8), {
            "flag_values": [0, 1],
            "flag_meanings": "no taken_as_free_of_stones",
        }
    return column.to_numpy(float), {"units": "kg m-3"}


def _layer_note(row, reason: str) -> Note:
    found = f"{row.upper_depth:g} to {row.lower_depth:g} cm, {row.orgc:g} g kg-1"
    found += f", licence {row.licence or 'not given'}"
    return Note(-1, reason, found, LEFT_OUT, profile_id=int(row.profile_id))


def _placed(note: Note, sites: dict[int, int]) -> Note:
    site = sites.get(note.profile_id, -1)
    return Note(site, note.reason, note.found, note.consequence, profile_id=note.profile_id)
