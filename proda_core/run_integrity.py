"""Whether the results of a run are as they were written; damaged ones are removed before it is resumed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from proda_core.records.checks import InputError
from proda_core.run_manifest import MANIFEST, damage, is_recorded, read_manifest, record_output
from proda_core.runs import Run

INTACT, UNKNOWN, DAMAGED, UNFINISHED = "intact", "readable, without checksum", "damaged", "unfinished"


def check_run(run: Run) -> list[dict[str, str]]:
    """Return stage, state and problem of every stage the run was asked for; every file is read."""
    rows = []
    for stage in run.stages:
        problem = _problem(run, stage) if stage in run.finished else ""
        rows.append({"stage": stage, "state": _state(run, stage, problem), "problem": problem})
    return rows


def discard_damaged(run: Run) -> tuple[str, ...]:
    """Remove damaged results, to be computed again, and record checksums where they are missing.

    Returns the names of the stages removed. The process has to be the only writer of the run.
    """
    _discard_manifest(run)
    damaged = tuple(_damaged(run))
    for stage, problem in damaged:
        run.log(f"{problem}; it is computed again")
        _remove(run, stage)
    for stage in run.finished:
        if not is_recorded(run.directory, run.path(stage)):
            record_output(run.directory, run.path(stage))
    return tuple(stage for stage, _ in damaged)


def _damaged(run: Run) -> Iterator[tuple[str, str]]:
    for stage in run.finished:
        if problem := _problem(run, stage):
            yield stage, problem


def _problem(run: Run, stage: str) -> str:
    """Return what is wrong with a finished stage; it is read only where its checksum is unknown."""
    path = run.path(stage)
    try:
        if is_recorded(run.directory, path):
            return damage(run.directory, path)
        run[stage]
    except (InputError, OSError) as error:
        return str(error)
    return ""


def _state(run: Run, stage: str, problem: str) -> str:
    if stage not in run.finished:
        return UNFINISHED
    if problem:
        return DAMAGED
    return INTACT if is_recorded(run.directory, run.path(stage)) else UNKNOWN


def _discard_manifest(run: Run) -> None:
    """Remove a manifest that cannot be read; the results themselves are read instead."""
    try:
        read_manifest(run.directory)
    except InputError as error:
        run.log(f"{error}; results are read and recorded again")
        (run.directory / MANIFEST).unlink()


def _remove(run: Run, stage: str) -> None:
    path = run.path(stage)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
