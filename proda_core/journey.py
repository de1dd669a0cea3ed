"""The whole story, top to bottom: from measured profiles to maps of soil carbon and their skill.

Every line of :func:`run` is one stage of PRODA; each takes records and returns one.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.assimilation import assimilate, assimilate_batch
from proda_core.assimilation.schedules import BATCH_SCHEDULES, Schedule, schedule_of
from proda_core.comparison.pairs import densities, interval_stocks
from proda_core.comparison.tables import interval_table, score_table
from proda_core.mapping.carbon_maps import carbon_map
from proda_core.mapping.parameter_maps import predict_map
from proda_core.mapping.soil_carbon import Parameters, soil_carbon
from proda_core.network.ensemble import train_ensemble
from proda_core.network.settings import NetworkSettings, preset
from proda_core.network.split import members, split
from proda_core.network.train import train
from proda_core.records.forcing import Forcing
from proda_core.records.maps import ParameterMap
from proda_core.records.posterior import Posterior
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.runs import Run, Stages, list_runs, start

__all__ = ["Run", "batch_draws", "list_runs", "run"]

BATCH_DRAWS = 1000  # draws of one chain whose mean carbon is the batch product [ch37]
BOOTSTRAP_DRAWS = 500


def run(
    study: Study,
    directory: str | Path,
    *,
    seed: int,
    schedule: str | Schedule = "quick",
    network: str | NetworkSettings = "modern",
    prior: str = "proda",
    split_by: str = "place",
    workers: int | None = None,
    scheduler: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Run:
    """Do the whole study in ``directory``, or go on with it where it stopped.

    The posteriors of test sites are used for the row ``site_level`` of the tables only, as the
    upper bound of what the soil model can say with a profile at hand; never for training.

    workers : threads or processes of the assimilation, all cores by default; scheduler : address of a
        Dask scheduler that has workers of its own. Results do not depend on either.
    """
    network = preset(network)
    schedule_of(schedule)  # an unknown name is refused before anything is written
    choices = {"schedule": _name(schedule), "seed": seed, "prior": prior, "split_by": split_by}
    run = start(
        Path(directory), study, choices | {"network": network.to_dict()}, _assimilation_choices(schedule)
    )
    stage = Stages(run, on_progress, should_stop)

    sites = study.assimilable()
    profiles, forcing = study.profiles.select(sites), study.forcing.select(sites)
    covariates = study.covariates.select(sites)
    workers = workers or os.cpu_count() or 1
    common = {"seed": seed, "prior": prior, "should_stop": should_stop, "workers": workers}

    parts = stage("split", lambda _: split(profiles, seed=seed, by=split_by), "dividing the sites")
    training = members(parts, "train", "validation")

    posterior = stage(
        "posterior",
        lambda tell: assimilate(
            *(profiles, forcing, schedule),
            **common,
            on_progress=tell,
            scheduler=scheduler,
            directory=run.parts("posterior"),
        ),
        "assimilating each profile by itself",
    )
    batch = stage(
        "batch",
        lambda tell: assimilate_batch(
            *(profiles.select(training), forcing.select(training), schedule),
            **common,
            on_progress=tell,
            directory=run.parts("batch"),
        ),
        "assimilating all training profiles at once",
    )
    trained = stage(
        "network",
        lambda tell: train_ensemble(
            partial(train, covariates, posterior, parts, network, should_stop=should_stop),
            seed=seed,
            size=network.members,
            on_epoch=tell,
        ),
        "training the network",
    )
    parameters = stage(
        "parameter_map", lambda _: _map_of(trained, study), "predicting parameters on every cell"
    )
    products = {"default": None, "batch": batch_draws(batch), "proda": parameters}
    stage("carbon_map", lambda _: carbon_map(products, study.cells_forcing), "mapping soil carbon")

    products["proda"] = trained.predict(covariates)["mean"]
    carbon = stage(
        "site_carbon", lambda _: _carbon_at_sites(products, forcing, posterior), "simulating every site"
    )
    methods = {str(name): carbon["carbon"].sel(product=name) for name in carbon["product"].values}
    held_out = members(parts, "test")
    pairs = stage("pairs", lambda _: densities(profiles, methods, forcing.grid), "comparing densities")
    stocks = stage("stocks", lambda _: interval_stocks(profiles, methods, forcing.grid), "comparing stocks")
    stage("scores", lambda _: _by_part(score_table, pairs, held_out, seed), "scoring densities")
    stage("scores_by_interval", lambda _: _by_part(interval_table, stocks, held_out, seed), "scoring stocks")
    return run


def _name(schedule: str | Schedule) -> str:
    return schedule if isinstance(schedule, str) else schedule.name


def _assimilation_choices(schedule: str | Schedule) -> dict:
    """Every choice behind the schedule's name, as plain values."""
    batch = BATCH_SCHEDULES[schedule] if isinstance(schedule, str) else schedule
    return {"site_level": asdict(schedule_of(schedule)), "batch": asdict(batch)}


def batch_draws(batch: Posterior) -> xr.DataArray:
    """Up to :data:`BATCH_DRAWS` draws (draw, parameter), evenly spaced: of the chosen chain, or of all."""
    only = batch.ds.isel(site=0, drop=True)
    chosen = int(only["chosen_chain"]) if "chosen_chain" in only else -1
    draws = only["draws"].isel(chain=slice(None) if chosen < 0 else [chosen])
    flat = draws.transpose("chain", "draw", "parameter").values.reshape(-1, draws.sizes["parameter"])
    spaced = np.linspace(0, len(flat) - 1, min(BATCH_DRAWS, len(flat))).round().astype(int)
    values = flat[spaced].astype(float)
    return xr.DataArray(values, dims=("draw", "parameter"), coords={"parameter": draws["parameter"].values})


def _map_of(trained, study: Study) -> ParameterMap:
    place = study.cells_forcing.ds
    return predict_map(trained, study.cells_covariates, lon=place["lon"].values, lat=place["lat"].values)


def _carbon_at_sites(products: dict[str, Parameters], forcing: Forcing, posterior: Posterior) -> xr.Dataset:
    """Carbon (product, site, layer) [gC m-3] of the products and of site-level assimilation itself."""
    carbon = {name: soil_carbon(parameters, forcing) for name, parameters in products.items()}
    first = next(iter(carbon.values()))
    site_level = posterior.ds["carbon_mean"].reset_coords(drop=True).reindex(site=first["site"])
    carbon["site_level"] = site_level.transpose("site", "layer").assign_coords(first.coords)
    names = pd.Index(carbon, name="product")
    merged = xr.concat(carbon.values(), dim=names, combine_attrs="override").to_dataset(name="carbon")
    merged["carbon"].attrs = dict(first.attrs)
    return merged


def _by_part(table: Callable, frame: pd.DataFrame, held_out: np.ndarray, seed: int) -> pd.DataFrame:
    """The table of the held-out sites (with bootstrap intervals) above that of all sites."""
    tested = table(frame[frame["site"].isin(held_out)], draws=BOOTSTRAP_DRAWS, seed=seed)
    everything = table(frame)
    tested.insert(0, "part", "held out")
    everything.insert(0, "part", "all")
    return pd.concat([tested, everything], ignore_index=True)
