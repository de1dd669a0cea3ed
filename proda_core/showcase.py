"""The showcase: finished runs on the teaching continent, reduced to come with the project.

    settings.json, log.txt      of the run; what was reduced is listed under "showcase"
    scores*.csv, maps, tables   as in any run (see runs.py); maps in single precision
    pairs.csv, stocks.csv, site_carbon.nc, posterior.nc     of a random sample of sites
    observed.nc                 every profile: place, vegetation, stocks
    NAME.nc                     the reference maps

Beside it, in a directory of its own, is what can be compared of the run of the schedule "chapter": settings,
log, scores, the carbon map, the batch, and the posteriors of a random sample of sites.

Everything in it is synthetic. ``data/prepare/showcase.py`` makes it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.comparison.observed_stocks import stocks
from proda_core.network.split import sites_in
from proda_core.records import store
from proda_core.records.checks import InputError, expect
from proda_core.records.products import Product
from proda_core.records.study import Study
from proda_core.runs import LOG, SETTINGS, Run
from proda_core.sources.catalogue import packaged_path
from proda_core.teaching.reference_products import NAMES as REFERENCES

SHOWN_SITES = 1500  # held-out sites whose pairs and carbon are included
POSTERIOR_SITES = 24  # of these, sites whose posterior is included
BATCH_DRAWS_KEPT = 200  # per chain
_WHOLE = ("scores", "scores_by_interval", "component_control", "parameter_map", "carbon_map", "process_map")
_COMPARED = ("scores", "scores_by_interval", "component_control", "carbon_map")
_TABLES = ("pairs", "stocks")
_OBSERVED = "observed.nc"


@dataclass(frozen=True, eq=False)
class Showcase:
    """A finished run, its profiles, and the maps it is compared with; all synthetic.

    run : the stages that are included are listed by ``run.finished``
    observed : site, lon, lat [degrees], vegetation, layers, deepest [m], and one column of stocks
        [kgC m-2] per depth interval, NaN where the profile does not cover it
    references : synthetic maps by name
    """

    run: Run
    observed: pd.DataFrame
    references: Mapping[str, Product]


def directory() -> Path:
    """Directory of the showcase."""
    return packaged_path("showcase")


def compared_directory() -> Path:
    """Directory of the run of the schedule "chapter" that comes beside it."""
    return packaged_path("showcase-chapter")


def showcase(path: Path | str | None = None) -> Showcase:
    """Read the showcase, or the run that is compared with it; raises InputError where there is none."""
    path = directory() if path is None else Path(path)
    expect((path / SETTINGS).exists(), f"{path}: expected the showcase, found no {SETTINGS}")
    root = path if (path / _OBSERVED).exists() else directory()  # both runs are of the same profiles
    try:
        with xr.open_dataset(root / _OBSERVED, engine="h5netcdf") as ds:
            observed = ds.load().to_dataframe().reset_index()
    except OSError as error:
        raise InputError(f"{root / _OBSERVED}: expected the showcase's profiles, found {error}") from error
    return Showcase(Run(path), observed, {name: store.load(root / f"{name}.nc") for name in REFERENCES})


def reduce_run(run: Run, study: Study, references: Mapping[str, Product], path: Path | str) -> Path:
    """Write the reduced form of a finished run to a new directory ``path``."""
    expect(run.complete, f"{run.directory}: expected a finished run, found stages {', '.join(run.finished)}")
    with store.atomic_write(path) as new:
        new.mkdir()
        shown = _shown_sites(run)
        _copy_settings(run, new)
        for stage in filter(run.finished.__contains__, _WHOLE):
            _copy(run.path(stage), new)
        for stage in _TABLES:
            table = run[stage]
            table[table["site"].isin(shown)].to_csv(
                new / run.path(stage).name, index=False, float_format="%.4g"
            )
        _write(run["split"], new / run.path("split").name)
        _write(run["site_carbon"].sel(site=np.sort(shown)), new / run.path("site_carbon").name)
        _shrink(run["posterior"].select(shown[:POSTERIOR_SITES]), new / run.path("posterior").name)
        _shrink(_fewer_draws(run["batch"]), new / run.path("batch").name)
        for stage in ("network", "end_to_end"):
            if stage in run.finished:
                shutil.copytree(run.path(stage), new / run.path(stage).name)
        _write(_observed(study), new / _OBSERVED)
        for name, product in references.items():
            _shrink(product, new / f"{name}.nc")
    return Path(path)


def reduce_compared(run: Run, path: Path | str) -> Path:
    """Write what is compared of a finished run of another schedule to a new directory ``path``."""
    expect(run.complete, f"{run.directory}: expected a finished run, found stages {', '.join(run.finished)}")
    with store.atomic_write(path) as new:
        new.mkdir()
        _copy_settings(run, new)
        for stage in filter(run.finished.__contains__, _COMPARED):
            _copy(run.path(stage), new)
        _shrink(
            run["posterior"].select(_shown_sites(run)[:POSTERIOR_SITES]), new / run.path("posterior").name
        )
        _shrink(_fewer_draws(run["batch"]), new / run.path("batch").name)
    return Path(path)


def _shown_sites(run: Run) -> np.ndarray:
    """Held-out sites with an accepted posterior, in random but reproducible order."""
    held_out = np.intersect1d(sites_in(run["split"], "test"), run["posterior"].trained())
    return np.random.default_rng(0).permutation(held_out)[:SHOWN_SITES]


def _copy_settings(run: Run, new: Path) -> None:
    left_out = {
        "sites_of_pairs_stocks_site_carbon": SHOWN_SITES,
        "sites_of_posterior": POSTERIOR_SITES,
        "batch_draws_per_chain": BATCH_DRAWS_KEPT,
        "numbers": "single precision, tables 4 digits",
    }
    settings = run.settings | {"showcase": left_out}
    (new / SETTINGS).write_text(json.dumps(settings, indent=1))
    shutil.copyfile(run.directory / LOG, new / LOG)


def _copy(path: Path, new: Path) -> None:
    if path.suffix == ".csv":
        pd.read_csv(path).to_csv(new / path.name, index=False, float_format="%.5g")
    else:
        with xr.open_dataset(path, engine="h5netcdf") as ds:
            _write(ds.load(), new / path.name)


def _shrink(record, path: Path) -> None:
    """A record in single precision, compressed."""
    store.save(record, path)
    with xr.open_dataset(path, engine="h5netcdf") as ds:
        loaded = ds.load()
    _write(loaded, path)


def _write(ds: xr.Dataset, path: Path) -> None:
    ds = ds.drop_encoding()
    for name, variable in ds.data_vars.items():
        if variable.dtype == np.float64:
            ds[name] = variable.astype(np.float32)
    packed = {str(name): {"zlib": True, "complevel": 9} for name, v in ds.data_vars.items() if v.ndim}
    ds.to_netcdf(path, engine="h5netcdf", encoding=packed)


def _fewer_draws(batch):
    step = max(batch.ds.sizes["draw"] // BATCH_DRAWS_KEPT, 1)
    return type(batch)(batch.ds.isel(draw=slice(None, None, step)))


def _observed(study: Study) -> xr.Dataset:
    profiles, held = study.profiles, stocks(study.profiles)
    depth = pd.Series(profiles.ds["depth"].values).groupby(profiles.site_of_observation)
    ds = xr.Dataset(
        {
            "lon": ("site", profiles.ds["lon"].values, {"units": "degrees_east"}),
            "lat": ("site", profiles.ds["lat"].values, {"units": "degrees_north"}),
            "layers": ("site", depth.count().reindex(profiles.sites, fill_value=0).to_numpy(np.int16)),
            "deepest": ("site", depth.max().reindex(profiles.sites).to_numpy(), {"units": "m"}),
        }
        | {name: ("site", held[name].to_numpy(), {"units": "kgC m-2"}) for name in held},
        {"site": profiles.sites},
        {"title": study.title, "synthetic": int(study.synthetic)},
    )
    vegetation = profiles.ds.get("vegetation")
    return ds if vegetation is None else ds.assign(vegetation=("site", vegetation.values, vegetation.attrs))
