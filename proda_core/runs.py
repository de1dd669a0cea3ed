"""A run is a directory: what was asked for, what came out, and what happened, stage by stage.

    settings.json           choices, seed, versions, hashes of the input
    log.txt                 what happened when
    split.nc                which sites train, validate, test
    posterior.nc            parameters found at every site
    batch.nc                the one set of parameters found for all training sites at once
    network/                the trained network
    end_to_end/             the network trained through the soil model, on observed carbon itself
    parameter_map.nc        parameters on every cell
    carbon_map.nc           stocks on every cell and their spreads: default, batch, proda, end_to_end
    process_map.nc          bulk processes and residence time on every cell, by product
    site_carbon.nc          carbon by layer at every site: the products, direct and site_level
    pairs.csv, stocks.csv   modelled beside observed: densities [kgC m-3], stocks [kgC m-2]
    scores.csv, scores_by_interval.csv
    component_control.csv   skill and carbon lost where one part of the model is held at its mean

Each file is written under another name and renamed when it is whole, so what is there is finished:
a run that was interrupted is taken up where it stopped. ``settings.json`` lists the stages the run was
asked for; a run made before a stage was known to this program is complete without it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from proda_core.records import store
from proda_core.records.checks import InputError, expect
from proda_core.records.study import Study

SETTINGS, LOG = "settings.json", "log.txt"
STAGES: dict[str, str] = {
    "split": "split.nc",
    "posterior": "posterior.nc",
    "batch": "batch.nc",
    "network": "network",
    "end_to_end": "end_to_end",
    "parameter_map": "parameter_map.nc",
    "carbon_map": "carbon_map.nc",
    "process_map": "process_map.nc",
    "site_carbon": "site_carbon.nc",
    "pairs": "pairs.csv",
    "stocks": "stocks.csv",
    "scores": "scores.csv",
    "scores_by_interval": "scores_by_interval.csv",
    "component_control": "component_control.csv",
}
DATASETS = ("split", "process_map", "site_carbon")
SITES_AT_MOST = {"quick": 4000}  # of a schedule: a first look takes minutes, its map has every cell
NETWORKS = ("network", "end_to_end")
_LATER = (
    "end_to_end",
    "process_map",
    "component_control",
)  # stages that runs do not have whose settings list none
_OF_ALL_PRODUCTS = ("carbon_map", "site_carbon", "pairs", "stocks", "scores", "scores_by_interval")


@dataclass(frozen=True, eq=False)
class Run:
    """A run directory, read as one object: ``run.settings``, ``run["scores"]``, ``run.finished``."""

    directory: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "directory", Path(self.directory))

    @cached_property
    def settings(self) -> dict:
        """What was asked for, with versions and input hashes."""
        path = self.directory / SETTINGS
        try:
            found = json.loads(path.read_text())
            expect(isinstance(found, dict) and isinstance(found.get("choices"), dict), "no choices in it")
            return found
        except FileNotFoundError:
            raise InputError(f"{self.directory}: expected a run, found no {SETTINGS}") from None
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: expected readable settings of a run, found {error}") from error

    @property
    def id(self) -> str:
        """Name of the directory."""
        return self.directory.name

    @property
    def finished(self) -> tuple[str, ...]:
        """Stages whose result is there."""
        return tuple(name for name in STAGES if self.path(name).exists())

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages the run was asked for."""
        asked = self.settings.get("stages", [name for name in STAGES if name not in _LATER])
        return tuple(name for name in STAGES if name in asked)

    @property
    def complete(self) -> bool:
        """Whether every stage the run was asked for is finished."""
        return set(self.stages) <= set(self.finished)

    def path(self, stage: str) -> Path:
        """Where the result of a stage is kept."""
        expect(stage in STAGES, f"run: expected a stage among {', '.join(STAGES)}; found {stage!r}")
        return self.directory / STAGES[stage]

    def parts(self, stage: str) -> Path:
        """Where a stage that takes long keeps what it has so far; gone when it is finished."""
        return self.directory / f"{stage}.parts"

    def __getitem__(self, stage: str):
        """The result of a finished stage: a record, a network, a Dataset or a table."""
        path = self.path(stage)
        expect(path.exists(), f"run {self.id}: expected stage {stage} to be finished, found no {path.name}")
        return _load(path, stage)

    def log(self, message: str) -> None:
        """Add a line with the time to the log; a full disk stops the result, not the log."""
        with suppress(OSError), (self.directory / LOG).open("a") as file:
            file.write(f"{datetime.now().isoformat(timespec='seconds')} {message}\n")

    def summary(self) -> dict:
        """One row of a list of runs."""
        chosen = self.settings["choices"]
        return {
            "run": self.id,
            "study": chosen["study"],
            "schedule": chosen["schedule"],
            "seed": int(chosen["seed"]),
            "sites": self.settings.get("sites", "all"),
            "started": str(self.settings["started"]),
            "stages": f"{len(set(self.finished) & set(self.stages))}/{len(self.stages)}",
            "complete": self.complete,
        }


