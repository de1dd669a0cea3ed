"""``proda report``: write one page with every table and figure of a run, with their data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from proda_core.commands.options import DataDir, Json, RunData, RunName, command_line, now
from proda_core.commands.output import emit_json, notice, progress_bar, stoppable, warn

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

        study, remarks, beside = _data(run, data, data_dir)
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


def _data(run: Run, data: str | None, data_dir: Path | None) -> tuple:
    """Study or table of places, remarks, and reference products; those of the showcase come with it."""
    if "showcase" in run.settings and data is None:
        from proda_core.showcase import showcase

        shown = showcase(run.directory)
        remark = "This is the showcase: tables of pairs and stocks hold a sample of the held-out sites."
        return shown.observed, (remark,), dict(shown.references)
    study, remarks = _study(run, data, data_dir)
    return study, remarks, _references(study, data_dir)


def _study(run: Run, data: str | None, data_dir: Path | None) -> tuple[Study | None, tuple[str, ...]]:
    """The data set of the run, and remarks on it for the top of the page."""
    from proda_core.records.checks import InputError
    from proda_core.report.origin import changed_inputs
    from proda_core.studies import open_study

    chosen = data or run.settings["choices"]["study"]
    try:
        study = open_study(chosen, data_dir)
    except (InputError, OSError) as error:
        if data:
            raise
        return None, (f"The data set of this run could not be opened: {error}",)
    changed = changed_inputs(run, study)
    if changed:
        return None, (
            f"The data set {chosen} is not the one this run was made from ({', '.join(changed)} differ), so"
            " nothing that needs its places is shown.",
        )
    return study, ()


def _references(study: Study | None, data_dir: Path | None) -> dict:
    from proda_core.report.references import references

    return {} if study is None else references(study, data_dir, on_problem=warn)


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
