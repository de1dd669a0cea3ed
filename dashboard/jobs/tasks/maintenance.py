"""Tasks on data sets and runs: fetch, generate, resume, report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from dashboard.jobs.data.run_exports import REPORT
from dashboard.jobs.messages import TaskContext
from dashboard.jobs.tasks.common import run_progress, study_of
from proda_core.hardware import available_cores
from proda_core.records.checks import InputError
from proda_core.records.progress import Cancelled, Progress
from proda_core.runs import Run
from proda_core.studies import open_study


def resume_run(directory: str, context: TaskContext) -> str:
    """Resume a run with its stored choices; return its directory."""
    from proda_core import journey
    from proda_core.run_choices import stored_choices

    run = Run(Path(directory))
    journey.run(
        study_of(run),
        directory,
        **stored_choices(run),
        workers=available_cores(leave=1),  # for the server
        on_progress=lambda progress: context.report(run_progress(progress)),
        should_stop=context.should_stop,
    )
    return directory


def fetch_data(name: str, accept_licence: bool, context: TaskContext) -> str:
    """Download the files of a data set; an interrupted download resumes the next time."""
    from proda_core.sources.fetch import FetchError
    from proda_core.sources.fetch import fetch as fetch_files

    def report(progress: Progress) -> None:
        if context.should_stop():
            raise Cancelled
        context.report(progress)

    try:
        return str(fetch_files(name, accept_licence=accept_licence, on_progress=report))
    except FetchError as error:
        raise InputError(str(error)) from error


def generate_data(name: str, context: TaskContext) -> None:
    """Generate a synthetic data set on disk, so that it opens in seconds."""
    open_study(name, on_progress=context.report)


def write_run_report(directory: str, context: TaskContext) -> str:
    """Write the report of a run into its directory, with all references on this computer."""
    from proda_core.report.references import references
    from proda_core.report.write import write_report

    run = Run(Path(directory))
    whole = study_of(run)
    written = write_report(
        *(run, whole, run.directory / REPORT),
        references=references(whole),
        date=datetime.now().isoformat(timespec="seconds"),
        command="dashboard: report",
        on_progress=context.report,
        should_stop=context.should_stop,
    )
    return str(written.page)
