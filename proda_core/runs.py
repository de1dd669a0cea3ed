"""A run is a directory: its settings, the result of every finished stage, and a log.

    settings.json   choices, seed, versions, hashes of the input, version of this layout
    manifest.json   SHA-256 of every file of the results
    log.txt         what happened when
    .lock           held by the process that writes the run
    one file or folder per stage, as listed in :data:`proda_core.stages.STAGES`

Each file is written under a temporary name and renamed when it is complete, so a result that exists is
finished and an interrupted run can be resumed. ``settings.json`` lists the stages the run was asked for;
a run from a release that did not know a stage is complete without it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr

from proda_core import stage_files
from proda_core.records import store
from proda_core.records.checks import expect
from proda_core.records.directory_lock import only_writer
from proda_core.records.study import Study
from proda_core.run_manifest import damage, record_output
from proda_core.run_settings import SCHEMA, SETTINGS, read_settings
from proda_core.stages import STAGES, dependants

LOG = "log.txt"
SITES_AT_MOST = {"quick": 4000}  # default by schedule, so that a quick run takes minutes


@dataclass(frozen=True, eq=False)
class Run:
    """A run directory, read as one object: ``run.settings``, ``run["scores"]``, ``run.finished``."""

    directory: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "directory", Path(self.directory))

    @cached_property
    def settings(self) -> dict:
        """What was asked for, with versions and input hashes."""
        return read_settings(self.directory)

    @property
    def id(self) -> str:
        """Name of the directory."""
        return self.directory.name

    @property
    def finished(self) -> tuple[str, ...]:
        """Stages whose result exists."""
        return tuple(name for name in STAGES if self.path(name).exists())

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages the run was asked for."""
        asked = self.settings.get("stages", [name for name, stage in STAGES.items() if stage.implied])
        return tuple(name for name in STAGES if name in asked)

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Stages the run was asked for that have no result yet."""
        finished = self.finished
        return tuple(name for name in self.stages if name not in finished)

    @property
    def complete(self) -> bool:
        """Whether every stage the run was asked for is finished."""
        return not self.unfinished

    def path(self, stage: str) -> Path:
        """File or folder of the result of a stage."""
        expect(stage in STAGES, f"run: expected a stage among {', '.join(STAGES)}; found {stage!r}")
        return self.directory / STAGES[stage].file

    def parts(self, stage: str) -> Path:
        """Directory for the unfinished work of a long stage; removed when the stage is finished."""
        return self.directory / f"{stage}.parts"

    def intact_path(self, stage: str) -> Path:
        """File or folder of a finished stage, as it was written; raises InputError with the damaged file.

        A file is hashed once per process as long as its inode, size and time of change are the same;
        results of releases without checksums are not compared.
        """
        path = self.path(stage)
        expect(path.exists(), f"run {self.id}: expected stage {stage} to be finished, found no {path.name}")
        damaged = damage(self.directory, path)
        expect(not damaged, f"{damaged}; make it again with: proda runs resume {self.id}")
        return path

    def __getitem__(self, stage: str):
        """The result of a finished stage: a record, a network, a Dataset or a table."""
        return stage_files.read(self.intact_path(stage), stage)

    def open(self, stage: str) -> AbstractContextManager[xr.Dataset]:
        """Open the file of a finished stage, to read some of its variables."""
        return stage_files.open_dataset(self.intact_path(stage), stage)

    def write(self, stage: str, result: Any) -> None:
        """Store the result of a stage and its checksums."""
        stage_files.write(result, self.path(stage), STAGES[stage].kind)
        record_output(self.directory, self.path(stage))

    def log(self, message: str) -> None:
        """Append a line with the time to the log; a line that cannot be written is dropped."""
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
            "sites": str(self.settings.get("sites", "all")),
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
    before: dict | None = None,
    notes: Iterable[str] = (),
) -> Run:
    """Create a run in ``directory``, or return the run there if it has the same choices and inputs.

    choices : the arguments of the run that determine its result, as plain values; one that an existing
        run does not know is ignored, unless ``before`` has the value such runs were made with
    details : the fields behind names among the choices, such as those of a schedule
    stages : names of the stages to compute
    sites : how many sites it works with, as shown in a list of runs
    notes : sentences about the choices, kept among the settings

    Raises InputError where another run is found there.
    """
    run, choices = Run(directory), {"study": study.name} | choices
    asked = {"choices": _json(choices), "details": _json(details or {}), "input_sha256": fingerprint(study)}
    if (run.directory / SETTINGS).exists():
        there = run.settings | {"choices": _json(before or {}) | run.settings["choices"]}
        for name, value in asked.items():
            other = _difference(there.get(name, {}), value)
            expect(
                not other,
                f"{directory}: expected a new directory or the same {name} to go on with, found another "
                f"run there ({other})",
            )
        run.log("taken up again")
        return run
    written = {"schema": SCHEMA} | asked | {"stages": list(stages), "sites": sites, "notes": list(notes)}
    written |= {"started": datetime.now().isoformat(timespec="seconds"), "versions": versions()}
    with store.atomic_write(run.directory / SETTINGS) as temporary:
        temporary.write_text(json.dumps(written, indent=1))
    run.log(f"started: {study.title}; sites: {sites}")
    for note in written["notes"]:
        run.log(note)
    return run


def extend(run: Run, choices: dict) -> Run:
    """Ask an existing run for every stage of :data:`STAGES`; it computes those it lacks when resumed.

    Results that depend on an added stage are removed, to be computed again.

    choices : plain values of choices the run was made without
    """
    added = [name for name in STAGES if name not in run.stages]
    if not added:
        return run
    written = run.settings | {"stages": list(STAGES), "choices": run.settings["choices"] | choices}
    with only_writer(run.directory):
        with store.atomic_write(run.directory / SETTINGS) as temporary:
            temporary.write_text(json.dumps(written, indent=1))
        for stage in dependants(added):
            run.path(stage).unlink(missing_ok=True)
        run.log(f"asked for {', '.join(added)} too")
    return Run(run.directory)


def list_runs(directory: Path) -> pd.DataFrame:
    """One row per run in ``directory``, the newest first; directories that hold no run are ignored.

    A run whose settings cannot be read has the reason as its ``problem`` and is listed last.
    """
    rows = [_row(path.parent) for path in sorted(Path(directory).glob(f"*/{SETTINGS}"))]
    found = pd.DataFrame(rows, columns=list(_BROKEN))
    found["seed"] = pd.Series([row["seed"] for row in rows], dtype=object if found["problem"].any() else int)
    return found.sort_values("started", ascending=False, ignore_index=True, kind="stable")


_BROKEN = {"run": "", "study": "", "schedule": "", "seed": None, "sites": "", "started": "", "stages": ""}
_BROKEN |= {"complete": False, "problem": ""}  # the columns of the list, as for a run that cannot be read


def _row(directory: Path) -> dict:
    try:
        return Run(directory).summary() | {"problem": ""}
    except Exception as error:  # whatever is in one directory, the others are listed
        return _BROKEN | {"run": directory.name, "problem": str(error) or type(error).__name__}


def fingerprint(study: Study) -> dict[str, str]:
    """SHA-256 of the values of every record of a study, by name of the record."""
    names = ("profiles", "forcing", "covariates", "cells_forcing", "cells_covariates")
    return {name: _hash(getattr(study, name).ds) for name in names}


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that determine the results."""
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
    """Describe the values that differ among the keys both have, at any depth."""
    found = []
    for key in (key for key in asked if key in there and there[key] != asked[key]):
        old, new = there[key], asked[key]
        if isinstance(old, dict) and isinstance(new, dict):
            inner = _difference(old, new)
            found += [f"{key}: {inner}"] if inner else []
        else:
            found.append(f"{key}: {str(old)[:60]} instead of {str(new)[:60]}")
    return ", ".join(found)
