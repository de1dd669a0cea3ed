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

from proda_core.assimilation import assimilate, assimilate_batch
from proda_core.assimilation.schedules import BATCH_SCHEDULES, Schedule, schedule_of
from proda_core.comparison.pairs import densities, interval_stocks
from proda_core.comparison.tables import interval_table, score_table
from proda_core.component_control import component_control
from proda_core.mapping.carbon_maps import carbon_map
from proda_core.mapping.parameter_maps import predict_map
from proda_core.mapping.process_maps import process_map
from proda_core.mapping.site_carbon import site_carbon
from proda_core.mapping.soil_carbon import batch_draws
from proda_core.mapping.uncertainty import (
    carbon_intervals,
    site_differences,
    spread_of_parameters,
    with_uncertainty,
)
from proda_core.network.direct import train_direct
from proda_core.network.end_to_end import train_end_to_end
from proda_core.network.ensemble import Ensemble, train_ensemble
from proda_core.network.settings import NetworkSettings, preset
from proda_core.network.split import members, split
from proda_core.network.train import train
from proda_core.records.maps import ParameterMap
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.runs import SITES_AT_MOST, STAGES, Run, list_runs, start
from proda_core.stages import Stages

__all__ = ["Run", "batch_draws", "list_runs", "run"]

BOOTSTRAP_DRAWS = 500


def choices_of(begun: Run) -> dict:
    """The arguments of :func:`run` that a run was begun with, all but its study and directory."""
    choices = {name: value for name, value in begun.settings["choices"].items() if name != "study"}
    for name in ("network", "end_to_end"):
        if choices.get(name):
            choices[name] = NetworkSettings.from_dict(choices[name])
    return choices


