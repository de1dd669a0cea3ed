"""A run as one self-contained page with every figure and table, and the numbers beside it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from proda_core.comparison.convergence import batch_note
from proda_core.comparison.places import Places
from proda_core.records import store
from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import expect
from proda_core.records.products import Product
from proda_core.records.progress import Cancelled, Progress
from proda_core.records.study import Study
from proda_core.report.joined_maps import joined_maps
from proda_core.report.origin import origin
from proda_core.report.page import Part, page
from proda_core.report.picture import SYNTHETIC, png, shown_width
from proda_core.report.sections import SECTIONS, Context, Section
from proda_core.report.tables import page_table, write_csv
from proda_core.runs import Run

PAGE, MAPS = "index.html", "maps.nc"
_UNREADABLE = (ValueError, KeyError, OSError)  # of a table that is missing, damaged or made otherwise


@dataclass(frozen=True)
class Report:
    """What was written: the page, all files, and the parts that are missing with the reason why."""

    page: Path
    files: tuple[Path, ...]
    missing: Mapping[str, str]


def write_report(
    run: Run,
    study: Places | None,
    directory: Path | str,
    *,
    references: Mapping[str, Product] | None = None,
    skill: Mapping[str, pd.DataFrame] | None = None,
    synthetic: bool | None = None,
    date: str = "",
    command: str = "",
    remarks: tuple[str, ...] = (),
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Report:
    """Write ``index.html`` and, beside it, every figure as PNG, every table as CSV, the maps as NetCDF.

    What an unfinished run does not have yet is named on the page with the reason, never drawn.

    study : None where the data set is not available; what needs places is then missing
    skill : tables of :func:`proda_core.skill.skill_table` by kind of split
    synthetic : whether the data are synthetic, printed on every figure; the study's own word by default
    remarks : sentences that stand at the top of the page
    """
    directory = Path(directory)
    expect(not directory.is_file(), f"{directory}: expected a directory for the report, found a file")
    settings = run.settings  # not a run: said before anything is written
    if synthetic is None:
        synthetic = isinstance(study, Study) and study.synthetic
    context = Context(run, study, dict(references or {}), dict(skill or {}))
    note, parts, files = SYNTHETIC if synthetic else "", [], []
    for i, section in enumerate(SECTIONS):
        if should_stop is not None and should_stop():
            raise Cancelled(f"Stopped before {section.title}; {i} of {len(SECTIONS)} figures are written.")
        if on_progress is not None:
            on_progress(Progress(i, len(SECTIONS) + 1, section.title))
        part, written = _part(section, context, directory, note)
        parts.append(part)
        files += written
    if on_progress is not None:
        on_progress(Progress(len(SECTIONS), len(SECTIONS) + 1, "writing the page"))
    about = store.provenance(date=date, command=command, seed=settings.get("choices", {}).get("seed"))
    maps_written = _maps(context, directory / MAPS, about)
    files += maps_written
    facts = origin(run, study, context.references, about)
    text = page(run, facts, parts, remarks=remarks, synthetic=bool(synthetic), files=[f.name for f in files])
    with atomic_write(directory / PAGE) as temporary:
        temporary.write_text(text, encoding="utf-8")
    missing = {part.title: part.reason for part in parts if part.reason}
    return Report(directory / PAGE, (directory / PAGE, *files), missing)


def _part(section: Section, context: Context, directory: Path, note: str) -> tuple[Part, list[Path]]:
    """One section computed, drawn and written, or the reason why it can not be."""
    try:
        frames = section.compute(context)
        empty = isinstance(frames, pd.DataFrame) and frames.empty
        expect(not empty, "there are too few held-out profiles or cells for it")
        image = png(section.draw(frames), _with_batch(note, context.run, frames))
        see = section.see(frames)
    except _UNREADABLE as error:
        return Part(section.key, section.title, section.how, reason=_reason(error, context.run)), []
    files = [directory / f"{section.key}.png", directory / f"{section.key}.csv"]
    with atomic_write(files[0]) as temporary:
        temporary.write_bytes(image)
    write_csv(frames, files[1])
    table = page_table(section.table(frames)) if section.table else None
    encoded = b64encode(image).decode("ascii")
    shown = {"see": see, "image": encoded, "width": shown_width(image), "table": table}
    return Part(section.key, section.title, section.how, **shown), files


def _with_batch(note: str, run: Run, frames: pd.DataFrame | Sequence[pd.DataFrame]) -> str:
    """Return the note of a figure, with that of the batch where it is shown and its chains disagree."""
    tables = [frames] if isinstance(frames, pd.DataFrame) else frames
    return ". ".join(filter(None, (note, batch_note(run, *tables))))


def _maps(context: Context, path: Path, about: Mapping[str, str]) -> list[Path]:
    """All products on the cells of the run as one NetCDF file, where the run has maps."""
    try:
        maps = joined_maps(context.run["carbon_map"], context.references)
    except _UNREADABLE:
        return []
    return [store.save(maps, path, about)]


def _reason(error: Exception, run: Run) -> str:
    text = str(error) if not isinstance(error, KeyError) else f"expected {error} in a table of the run"
    return text.removeprefix(f"run {run.id}: ")
