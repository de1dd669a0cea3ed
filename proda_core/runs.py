"""A run is a directory: what was asked for, what came out, and what happened, stage by stage.

    settings.json           choices, seed, versions, hashes of the input
    log.txt                 what happened when
    split.nc                which sites train, validate, test
    posterior.nc            parameters found at every site
    batch.nc                the one set of parameters found for all training sites at once
    network/                the trained network
    parameter_map.nc        parameters on every cell
    carbon_map.nc           stocks on every cell: default, batch, proda
    site_carbon.nc          carbon by layer at every site: the products, and site_level
    pairs.csv, stocks.csv   modelled beside observed: densities [kgC m-3], stocks [kgC m-2]
    scores.csv, scores_by_interval.csv

Each file is written under another name and renamed when it is whole, so what is there is finished:
a run that was interrupted is taken up where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
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
from proda_core.records.progress import Cancelled, Progress
from proda_core.records.study import Study

SETTINGS, LOG = "settings.json", "log.txt"
STAGES: dict[str, str] = {
    "split": "split.nc",
    "posterior": "posterior.nc",
    "batch": "batch.nc",
    "network": "network",
    "parameter_map": "parameter_map.nc",
    "carbon_map": "carbon_map.nc",
    "site_carbon": "site_carbon.nc",
    "pairs": "pairs.csv",
    "stocks": "stocks.csv",
    "scores": "scores.csv",
    "scores_by_interval": "scores_by_interval.csv",
}
_DATASETS = ("split", "site_carbon")


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
            return json.loads(path.read_text())
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
    def complete(self) -> bool:
        """Whether every stage is finished."""
        return len(self.finished) == len(STAGES)

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
            "seed": chosen["seed"],
            "started": self.settings["started"],
            "stages": f"{len(self.finished)}/{len(STAGES)}",
            "complete": self.complete,
        }


def start(directory: Path, study: Study, choices: dict, details: dict | None = None) -> Run:
    """A new run in ``directory``, or the one that is there if it was asked for the same.

    choices : the arguments of the run that determine its result, as plain values
    details : what the names among them stand for
    """
    run, choices = Run(directory), {"study": study.name} | choices
    asked = {"choices": _json(choices), "details": _json(details or {}), "input_sha256": fingerprint(study)}
    if (run.directory / SETTINGS).exists():
        for name, value in asked.items():
            expect(
                run.settings.get(name) == value,
                f"{directory}: expected a new directory or the same {name} to go on with, found another "
                f"run there ({_difference(run.settings.get(name, {}), value)})",
            )
        run.log("taken up again")
        return run
    written = asked | {"started": datetime.now().isoformat(timespec="seconds"), "versions": versions()}
    with store.replacing(run.directory / SETTINGS) as temporary:
        temporary.write_text(json.dumps(written, indent=1))
    run.log(f"started: {study.title}")
    return run


class Stages:
    """Runs each stage once: what is finished is read back, what is new is kept when it is whole."""

    def __init__(
        self,
        run: Run,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.run = run
        self._tell = on_progress
        self._should_stop = should_stop

    def __call__(self, stage: str, compute: Callable, message: str):
        """The result of ``compute(on_progress)``, or of an earlier time."""
        if stage in self.run.finished:
            return self.run[stage]
        if self._should_stop is not None and self._should_stop():
            self.run.log(f"stopped before {stage}")
            raise Cancelled(f"stopped before {stage}")
        self._report(stage, message)(Progress(0, 1))
        self.run.log(f"{stage}: {message}")
        try:
            result = compute(self._report(stage, message))
            _save(result, self.run.path(stage), stage)
            shutil.rmtree(self.run.parts(stage), ignore_errors=True)
        except BaseException as error:
            self.run.log(f"{stage}: {type(error).__name__}: {error}")
            raise
        self.run.log(f"{stage}: finished")
        return result

    def _report(self, stage: str, message: str) -> Callable[[Progress], None]:
        """Pass progress of a stage on, with the stage's name and place in the whole."""
        place = {"stage": stage, "stage_number": list(STAGES).index(stage) + 1, "stages": len(STAGES)}

        def report(progress: Progress) -> None:
            if self._tell is not None:
                text = f"{message}: {progress.message}" if progress.message else message
                self._tell(Progress(progress.done, progress.total, text, progress.detail | place))

        return report


def list_runs(directory: Path) -> pd.DataFrame:
    """One row per run found in ``directory``, the newest first; what is not a run is passed over."""
    rows = []
    for path in sorted(Path(directory).glob(f"*/{SETTINGS}")):
        try:
            rows.append(Run(path.parent).summary())
        except (InputError, KeyError):
            continue
    columns = ["run", "study", "schedule", "seed", "started", "stages", "complete"]
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
    keys = [key for key in asked if there.get(key) != asked[key]]
    return ", ".join(f"{key}: {str(there.get(key))[:60]} instead of {str(asked[key])[:60]}" for key in keys)


def _save(result: object, path: Path, stage: str) -> None:
    if stage == "network" or path.suffix == ".csv" or stage in _DATASETS:
        with store.replacing(path) as temporary:
            if stage == "network":
                result.save(temporary)
            elif path.suffix == ".csv":
                result.to_csv(temporary, index=False)
            else:
                result.to_netcdf(temporary, engine="h5netcdf")
    else:
        store.save(result, path)


def _load(path: Path, stage: str):
    if stage == "network":
        from proda_core.network.ensemble import load as load_network  # torch is slow to import

        return load_network(path)
    if path.suffix == ".csv":
        return pd.read_csv(path)
    if stage in _DATASETS:
        with xr.open_dataset(path, engine="h5netcdf") as ds:
            return _plain_text(ds.load())
    return store.load(path)


def _plain_text(ds: xr.Dataset) -> xr.Dataset:
    """Text of fixed length, whatever kind of strings the reader gave."""
    for name, variable in ds.variables.items():
        if variable.dtype.kind in "OT":
            ds[name] = (variable.dims, np.array([str(text) for text in variable.values]), variable.attrs)
    return ds