def start(
    directory: Path,
    study: Study,
    choices: dict,
    details: dict | None = None,
    *,
    stages: Iterable[str] = tuple(STAGES),
    sites: str = "all",
) -> Run:
    """A new run in ``directory``, or the one that is there if it was asked for the same.

    choices : the arguments of the run that determine its result, as plain values; one that was not
        known when the run was made is passed over, and the run goes on without it
    details : what the names among them stand for
    stages, sites : what is to be done, and with how many sites, in words for a list of runs
    """
    run, choices = Run(directory), {"study": study.name} | choices
    asked = {"choices": _json(choices), "details": _json(details or {}), "input_sha256": fingerprint(study)}
    if (run.directory / SETTINGS).exists():
        for name, value in asked.items():
            other = _difference(run.settings.get(name, {}), value)
            expect(
                not other,
                f"{directory}: expected a new directory or the same {name} to go on with, found another "
                f"run there ({other})",
            )
        run.log("taken up again")
        return run
    written = asked | {"stages": list(stages), "sites": sites}
    written |= {"started": datetime.now().isoformat(timespec="seconds"), "versions": versions()}
    with store.replacing(run.directory / SETTINGS) as temporary:
        temporary.write_text(json.dumps(written, indent=1))
    run.log(f"started: {study.title}; sites: {sites}")
    return run


def extend(run: Run, choices: dict) -> Run:
    """The same run, asked for every stage of :data:`STAGES`; gone on with, it does what it lacks.

    What shows several products is done again; posteriors and networks are kept.

    choices : plain values of choices the run was made without
    """
    if set(run.stages) == set(STAGES):
        return run
    written = run.settings | {"stages": list(STAGES), "choices": run.settings["choices"] | choices}
    with store.replacing(run.directory / SETTINGS) as temporary:
        temporary.write_text(json.dumps(written, indent=1))
    for stage in _OF_ALL_PRODUCTS:
        run.path(stage).unlink(missing_ok=True)
    run.log(f"asked for {', '.join(name for name in STAGES if name not in run.stages)} too")
    return Run(run.directory)


def list_runs(directory: Path) -> pd.DataFrame:
    """One row per run found in ``directory``, the newest first; what is not a run is passed over."""
    rows = []
    for path in sorted(Path(directory).glob(f"*/{SETTINGS}")):
        try:
            rows.append(Run(path.parent).summary())
        except (InputError, KeyError, TypeError, ValueError):
            continue
    columns = ["run", "study", "schedule", "seed", "sites", "started", "stages", "complete"]
    return pd.DataFrame(rows, columns=columns).sort_values("started", ascending=False, ignore_index=True)


def fingerprint(study: Study) -> dict[str, str]:
    """SHA-256 of the numbers of every record of a study."""
    names = ("profiles", "forcing", "covariates", "cells_forcing", "cells_covariates")
    return {name: _hash(getattr(study, name).ds) for name in names}


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that decide the numbers."""
    source = store.provenance(date="")["software"]
    return dict(part.split(" ", 1) for part in source.split(", "))


def _json(values: dict) -> dict:
    return json.loads(json.dumps(values))


def _hash(ds: xr.Dataset) -> str:
    digest = hashlib.sha256()
    for name in sorted(map(str, ds.variables)):
        values = ds[name].values
        text = values.dtype.kind in "OUT"
        digest.update(f"{name} {values.shape} {'text' if text else values.dtype}".encode())
        digest.update(repr(values.tolist()).encode() if text else values.tobytes())
    return digest.hexdigest()


def _difference(there: dict, asked: dict) -> str:
    """Which values that both know differ, in words."""
    keys = [key for key in asked if key in there and there[key] != asked[key]]
    return ", ".join(f"{key}: {str(there[key])[:60]} instead of {str(asked[key])[:60]}" for key in keys)


def _load(path: Path, stage: str):
    if stage in NETWORKS:
        from proda_core.network.ensemble import load as load_network  # torch is slow to import

        return load_network(path)
    if path.suffix == ".csv":
        return pd.read_csv(path)
    if stage in DATASETS:
        with xr.open_dataset(path, engine="h5netcdf") as ds:
            return _plain_text(ds.load())
    return store.load(path)


def _plain_text(ds: xr.Dataset) -> xr.Dataset:
    """Text of fixed length, whatever kind of strings the reader gave."""
    for name, variable in ds.variables.items():
        if variable.dtype.kind in "OT":
            ds[name] = (variable.dims, np.array([str(text) for text in variable.values]), variable.attrs)
    return ds