def run(
    study: Study,
    directory: str | Path,
    *,
    seed: int,
    schedule: str | Schedule = "quick",
    network: str | NetworkSettings = "modern",
    end_to_end: str | NetworkSettings | None = "end_to_end",
    sites_at_most: int | None = None,
    prior: str = "proda",
    split_by: str = "place",
    workers: int | None = None,
    scheduler: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Run:
    """Do the whole study in ``directory``, or go on with it where it stopped.

    The posteriors of test sites are used for the row ``site_level`` of the tables only, as the
    upper bound of what the soil model can say with a profile at hand; never for training. Beside the
    products of the map stand ``direct``, trees from covariates to carbon without a soil model.

    end_to_end : settings of the network trained through the soil model; None leaves it out
    sites_at_most : more sites than this are reduced to as many drawn at random with the seed, for all
        stages alike; 0 takes all, None is 4,000 for the schedule "quick" and all for any other
    workers : threads or processes of the assimilation, all cores by default; scheduler : address of a
        Dask scheduler that has workers of its own. Results do not depend on either.
    """
    network, schedule_name = preset(network), schedule_of(schedule).name  # refused before anything is written
    end_to_end = None if end_to_end is None else preset(end_to_end)
    most = SITES_AT_MOST.get(schedule_name, 0) if sites_at_most is None else sites_at_most
    choices = {"schedule": schedule_name, "seed": seed, "prior": prior, "split_by": split_by}
    choices |= {"network": network.to_dict(), "sites_at_most": most}
    choices |= {"end_to_end": end_to_end and end_to_end.to_dict()}
    run = start(
        *(Path(directory), study, choices, _assimilation_choices(schedule)),
        stages=[name for name in STAGES if name != "end_to_end" or end_to_end],
        sites=_in_words(study, most),
    )
    stage = Stages(run, on_progress, should_stop)

    sites = chosen_sites(study, run)
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
    through_model = stage(
        "end_to_end",
        lambda tell: train_ensemble(
            partial(
                train_end_to_end,
                *(profiles, forcing, covariates, parts, end_to_end),
                prior=prior,
                should_stop=should_stop,
            ),
            seed=seed,
            size=end_to_end.members,
            on_epoch=tell,
        ),
        "training a network through the soil model",
    )
    networks = {"proda": trained} | ({"end_to_end": through_model} if through_model else {})

    def differences() -> dict[str, np.ndarray]:
        return {"proda": site_differences(trained, covariates, posterior, training, seed=seed)}

    parameters = stage(
        "parameter_map",
        lambda _: _map_of(trained, study, differences()["proda"]),
        "predicting parameters on every cell",
    )
    simple = {"default": None, "batch": batch_draws(batch)}
    products = simple | {"proda": parameters}
    if through_model:
        products["end_to_end"] = _map_of(through_model, study)

    stage(
        "carbon_map",
        lambda _: with_uncertainty(
            carbon_map(products, study.cells_forcing),
            networks,
            *(study.cells_covariates, study.cells_forcing),
            differences=differences(),
            training=covariates.select(training),
        ),
        "mapping soil carbon and its uncertainty",
    )
    stage("process_map", lambda _: process_map(products, study.cells_forcing), "mapping processes")

    at_sites = {name: one.predict(covariates)["mean"] for name, one in networks.items()}
    carbon = stage(
        "site_carbon",
        lambda _: site_carbon(
            simple | at_sites,
            forcing,
            others={
                "direct": train_direct(profiles, covariates, parts, seed=seed).soil_carbon(
                    covariates, forcing.grid
                ),
                "site_level": posterior.ds["carbon_mean"],
            },
            intervals={
                "proda": carbon_intervals(trained, covariates, forcing, differences()["proda"]),
                "site_level": posterior.ds,
            },
        ),
        "simulating every site",
    )
    methods = {str(name): carbon["carbon"].sel(product=name) for name in carbon["product"].values}
    held_out = members(parts, "test")
    pairs = stage("pairs", lambda _: densities(profiles, methods, forcing.grid), "comparing densities")
    stocks = stage("stocks", lambda _: interval_stocks(profiles, methods, forcing.grid), "comparing stocks")
    stage("scores", lambda _: _by_part(score_table, pairs, held_out, seed), "scoring densities")
    stage("scores_by_interval", lambda _: _by_part(interval_table, stocks, held_out, seed), "scoring stocks")
    stage(
        "component_control",
        lambda _: component_control(
            {name: one.sel(site=held_out) for name, one in at_sites.items()},
            {name: products[name] for name in at_sites},
            *(profiles.select(held_out), forcing.select(held_out), study.cells_forcing),
        ),
        "holding one part of the model at its mean",
    )
    return run


def chosen_sites(study: Study, run: Run) -> np.ndarray:
    """The sites a run works with: all that can be assimilated, or as many as were asked for, at random."""
    sites, most = study.assimilable(), run.settings["choices"].get("sites_at_most", 0)
    if not 0 < most < len(sites):
        return sites
    drawn = np.random.default_rng(run.settings["choices"]["seed"]).choice(len(sites), most, replace=False)
    return sites[np.sort(drawn)]


def _in_words(study: Study, most: int) -> str:
    there = len(study.assimilable())
    return f"{most:,} of {there:,}, drawn at random" if 0 < most < there else f"all {there:,}"


def _assimilation_choices(schedule: str | Schedule) -> dict:
    """Every choice behind the schedule's name, as plain values."""
    batch = BATCH_SCHEDULES[schedule] if isinstance(schedule, str) else schedule
    return {"site_level": asdict(schedule_of(schedule)), "batch": asdict(batch)}


def _map_of(trained: Ensemble, study: Study, differences: np.ndarray | None = None) -> ParameterMap:
    place, covariates = study.cells_forcing.ds, study.cells_covariates
    found = predict_map(trained, covariates, lon=place["lon"].values, lat=place["lat"].values)
    if differences is None:
        return found
    spread = spread_of_parameters(trained, covariates, differences)
    return ParameterMap(found.ds.assign(sd_site=(("cell", "parameter"), spread)))


def _by_part(table: Callable, frame: pd.DataFrame, held_out: np.ndarray, seed: int) -> pd.DataFrame:
    """The table of the held-out sites (with bootstrap intervals) above that of all sites."""
    tested = table(frame[frame["site"].isin(held_out)], draws=BOOTSTRAP_DRAWS, seed=seed)
    everything = table(frame)
    tested.insert(0, "part", "held out")
    everything.insert(0, "part", "all")
    return pd.concat([tested, everything], ignore_index=True)
