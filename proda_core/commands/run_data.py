"""What a run is compared with: the places of its profiles and the reference maps on this computer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from proda_core.commands.output import warn

if TYPE_CHECKING:
    from proda_core.records.study import Study
    from proda_core.runs import Run


def places_and_references(run: Run, data: str | None, data_dir: Path | None) -> tuple:
    """Return study or table of places, remarks, and reference products; those of the showcase come with it.

    A data set that cannot be opened, or has changed since the run, is None with a remark that says so.
    """
    if "showcase" in run.settings and data is None:
        from proda_core.showcase import showcase

        shown = showcase(run.directory)
        remark = "This is the showcase: tables of pairs and stocks hold a sample of the held-out sites."
        return shown.observed, (remark,), dict(shown.references)
    study, remarks = _study(run, data, data_dir)
    notes = tuple(f"{note[0].upper()}{note[1:]}." for note in run.settings.get("notes", ()))
    return study, (*remarks, *notes), _references(study, data_dir)


def _study(run: Run, data: str | None, data_dir: Path | None) -> tuple[Study | None, tuple[str, ...]]:
    """The data set of the run, and remarks on it for the top of the page."""
    from proda_core.records.checks import InputError
    from proda_core.report.origin import changed_inputs
    from proda_core.run_source import source_of
    from proda_core.studies import open_study

    chosen = data or source_of(run)
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
