"""A small finished run written by hand, whose tables can be worked out on paper."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records import store
from proda_core.records.maps import CarbonMap
from proda_core.records.products import Product
from proda_core.runs import SETTINGS, Run
from proda_core.stages import STAGES

SITES = np.arange(24)
TESTED = SITES[SITES % 2 == 0]  # held out
CLASSES = ("grassland", "cropland")
METHODS = {"default": 0.5, "batch": 0.8, "proda": 1.0}  # times the observed density, plus 1
STOCKS = {"default": 2.0, "batch": 5.0, "proda": 10.0}  # kgC m-2 of every cell to 1 m
SHARES = {"0-30": 0.6, "0-100": 1.0, "0-200": 1.2, "30-100": 0.4, "100-200": 0.2}
CELLS = np.array([[-95.25, 44.25], [-94.75, 44.25], [-95.25, 44.75], [-94.75, 44.75]])


def places() -> pd.DataFrame:
    """Every site in the first two cells, classes in turn."""
    return pd.DataFrame(
        {
            "site": SITES,
            "lon": np.where(SITES < 12, -95.2, -94.8),
            "lat": 44.2 + SITES * 0.001,
            "vegetation": [CLASSES[(i // 2) % 2] for i in SITES],
        }
    )


def pairs() -> pd.DataFrame:
    """Three depths at every site; modelled = factor x observed + 1."""
    frame = pd.DataFrame({"site": np.repeat(SITES, 3), "depth": np.tile([0.02, 0.25, 0.9], len(SITES))})
    frame["observed"] = 5.0 + frame["site"] + 20 * (1 - frame["depth"])
    return frame.assign(**{name: factor * frame["observed"] + 1 for name, factor in METHODS.items()})


def stocks() -> pd.DataFrame:
    """Observed stock of site i to 30 cm is 4 + i, to 1 m 10 + i; modelled ones are those of the cells."""
    parts = []
    for interval, base in (("0-30", 4.0), ("0-100", 10.0)):
        part = pd.DataFrame({"site": SITES, "interval": interval, "observed": base + SITES})
        parts.append(part.assign(**{name: SHARES[interval] * s for name, s in STOCKS.items()}))
    return pd.concat(parts, ignore_index=True)


def carbon_map() -> CarbonMap:
    """Four half-degree cells of 2.2e9 m2, all land."""
    stock = np.array([[[s * share] * len(CELLS) for share in SHARES.values()] for s in STOCKS.values()])
    place = {"lon": ("cell", CELLS[:, 0]), "lat": ("cell", CELLS[:, 1])}
    area = {"cell_area": ("cell", np.full(4, 2.2e9)), "land_fraction": ("cell", np.ones(4))}
    ds = xr.Dataset({"stock": (("product", "interval", "cell"), stock)} | place | area)
    return CarbonMap(ds.assign_coords(product=list(STOCKS), interval=list(SHARES), cell=np.arange(4)))


def process_map() -> xr.Dataset:
    """Residence times of 20 + cell years for PRODA, and an efficiency of 0.4."""
    ds = carbon_map().ds[["lon", "lat", "cell_area", "land_fraction"]]
    years = 20.0 + np.arange(4)
    return ds.assign(
        residence_time=(("product", "cell"), years[None], {"units": "yr", "long_name": "residence time"}),
        carbon_transfer_efficiency=(("product", "cell"), np.full((1, 4), 0.4), {"units": "1"}),
    ).assign_coords(product=["proda"])


def component_control() -> pd.DataFrame:
    """Transport is worth 0.1 of efficiency and 2 PgC, nothing is worth nothing."""
    frame = pd.DataFrame({"product": "proda", "group": ["nothing", "transport"], "nse": [0.6, 0.5]})
    frame = frame.assign(r2=0.6, rmse=10.0, bias=0.0, mae=5.0, n=36, nse_lost=[0.0, 0.1], rmse_gained=0.0)
    return frame.assign(**{"total_0-200": [10.0, 12.0], "change_0-200": [0.0, 2.0]})


def reference(factor: float = 3.0) -> Product:
    """A product on the same cells, in another order, with the three stocks from the surface only."""
    order = [2, 0, 3, 1]
    values = np.array([np.full(4, factor * SHARES[name]) for name in ("0-30", "0-100", "0-200")])
    values[:, 1] += 1.0  # the cell at CELLS[0]
    ds = xr.Dataset(
        {
            "stock": (("interval", "cell"), values),
            "valid_fraction": (("interval", "cell"), np.ones((3, 4))),
            "lon": ("cell", CELLS[order, 0]),
            "lat": ("cell", CELLS[order, 1]),
            "cell_area": ("cell", np.full(4, 2.2e9)),
            "land_fraction": ("cell", np.ones(4)),
        },
        coords={"interval": ["0-30", "0-100", "0-200"], "cell": np.arange(4)},
        attrs={"source": "made up", "version": "1", "licence": "MIT", "url": "", "synthetic": 1},
    )
    return Product(ds)


def write(directory: Path, *, without: tuple[str, ...] = ()) -> Run:
    """The run in ``directory``, without some of its stages."""
    directory.mkdir(parents=True)
    choices = {"study": "example", "schedule": "quick", "seed": 3, "prior": "proda", "split_by": "place"}
    stages = ["split", "carbon_map", "process_map", "pairs", "stocks", "component_control"]
    settings = {"choices": choices, "stages": stages, "started": "2026-01-01T00:00:00", "versions": {}}
    (directory / SETTINGS).write_text(json.dumps(settings))
    split = xr.Dataset(
        {"split": ("profile", np.where(np.isin(SITES, TESTED), "test", "train"))}, coords={"profile": SITES}
    )
    made = {
        "split": lambda path: split.to_netcdf(path, engine="h5netcdf"),
        "carbon_map": lambda path: store.save(carbon_map(), path),
        "process_map": lambda path: process_map().to_netcdf(path, engine="h5netcdf"),
        "component_control": lambda path: component_control().to_csv(path, index=False),
        "pairs": lambda path: pairs().to_csv(path, index=False),
        "stocks": lambda path: stocks().to_csv(path, index=False),
    }
    for stage, save in made.items():
        if stage not in without:
            save(directory / STAGES[stage].file)
    return Run(directory)
