"""``proda runs``: which runs there are, what one found, and going on with one that was stopped."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proda_core.commands.opening import opened
from proda_core.commands.options import DataDir, Json, Scheduler, Workers
from proda_core.commands.output import emit_facts, emit_json, emit_table, notice
from proda_core.records.checks import InputError

if TYPE_CHECKING:
    from proda_core.runs import Run

app = typer.Typer(no_args_is_help=True, help="Runs: list them, look at one, go on with one that was stopped.")
_TABLES = {
    "scores": "held-out sites: carbon density, RMSE and bias in kgC m-3",
    "scores_by_interval": "held-out sites: stocks by depth interval in cm, RMSE and bias in kgC m-2",
}
_COLUMNS = ("interval", "method", "r2", "nse", "rmse", "bias", "n", "profiles")
_LISTED = ("run", "started", "sites", "stages", "complete")
Name = Annotated[
    str, typer.Argument(metavar="RUN", help="Name of the run, as in 'proda runs list', or its directory.")
]


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
    else:
        notice(f"No runs in {directory} yet; make one with: proda run")


@app.command(epilog="Example: `proda runs show 20260301-120000-northeast-quick-0`")
def show(name: Name, data_dir: DataDir = None, as_json: Json = False) -> None:
    """Show what a run was asked for, how far it came, and its scores."""
    run = find(name, data_dir)
    if as_json:
        emit_json(facts(run))
    else:
        emit_run(run)


@app.command(epilog="Example: `proda runs resume 20260301-120000-northeast-quick-0`")
def resume(
    name: Name,
    data: Annotated[
        str | None, typer.Option(help="Where the data set lies, if the run was made from a directory.")
    ] = None,
    all_stages: Annotated[
        bool,
        typer.Option(
            "--all-stages",
            help="Also do the stages that were left out, or not known when the run was made; posteriors and "
            "networks are kept.",
        ),
    ] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Go on with a run where it was stopped; finished stages and finished sites are kept."""
    from proda_core.commands.run import carry_out
    from proda_core.network.settings import PRESETS
    from proda_core.run_inputs import stored_choices
    from proda_core.runs import extend

    run = find(name, data_dir)
    if all_stages:
        run = extend(run, {"end_to_end": PRESETS["end_to_end"].to_dict()})
    study = opened(data or run.settings["choices"]["study"], data_dir)
    carry_out(
        study, run.directory, stored_choices(run), workers=workers, scheduler=scheduler, as_json=as_json
    )


def find(name: str, data_dir: Path | None) -> Run:
    """The run of that name, or in that directory."""
    from proda_core.runs import SETTINGS, Run
    from proda_core.sources.catalogue import runs_directory

    directory = runs_directory(data_dir)
    for path in (directory / name, Path(name).expanduser()):
        if (path / SETTINGS).exists():
            return Run(path)
    names = [path.parent.name for path in directory.glob(f"*/{SETTINGS}")]
    close = difflib.get_close_matches(name, names, n=1)
    raise InputError(
        f"run: expected a run's directory or the name of one of the {len(names)} in {directory},"
        f" found {name!r}" + (f"; did you mean {close[0]}?" if close else "")
    )


def facts(run: Run) -> dict[str, Any]:
    """Everything about a run that is not a big array."""
    scores = {name: run[name].to_dict("records") for name in _TABLES if name in run.finished}
    return {
        "run": run.id,
        "directory": run.directory,
        "complete": run.complete,
        "finished": run.finished,
        **run.settings,
        **scores,
    }


def emit_run(run: Run) -> None:
    """A run for a person: facts, then its scores on the sites the network has not seen."""
    emit_facts(
        run.summary() | {"directory": run.directory, "finished": ", ".join(run.finished) or "nothing yet"}
    )
    for name, title in _TABLES.items():
        if name in run.finished:
            table = run[name]
            columns = [column for column in _COLUMNS if column in table]
            emit_table(table.loc[table["part"] == "held out", columns].to_dict("records"), title=title)
