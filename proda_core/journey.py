"""The method from top to bottom: from measured profiles to maps of soil carbon and their skill.

Each function computes one stage of :data:`proda_core.stages.STAGES` from records; its arguments, after
the inputs, are the results the stage needs. :func:`run` computes the stages that a run lacks.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from proda_core import component_control as control
from proda_core.assimilation import assimilate, assimilate_batch
from proda_core.assimilation.schedules import Schedule
from proda_core.comparison.pairs import densities, interval_stocks
from proda_core.comparison.tables import interval_table, score_table
from proda_core.mapping.carbon_maps import carbon_map
from proda_core.mapping.process_maps import process_map
from proda_core.mapping.site_carbon import site_carbon
from proda_core.mapping.soil_carbon import batch_draws
from proda_core.mapping.uncertainty import carbon_intervals, spread_of_parameters, with_uncertainty
from proda_core.network.direct import train_direct
from proda_core.network.end_to_end import train_end_to_end
from proda_core.network.ensemble import Ensemble, train_ensemble
from proda_core.network.settings import NetworkSettings
from proda_core.network.split import sites_in, split
from proda_core.network.train import train
from proda_core.records.directory_lock import only_writer
from proda_core.records.maps import CarbonMap, ParameterMap
from proda_core.records.posterior import Posterior
from proda_core.records.progress import Progress
from proda_core.records.study import Study
from proda_core.run_choices import stored_choices
from proda_core.run_inputs import RunInputs
from proda_core.run_products import (
    by_method,
    differences_at_sites,
    network_maps,
    networks,
    predict_at_sites,
    predict_on_cells,
    products,
    score_parts,
    simple_products,
)
from proda_core.run_start import start_run
from proda_core.run_study import study_of_run
from proda_core.runs import Run, list_runs
from proda_core.stage_runner import compute_stages
from proda_core.stages import STAGES

__all__ = ["Run", "batch_draws", "list_runs", "run", "stored_choices"]

STAGE_FUNCTIONS: dict[str, Callable[..., Any]] = {}


def _stage(name: str) -> Callable[[Callable], Callable]:
    """Register a function for a stage; its arguments are held together with the table of stages."""

    def register(function: Callable) -> Callable:
        _, *needs = inspect.signature(function).parameters
        assert tuple(needs) == STAGES[name].needs, f"{name}: needs {STAGES[name].needs}, takes {needs}"
        STAGE_FUNCTIONS[name] = function
        return function

    return register


# Data assimilation: parameters of the soil model from observed carbon


@_stage("split")
def divide_sites(inputs: RunInputs) -> xr.Dataset:
    """Divide the sites into training, validation and test sites."""
    return split(inputs.profiles, seed=inputs.choices.seed, by=inputs.choices.split_by)


@_stage("posterior")
def assimilate_sites(inputs: RunInputs) -> Posterior:
    """Sample the posterior of the parameters at every site from its own profile.

    Posteriors of test sites are never used for training: only for the method ``site_level``, the upper
    bound of what the soil model can say where a profile is known.
    """
    records = inputs.profiles, inputs.forcing, inputs.choices.schedule
    return assimilate(*records, scheduler=inputs.scheduler, **inputs.sampling())


@_stage("batch")
def assimilate_together(inputs: RunInputs, split: xr.Dataset) -> Posterior:
    """Sample one posterior of the parameters for all training sites together, or for all sites if chosen."""
    every = inputs.choices.batch_sites == "all"
    sites = inputs.profiles.sites if every else sites_in(split, "train", "validation")
    profiles, forcing = inputs.profiles.select(sites), inputs.forcing.select(sites)
    return assimilate_batch(profiles, forcing, inputs.choices.batch_schedule, **inputs.sampling())


# Deep learning: parameters from the surroundings of a site


@_stage("network")
def train_network(inputs: RunInputs, split: xr.Dataset, posterior: Posterior) -> Ensemble:
    """Train the networks from covariates to the parameters found by assimilation."""
    settings = inputs.choices.network
    one = partial(train, inputs.covariates, posterior, split, settings, should_stop=inputs.should_stop)
    return train_ensemble(one, seed=inputs.choices.seed, size=settings.members, on_epoch=inputs.on_progress)


@_stage("end_to_end")
def train_through_soil_model(inputs: RunInputs, split: xr.Dataset) -> Ensemble:
    """Train the networks from covariates through the soil model to observed carbon."""
    settings, records = inputs.choices.end_to_end, (inputs.profiles, inputs.forcing, inputs.covariates)
    choices = inputs.choices
    how = {"prior": choices.prior, "model": choices.model, "should_stop": inputs.should_stop}
    one = partial(train_end_to_end, *records, split, settings, **how)
    return train_ensemble(one, seed=inputs.choices.seed, size=settings.members, on_epoch=inputs.on_progress)


# Maps: parameters, carbon and processes on every cell


@_stage("parameter_map")
def map_parameters(
    inputs: RunInputs, split: xr.Dataset, posterior: Posterior, network: Ensemble
) -> ParameterMap:
    """Predict the parameters on every cell, with the spread between members and that between sites."""
    predicted = predict_on_cells(network, inputs.study)
    differences = differences_at_sites(inputs, split, posterior, network)
    spread = spread_of_parameters(network, inputs.study.cells_covariates, differences)
    return ParameterMap(predicted.ds.assign(sd_site=(("cell", "parameter"), spread)))


@_stage("carbon_map")
def map_carbon(
    inputs: RunInputs,
    split: xr.Dataset,
    posterior: Posterior,
    batch: Posterior,
    network: Ensemble,
    end_to_end: Ensemble | None,
    parameter_map: ParameterMap,
) -> CarbonMap:
    """Simulate the carbon of every product on every cell, with its uncertainty."""
    study, model = inputs.study, inputs.choices.model
    return with_uncertainty(
        carbon_map(products(inputs, batch, end_to_end, parameter_map), study.cells_forcing, model),
        networks(network, end_to_end),
        *(study.cells_covariates, study.cells_forcing),
        differences={"proda": differences_at_sites(inputs, split, posterior, network)},
        training=inputs.covariates.select(sites_in(split, "train", "validation")),
        settings=model,
    )


@_stage("process_map")
def map_processes(
    inputs: RunInputs, batch: Posterior, end_to_end: Ensemble | None, parameter_map: ParameterMap
) -> xr.Dataset:
    """Diagnose bulk processes and residence time of every product on every cell."""
    found = products(inputs, batch, end_to_end, parameter_map)
    return process_map(found, inputs.study.cells_forcing, inputs.choices.model)


# Comparison: every method at every site, beside what was observed


@_stage("site_carbon")
def simulate_sites(
    inputs: RunInputs,
    split: xr.Dataset,
    posterior: Posterior,
    batch: Posterior,
    network: Ensemble,
    end_to_end: Ensemble | None,
) -> xr.Dataset:
    """Simulate the carbon of every product at every site, beside methods that have no map.

    ``direct`` are trees from covariates to carbon without a soil model; ``site_level`` is the posterior
    of the profile itself.
    """
    covariates, forcing, model = inputs.covariates, inputs.forcing, inputs.choices.model
    direct = train_direct(inputs.profiles, covariates, split, seed=inputs.choices.seed)
    differences = differences_at_sites(inputs, split, posterior, network)
    return site_carbon(
        simple_products(batch) | predict_at_sites(inputs, network, end_to_end),
        forcing,
        others={
            "direct": direct.soil_carbon(covariates, forcing.grid),
            "site_level": posterior.ds["carbon_mean"],
        },
        intervals={
            "proda": carbon_intervals(network, covariates, forcing, differences, model),
            "site_level": posterior.ds,
        },
        settings=model,
    )


@_stage("pairs")
def pair_densities(inputs: RunInputs, site_carbon: xr.Dataset) -> pd.DataFrame:
    """Put modelled beside observed carbon density, by method."""
    return densities(inputs.profiles, by_method(site_carbon), inputs.forcing.grid)


@_stage("stocks")
def pair_stocks(inputs: RunInputs, site_carbon: xr.Dataset) -> pd.DataFrame:
    """Put modelled beside observed stocks of depth intervals, by method."""
    return interval_stocks(inputs.profiles, by_method(site_carbon), inputs.forcing.grid)


@_stage("scores")
def score_densities(inputs: RunInputs, split: xr.Dataset, pairs: pd.DataFrame) -> pd.DataFrame:
    """Score the densities of every method."""
    return score_parts(score_table, pairs, sites_in(split, "test"), inputs.choices.seed)


@_stage("scores_by_interval")
def score_stocks(inputs: RunInputs, split: xr.Dataset, stocks: pd.DataFrame) -> pd.DataFrame:
    """Score the stocks of every method by depth interval."""
    return score_parts(interval_table, stocks, sites_in(split, "test"), inputs.choices.seed)


@_stage("component_control")
def control_components(
    inputs: RunInputs,
    split: xr.Dataset,
    network: Ensemble,
    end_to_end: Ensemble | None,
    parameter_map: ParameterMap,
) -> pd.DataFrame:
    """Measure the skill and carbon lost where one part of the model is held at its mean."""
    held_out = sites_in(split, "test")
    at_sites = predict_at_sites(inputs, network, end_to_end)
    return control.component_control(
        {name: parameters.sel(site=held_out) for name, parameters in at_sites.items()},
        network_maps(inputs, end_to_end, parameter_map),
        *(inputs.profiles.select(held_out), inputs.forcing.select(held_out), inputs.study.cells_forcing),
        inputs.choices.model,
    )


def run(
    study: Study,
    directory: str | Path,
    *,
    seed: int,
    schedule: str | Schedule = "quick",
    batch_schedule: Schedule | None = None,
    network: str | NetworkSettings = "modern",
    end_to_end: str | NetworkSettings | None = "end_to_end",
    sites_at_most: int | None = None,
    prior: str | None = None,
    split_by: str = "place",
    batch_sites: str = "training",
    train_on: str | None = None,
    npp: str | Path | Mapping[str, str] | None = None,
    notes: Iterable[str] = (),
    workers: int | None = None,
    scheduler: str | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    **method: Any,
) -> Run:
    """Compute all stages for ``study`` in ``directory``, or those an interrupted run there lacks.

    batch_schedule : of all sites together; by default the batch preset of the schedule, with its choices
    end_to_end : settings of the network trained through the soil model; None leaves it out
    sites_at_most : more sites than this are reduced to as many drawn at random with the seed, for all
        stages alike; 0 takes all, None is 4,000 for the schedule "quick" and all for any other
    prior : name of a prior of the vocabulary, by default the schedule's own
    batch_sites : sites of batch assimilation, "training" or "all", which has then seen the held-out sites
    train_on : sites that train, "converged" or all "fitted" ones; by default as in the network's settings
    npp : GeoTIFF of net primary production (MOD17) that replaces the carbon input of sites and cells
    notes : sentences about the choices for log and settings
    method : any field of :class:`Schedule` or :class:`ModelSettings` by its name, such as
        ``errors="lognormal"`` or ``grid="clm45_10"``; the form of water limitation follows from the prior
    workers : threads or processes of the assimilation, all cores by default; scheduler : address of a
        Dask scheduler that has workers of its own. Results do not depend on either.

    Raises InputError for another run or writer there or choices that exclude each other, Cancelled on
    ``should_stop``.
    """
    arguments = {
        **{"schedule": schedule, "batch_schedule": batch_schedule, "network": network, "seed": seed},
        **{"end_to_end": end_to_end, "sites_at_most": sites_at_most, "prior": prior, "split_by": split_by},
        **{"batch_sites": batch_sites, "train_on": train_on, "npp": npp, "notes": notes, "method": method},
    }
    how = {"scheduler": scheduler, "on_progress": on_progress, "should_stop": should_stop}
    with only_writer(directory):
        started, choices = start_run(study, Path(directory), **arguments)
        inputs = RunInputs.of(study_of_run(started, study), started, choices, workers=workers, **how)
        compute_stages(started, inputs, STAGE_FUNCTIONS)
    return started
