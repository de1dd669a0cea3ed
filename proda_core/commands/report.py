"""``proda report``: write one page with every table and figure of a run, with their data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proda_core.commands.interruption import stoppable
from proda_core.commands.options import DataDir, Json, RunData, RunName, command_line, now
from proda_core.commands.output import emit_json, notice, progress_bar, warn
from proda_core.commands.run_data import places_and_references

if TYPE_CHECKING:
    import pandas as pd

    from proda_core.records.study import Study
    from proda_core.runs import Run


def report(
    name: RunName,
    output: Annotated[
        Path | None, typer.Option(help="Directory to write; by default 'report' in the run's own.")
    ] = None,
    data: RunData = None,
    skill: Annotated[
        Path | None,
        typer.Option(help="CSV of 'proda skill': adds the comparison of random and spatial splits."),
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Write one HTML page with every comparison of a run; PNG, CSV and NetCDF files are written beside it.

    The page of an unfinished run names the parts that are missing, and why.
    """
    from proda_core.commands.run_lookup import find_run

    run = find_run(name, data_dir)
    tables = _skill(skill)
    with stoppable() as should_stop, progress_bar("Report") as show:
        from proda_core.report.write import write_report  # matplotlib is slow to import

        study, remarks, beside = places_and_references(run, data, data_dir)
        written = write_report(
            run,
            study,
            output or run.directory / "report",
            references=beside,
            skill=tables,
            synthetic=_synthetic(run, study),
            date=now(),
            command=command_line(),
            remarks=remarks,
            on_progress=show,
            should_stop=should_stop,
        )
    if as_json:
        emit_json({"page": written.page, "files": written.files, "missing": written.missing})
    for title, reason in written.missing.items():
        warn(f"{title}: missing, because {reason}")
    notice(f"{written.page}: written, with {len(written.files) - 1} files beside it")


def _synthetic(run: Run, study: Study | pd.DataFrame | None) -> bool:
    """Whether the data are synthetic, also where only their name is known."""
    from proda_core.records.study import Study
    from proda_core.studies import known_studies

    if isinstance(study, Study):
        return study.synthetic
    synthetic = {known.name for known in known_studies() if known.synthetic}
    return run.settings["choices"]["study"] in synthetic


def _skill(path: Path | None) -> dict[str, pd.DataFrame]:
    """Read skill tables from a CSV file, by kind of split."""
    if path is None:
        return {}
    import pandas as pd

    from proda_core.records.checks import InputError, expect_columns

    try:
        table = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: expected a CSV table of skill, found {error}") from error
    expect_columns(table.columns, ["by", "split", "method", "part", "nse", "r2", "rmse", "bias"], str(path))
    return {str(by): part for by, part in table.groupby("by", sort=False)}
