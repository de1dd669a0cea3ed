"""The study as a run computes with it: on the layers and with the carbon input that were chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import xarray as xr

from proda_core.records import store
from proda_core.records.bedrock import with_bedrock_flags
from proda_core.records.checks import expect
from proda_core.records.forcing import Forcing
from proda_core.records.settings import field_defaults
from proda_core.records.study import Study
from proda_core.run_manifest import damage, record_output
from proda_core.run_source import expect_study_of
from proda_core.runs import Run
from proda_core.soil_model.columns import default_water
from proda_core.soil_model.layer_interpolation import on_layers
from proda_core.soil_model.settings import ModelSettings
from proda_core.sources.npp_input import npp_at, with_annual_input

NPP_FILE = "npp.nc"  # in the directory of a run whose carbon input is replaced
PARTS = ("forcing", "cells_forcing")  # of a study, whose carbon input is replaced


def model_of_run(run: Run, forcing: Forcing) -> ModelSettings:
    """Return the settings of the soil model of a run.

    forcing : of the run's study; runs of releases without these settings took what it allows
    """
    stored = run.settings["choices"].get("model")
    if stored is None:
        return ModelSettings(grid=forcing.grid.name, water=default_water(forcing))
    known = field_defaults(ModelSettings)
    return ModelSettings(**{name: value for name, value in stored.items() if name in known})


def study_of_run(run: Run, study: Study) -> Study:
    """Return the study on the layers of a run and with its carbon input; the same study where it has none.

    Raises InputError where the study is not the one the run was made from, by its hash, or where the run's
    file of carbon input is missing or of other sites.
    """
    expect_study_of(run, study)
    npp = None
    if run.settings["choices"].get("npp"):
        path = run.directory / NPP_FILE
        expect(path.exists(), f"run {run.id}: expected its carbon input in {NPP_FILE}, found no such file")
        damaged = damage(run.directory, path)
        expect(not damaged, damaged)
        with xr.open_dataset(path, engine="h5netcdf") as ds:
            npp = ds.load()
    model = model_of_run(run, study.forcing)
    return changed_study(study, model.grid, npp, bedrock=model.bedrock)


def changed_study(study: Study, grid: str, npp: xr.Dataset | None, *, bedrock: str = "closed") -> Study:
    """Return the study on layers of ``grid`` and with the annual carbon input ``npp``, if there is one.

    bedrock : scheme of the soil model; observations below bedrock are usable where the column is not closed
    """
    parts = {name: getattr(study, name) for name in PARTS}
    if npp is not None:
        for name, forcing in parts.items():
            sites = npp[f"{name}_site"].values
            same = len(sites) == len(forcing) and bool((sites == forcing.sites).all())
            expect(same, f"{NPP_FILE}: expected the sites of {study.name} ({name}), found others")
            parts[name] = with_annual_input(forcing, npp[name].values)
    changed = {name: on_layers(forcing, grid) for name, forcing in parts.items()}
    closed = bedrock == "closed"
    changed["profiles"] = with_bedrock_flags(study.profiles, changed["forcing"], closed=closed)
    if all(changed[name] is getattr(study, name) for name in changed):
        return study
    return replace(study, **changed)


def npp_of_study(path: Path, study: Study) -> xr.Dataset:
    """Return annual net primary production [gC m-2 yr-1] at the sites and cells of a study; NaN where none.

    Raises InputError for a file that cannot be read, and where none of it is at the study's places.
    """
    found = xr.Dataset(attrs={"source": path.name})
    for name in PARTS:
        ds = getattr(study, name).ds
        values = npp_at(path, ds["lon"].values, ds["lat"].values)
        dimension = f"{name}_site"
        found[name] = (dimension, values, {"units": "gC m-2 yr-1", "long_name": "net primary production"})
        found = found.assign_coords({dimension: ds["site"].values})
    expect(
        bool((found["forcing"] > 0).any()),
        f"--npp {path}: expected values at the sites of {study.name}, found none above 0",
    )
    return found


def npp_sentence(npp: xr.Dataset) -> str:
    """Return how much of the carbon input is replaced."""
    used = {name: int((npp[name] > 0).sum()) for name in PARTS}
    sizes = {name: npp[name].size for name in PARTS}
    return (
        f"carbon input: net primary production of {npp.attrs['source']} at {used['forcing']:,} of"
        f" {sizes['forcing']:,} sites and {used['cells_forcing']:,} of {sizes['cells_forcing']:,} cells;"
        " the data set's own elsewhere"
    )


def write_npp(run: Run, npp: xr.Dataset) -> None:
    """Write the carbon input into the directory of a run."""
    with store.atomic_write(run.directory / NPP_FILE) as temporary:
        npp.to_netcdf(temporary, engine="h5netcdf")
    record_output(run.directory, run.directory / NPP_FILE)
