"""The teaching continent with the mistakes of real data sets planted in it.

Kinds and frequencies are those found in the profiles, forcing and covariates of the north-eastern US,
plus the fill values of providers. Every planted mistake is recorded, so that tests can check that quality
control finds it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from proda_core.sources.quality import Note
from proda_core.teaching.assembly import Parts
from proda_core.vocabulary.covariates import COVARIATES, NAMES

PER = 1406  # profiles of the data set in which the following were counted
_COUNTED = {
    "carbon zero": 17,
    "depth zero": 14,
    "depths out of order": 36,
    "depth given twice": 13,
    "no layer": 1,
    "one layer": 18,
    "carbon impossible": 1,
    "depth below the column": 1,
    "carbon a fill value": 2,
    "carbon missing": 2,
    "no forcing": 4,
    "no carbon input": 3,
    "soil covariates missing": 16,
    "code in no legend": 5,
    "covariate a fill value": 3,
}
_IN_CELLS = {"bedrock averaged": 12, "covariate bedrock averaged": 12, "cell without forcing": 3}
IMPOSSIBLE = 931_680.0  # gC m-3, a real one
BEYOND = 12.3  # m, a real one, below any soil column
FILLS = (-9999.0, -32768.0, -32767.0, 1e36)
_SOIL = [i for i, c in enumerate(COVARIATES) if c.kind == "soil" and c.name != "nbedrock"]


@dataclass
class Planting:
    """Record of planted mistakes: kind, site, cell (-1 where it is none)."""

    rows: list[tuple[str, int, int]] = field(default_factory=list)

    def note(self, kind: str, site: int = -1, cell: int = -1) -> None:
        """Record a mistake."""
        self.rows.append((kind, int(site), int(cell)))

    def table(self) -> pd.DataFrame:
        """All recorded mistakes: kind, site, cell."""
        return pd.DataFrame(self.rows, columns=["kind", "site", "cell"])


def spoil(parts: Parts, rng: np.random.Generator) -> tuple[Parts, pd.DataFrame]:
    """Plant mistakes, each in a different profile or cell; return the parts and the record."""
    planting = Planting()
    share = len(parts.depths) / PER
    victims = _victims({kind: max(1, round(n * share)) for kind, n in _COUNTED.items()}, parts, rng)
    parts = _spoil_profiles(parts, victims, planting, rng)
    parts = _spoil_forcing(parts, victims, planting)
    parts = _spoil_covariates(parts, victims, planting, rng)
    return _spoil_cells(parts, planting, rng), planting.table()


def _victims(counts: dict[str, int], parts: Parts, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Sites of each kind of mistake, all different, of those with four layers or more."""
    long = np.flatnonzero([len(d) >= 4 for d in parts.depths])
    drawn = rng.permutation(long)[: sum(counts.values())]
    return dict(zip(counts, np.split(drawn, np.cumsum(list(counts.values()))[:-1]), strict=True))


def _spoil_profiles(parts: Parts, victims: dict, planting: Planting, rng: np.random.Generator) -> Parts:
    depths, carbons = list(parts.depths), list(parts.carbons)
    for kind, spoiler in _PROFILE_SPOILERS.items():
        for order, site in enumerate(victims[kind]):
            depths[site], carbons[site] = spoiler(depths[site].copy(), carbons[site].copy(), order)
            planting.note(kind, site)
    return replace(parts, depths=depths, carbons=carbons)


def _with(values: np.ndarray, position: int, value: float) -> np.ndarray:
    values[position] = value
    return values


_PROFILE_SPOILERS = {
    "carbon zero": lambda d, c, i: (d, _with(c, -1, 0.0)),
    "depth zero": lambda d, c, i: (_with(d, 0, 0.0), c),
    "depths out of order": lambda d, c, i: (np.roll(d, 1), np.roll(c, 1)),
    "depth given twice": lambda d, c, i: (_with(d, 2, d[1]), c),
    "no layer": lambda d, c, i: (d[:0], c[:0]),
    "one layer": lambda d, c, i: (d[:1], c[:1]),
    "carbon impossible": lambda d, c, i: (d, _with(c, 0, IMPOSSIBLE)),
    "depth below the column": lambda d, c, i: (_with(d, -1, BEYOND), c),
    "carbon a fill value": lambda d, c, i: (d, _with(c, 1, FILLS[i % len(FILLS)])),
    "carbon missing": lambda d, c, i: (d, _with(c, 1, np.nan)),
}


def _spoil_forcing(parts: Parts, victims: dict, planting: Planting) -> Parts:
    ds = parts.forcing.copy(deep=True)
    for site in victims["no forcing"]:
        for name in ("soil_temperature", "water_scalar", "soil_water_potential", "carbon_input"):
            ds[name].values[site] = np.nan
        planting.note("no forcing", site)
    for site in victims["no carbon input"]:
        ds["carbon_input"].values[site] = 0.0
        planting.note("no carbon input", site)
    return replace(parts, forcing=ds)


def _spoil_covariates(parts: Parts, victims: dict, planting: Planting, rng: np.random.Generator) -> Parts:
    values = parts.covariates.copy()
    codes = [(NAMES.index("USDA_Suborder"), 87.0), (NAMES.index("ESA_Land_Cover"), 25.0)]
    for site in victims["soil covariates missing"]:
        values[site, _SOIL] = np.nan
        planting.note("soil covariates missing", site)
    for order, site in enumerate(victims["code in no legend"]):
        column, code = codes[order % len(codes)]
        values[site, column] = code
        planting.note("code in no legend", site)
    for order, site in enumerate(victims["covariate a fill value"]):
        values[site, NAMES.index("BIO12" if order % 2 else "CEC_30cm")] = FILLS[order % len(FILLS)]
        planting.note("covariate a fill value", site)
    return replace(parts, covariates=values)


def _spoil_cells(parts: Parts, planting: Planting, rng: np.random.Generator) -> Parts:
    drawn = rng.permutation(len(parts.cells_covariates))[: sum(_IN_CELLS.values())]
    averaged, averaged_covariate, empty = np.split(drawn, np.cumsum(list(_IN_CELLS.values()))[:-1])
    values, ds, notes = parts.cells_covariates.copy(), parts.cells_forcing.copy(deep=True), list(parts.notes)
    for cell in averaged:
        # a resampler has averaged layer 8 with layer 9: rounded down on reading, as in any loader
        ds["nbedrock"].values[cell] = np.floor(8.5)
        notes.append(Note(-1, "bedrock layer between two layers: rounded down", "8.5", cell=int(cell)))
        planting.note("bedrock averaged", cell=cell)
    for cell in averaged_covariate:
        values[cell, NAMES.index("nbedrock")] = 18.75
        planting.note("covariate bedrock averaged", cell=cell)
    for cell in empty:
        ds["soil_temperature"].values[cell] = np.nan
        planting.note("cell without forcing", cell=cell)
    return replace(parts, cells_covariates=values, cells_forcing=ds, notes=notes)
