"""``proda runs``: list runs, show or check one, compare its maps with others, resume a stopped one."""

from __future__ import annotations

from typing import Annotated

import typer

from proda_core.commands.load_study import load_study
from proda_core.commands.options import DataDir, Json, RunData, RunName, Scheduler, Workers
from proda_core.commands.output import emit_json, emit_table, notice, warn
from proda_core.commands.run import compute_run
from proda_core.commands.run_data import places_and_references
from proda_core.commands.run_lookup import find_run
from proda_core.commands.run_results import emit_run, run_facts
from proda_core.records.checks import expect

app = typer.Typer(
    no_args_is_help=True, help="Runs: list them, show or check one, compare its maps, resume a stopped one."
)
_AGREEMENT = ("one", "two", "interval", "r", "concordance", "bias", "rmse", "cells")
_LISTED = ("run", "started", "sites", "stages", "complete")


@app.command("list", epilog="Example: `proda runs list --json`")
def list_all(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List the runs, the newest first."""
    from proda_core.runs import list_runs
    from proda_core.sources.catalogue import runs_directory

    directory = runs_directory(data_dir)
    rows = list_runs(directory).to_dict("records")
    if as_json:
        emit_json(rows)
    elif rows:
        emit_table([{name: row[name] for name in _LISTED} for row in rows], title=f"runs in {directory}")
        for row in rows:
            if row["problem"]:
                warn(f"{row['run']} is broken: {row['problem']}")
    else:
        notice(f"No runs in {directory} yet; make one with: proda run")


@app.command(epilog="Example: `proda runs show 20260301-120000-northeast-quick-0`")
def show(name: RunName, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Show the settings of a run, its finished stages and its scores."""
    run = find_run(name, data_dir)
    if as_json:
        emit_json(run_facts(run))
    else:
        emit_run(run)


@app.command(epilog="Example: `proda runs check 20260301-120000-northeast-quick-0`")
def check(name: RunName, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Compare every result of a run with its checksum; exit code 2 where one is damaged.

    Results of releases without checksums are read instead. `proda runs resume` makes a damaged one again.
    """
    from proda_core.run_integrity import DAMAGED, check_run

    rows = check_run(find_run(name, data_dir))
    if as_json:
        emit_json(rows)
    else:
        emit_table([{key: row[key] for key in ("stage", "state")} for row in rows], title=f"run {name}")
    damaged = [row["problem"] for row in rows if row["state"] == DAMAGED]
    expect(not damaged, "; ".join(damaged))


@app.command(epilog="Example: `proda runs agreement 20260301-120000-northeast-quick-0`")
def agreement(name: RunName, data: RunData = None, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Compare the maps of a run with the reference maps here: correlation, bias, RMSE and concordance.

    Cells are those all products have in common, weighted by their land; stocks in kgC m-2.
    """
    from proda_core.comparison.agreement import agreement as compared

    run = find_run(name, data_dir)
    _, remarks, references = places_and_references(run, data, data_dir)
    for remark in remarks:
        warn(remark)
    rows = compared(run, None, references).to_dict("records")
    if as_json:
        emit_json(rows)
    else:
        emit_table([{key: row[key] for key in _AGREEMENT} for row in rows], title="maps against maps")


@app.command(epilog="Example: `proda runs resume 20260301-120000-northeast-quick-0`")
def resume(
    name: RunName,
    data: RunData = None,
    all_stages: Annotated[
        bool,
        typer.Option(
            "--all-stages",
            help="Also compute stages that were left out, or unknown to the release that made the run; "
            "posteriors and networks are kept.",
        ),
    ] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Resume a run that was stopped; finished stages and finished sites are kept."""
    from proda_core.network.settings import PRESETS
    from proda_core.run_choices import stored_choices
    from proda_core.run_source import source_of
    from proda_core.runs import extend

    run = find_run(name, data_dir)
    if all_stages:
        run = extend(run, {"end_to_end": PRESETS["end_to_end"].to_dict()})
    study = load_study(data or source_of(run), data_dir)
    compute_run(
        study, run.directory, stored_choices(run), workers=workers, scheduler=scheduler, as_json=as_json
    )
