"""WISE30sec (Batjes 2016, CC BY 3.0): soil map units of 30 arc-seconds with tables of their components.

wise_30sec_v1.tif holds a number per pixel, wise_30sec_v1.tsv the map unit of each number, and
HW30s_FULL.txt the components of each map unit, layer by layer (or HW30s_wD1..7.txt their means).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from proda_core.records.checks import InputError, expect, expect_columns, one_of
from proda_core.records.products import Product
from proda_core.sources import delimited
from proda_core.sources.locate import holds, locate
from proda_core.sources.product_data import grid_for, product_from
from proda_core.sources.raster_aggregation import OnProgress, aggregate
from proda_core.sources.spherical_grid import LatLonGrid
from proda_core.vocabulary.depth_intervals import MAIN_INTERVALS

LAYERS = {"D1": 20, "D2": 20, "D3": 20, "D4": 20, "D5": 20, "D6": 50, "D7": 50}  # thickness, cm
# Share of each layer in an interval: 0-30 cm is D1 and half of D2.
WEIGHTS = {
    "0-30": (1, 0.5, 0, 0, 0, 0, 0),
    "0-100": (1, 1, 1, 1, 1, 0, 0),
    "0-200": (1, 1, 1, 1, 1, 1, 1),
}
ROCKY_SUBLAYER = -7  # soil without fine earth: counted, with zero carbon
# -1 water, -2 ice, -3 rock, -4 dunes, -5 salt, -9 urban and other: no soil
MISCELLANEOUS = ("missing", "zero")
PIXEL_COLUMN = "pixel_vaue"  # spelt so in the file
NODATA = 0


def load(
    directory: Path | str,
    *,
    grid: LatLonGrid | None = None,
    region: BaseGeometry | None = None,
    miscellaneous: str = "missing",
    on_progress: OnProgress | None = None,
) -> Product:
    """Stocks to 30, 100 and 200 cm.

    miscellaneous : water, ice, rock, dunes, salt and towns among the components of a map unit are left
        out of its mean (``missing``, as in the provider's own means) or hold no carbon (``zero``)
    """
    one_of(miscellaneous, MISCELLANEOUS, "wise30sec: miscellaneous")
    raster = locate(directory, "wise_30sec_v1.tif", what="WISE30sec")
    names = locate(directory, "wise_30sec_v1.tsv", what="WISE30sec")
    tables = _component_files(directory)
    units = unit_stocks(read_components(tables), miscellaneous)
    lookup = lookup_table(read_pixel_names(names), units)
    target = grid_for(grid, region)
    means = aggregate(
        [raster], lambda windows: _stocks(windows[0], lookup), len(WEIGHTS), target, region, on_progress
    )
    return product_from(
        means,
        MAIN_INTERVALS,
        target,
        [raster, names, *tables],
        title="WISE30sec",
        source="Batjes 2016, Geoderma 269:61, doi 10.1016/j.geoderma.2016.01.034",
        version=f"1, {tables[0].name}, miscellaneous units {miscellaneous}",
        licence="CC BY 3.0",
        url="https://data.isric.org/geonetwork/srv/api/records/dc7b283a-8f19-45e1-aaed-e9bd515119bc",
    )


def _component_files(directory: Path | str) -> list[Path]:
    if holds(directory, "HW30s_FULL.txt"):
        return [locate(directory, "HW30s_FULL.txt")]
    return [locate(directory, f"HW30s_w{layer}.txt", what="WISE30sec") for layer in LAYERS]


def read_pixel_names(path: Path | str) -> pd.Series:
    """Map unit (text) of each pixel number (index), from wise_30sec_v1.tsv."""
    column = next((n for n in (PIXEL_COLUMN, "pixel_value") if n in delimited.header(path)), PIXEL_COLUMN)
    table = delimited.read(path, numbers=[column], texts=["description"])
    return pd.Series(table["description"].to_numpy(), index=table[column].astype(int))


def read_components(paths: list[Path]) -> pd.DataFrame:
    """Components with columns NEWSUID, SCID, Layer, PROP [%], ORGC [g kg-1], BULK [kg dm-3], CFRAG [%]."""
    if len(paths) == 1:
        numbers = ("PROP", "ORGC", "BULK", "CFRAG")
        return delimited.read(paths[0], numbers=numbers, texts=("NEWSUID", "SCID", "Layer"), sep=",")
    parts = [delimited.read(p, numbers=("ORGC", "BULK", "CFRAG"), texts=("NEWSUID",), sep=",") for p in paths]
    return pd.concat([part.assign(Layer=layer, SCID="1", PROP=100.0) for part, layer in zip(parts, LAYERS)])


def unit_stocks(components: pd.DataFrame, miscellaneous: str = "missing") -> pd.DataFrame:
    """Stocks (map unit, interval) [kgC m-2]: mean over components, weighted by their share of the unit."""
    expect_columns(components.columns, ("NEWSUID", "SCID", "Layer", "PROP"), "WISE30sec components")
    table = components.assign(stock=layer_stock(components, miscellaneous)).pivot_table(
        index=["NEWSUID", "SCID", "PROP"], columns="Layer", values="stock", dropna=False, observed=True
    )
    missing = [layer for layer in LAYERS if layer not in table]
    expect(
        not missing,
        f"WISE30sec components: expected layers {', '.join(LAYERS)}, found no {', '.join(missing)}",
    )
    intervals = _interval_stocks(table[list(LAYERS)].to_numpy())
    share = np.asarray(table.index.get_level_values("PROP"), float)[:, None] * np.isfinite(intervals)
    unit = table.index.get_level_values("NEWSUID").to_numpy()
    sums = pd.DataFrame(np.nan_to_num(intervals) * share, columns=list(WEIGHTS)).groupby(unit).sum()
    shares = pd.DataFrame(share, columns=list(WEIGHTS)).groupby(unit).sum()
    return sums.where(shares > 0) / shares.where(shares > 0)


def layer_stock(components: pd.DataFrame, miscellaneous: str = "missing") -> pd.Series:
    """Carbon of a layer [kgC m-2] = ORGC x BULK x (1 - CFRAG / 100) x thickness; NaN where no soil is.

    A rocky sublayer (-7) holds no carbon but counts as soil.
    """
    thickness = components["Layer"].map(LAYERS).astype(float) / 100
    values = components[["ORGC", "BULK", "CFRAG"]]
    stock = values["ORGC"] * values["BULK"] * (1 - values["CFRAG"] / 100) * thickness
    coded = (values < 0).any(axis=1)
    empty = coded if miscellaneous == "zero" else (values == ROCKY_SUBLAYER).any(axis=1)
    return stock.mask(coded).mask(empty, 0.0)


def _interval_stocks(layers: np.ndarray) -> np.ndarray:
    """Stocks (component, interval) from layers (component, layer); a missing layer is a missing interval."""
    weights = np.array(list(WEIGHTS.values()))
    total = np.nan_to_num(layers) @ weights.T
    gap = np.isnan(layers).astype(float) @ (weights > 0).T.astype(float)
    return np.where(gap > 0, np.nan, total)


def lookup_table(names: pd.Series, units: pd.DataFrame) -> np.ndarray:
    """Stocks (interval, pixel number) [kgC m-2]; NaN for numbers without a map unit, and for 0 (nodata)."""
    expect(
        bool((names.index >= 0).all()),
        "wise_30sec_v1.tsv: expected pixel numbers from 0, found negative ones",
    )
    known = names[names.isin(units.index) & (names.index != NODATA)]
    if known.empty:
        raise InputError(
            "WISE30sec: expected map units of the raster in the component table, found none in common"
        )
    lookup = np.full((units.shape[1], int(names.index.max()) + 1), np.nan)
    lookup[:, known.index.to_numpy()] = units.loc[known.to_numpy()].to_numpy().T
    return lookup


def _stocks(window: np.ndarray, lookup: np.ndarray) -> np.ndarray:
    known = (window > NODATA) & (window < lookup.shape[1])
    return np.where(known, lookup[:, np.where(known, window, NODATA).astype(int)], np.nan)
