"""``proda run``: the whole study, from profiles to maps, in one directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from proda_core.commands.interruption import stoppable
from proda_core.commands.load_study import load_study
from proda_core.commands.method_options import with_method_options
from proda_core.commands.options import (
    Data,
    DataDir,
    Json,
    Prior,
    Schedule,
    Scheduler,
    Seed,
    Workers,
    now,
)
from proda_core.commands.output import emit_json, notice, progress_bar
from proda_core.commands.run_results import emit_run, run_facts
from proda_core.hardware import available_cores

if TYPE_CHECKING:
    from proda_core.records.study import Study


@with_method_options()
def run(
    context: typer.Context,
    data: Data = "example",
    schedule: Schedule = "quick",
    seed: Seed = 0,
    prior: Prior = None,
    network: Annotated[
        Literal["modern", "prodanet"], typer.Option(help="Network preset; 'prodanet' is the published one.")
    ] = "modern",
    end_to_end: Annotated[
        bool, typer.Option(help="Also train a network through the soil model, on observed carbon itself.")
    ] = True,
    sites_at_most: Annotated[
        int | None,
        typer.Option(
            min=0,
            help="Use at most so many sites, drawn at random with the seed; 0 uses all. By default "
            "4000 with the schedule 'quick', all with any other.",
        ),
    ] = None,
    split_by: Annotated[
        Literal["place", "site", "block"],
        typer.Option(help="Unit of the split into training and test sites: never divided."),
    ] = "place",
    batch_sites: Annotated[
        Literal["training", "all"],
        typer.Option(
            help="Sites of batch assimilation; 'all' as in the chapter, which has then seen the test sites."
        ),
    ] = "training",
    train_on: Annotated[
        Literal["converged", "fitted"] | None,
        typer.Option(
            help="Sites that train the network: those that converged, or all that fit; by default as the "
            "schedule: 'modern' those that converged, the others all that fit."
        ),
    ] = None,
    npp: Annotated[
        Path | None,
        typer.Option(
            help="GeoTIFF of net primary production (MOD17A3) that replaces the carbon input of sites and "
            "cells."
        ),
    ] = None,
    as_chapter: Annotated[
        bool,
        typer.Option(
            "--as-chapter",
            help="Every choice as in chapter 37, other options excepted; what it cannot follow is listed.",
        ),
    ] = False,
    workers: Workers = None,
    scheduler: Scheduler = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Directory of the run; by default a new one among your runs. An unfinished run with the "
            "same choices is resumed."
        ),
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
    *,
    method: dict[str, Any],
) -> None:
    """Compute the whole study: split, assimilate every site, train the networks, map, and compare.

    Ctrl-C stops the run; `proda runs resume` continues it.
    """
    from proda_core.sources.catalogue import runs_directory

    study = load_study(data, data_dir)
    choices = {"schedule": schedule, "prior": prior, "network": network, "split_by": split_by}
    choices |= {"end_to_end": "end_to_end" if end_to_end else None, "sites_at_most": sites_at_most}
    choices |= {"batch_sites": batch_sites, "train_on": train_on, **method}
    if as_chapter:
        choices = _as_chapter(study, {n: v for n, v in choices.items() if _is_typed(context, n)}, npp)
    directory = output or runs_directory(data_dir) / _name(study.name, choices["schedule"], seed)
    choices |= {"seed": seed, "npp": npp}
    compute_run(study, directory, choices, workers=workers, scheduler=scheduler, as_json=as_json)


def _is_typed(context: typer.Context, name: str) -> bool:
    """Whether an option was given; fields of ``--set`` are not options themselves."""
    source = context.get_parameter_source(name)
    return source is None or source.name != "DEFAULT"


def _as_chapter(study: Study, typed: dict[str, Any], npp: Path | None) -> dict[str, Any]:
    """Return the chapter's choices, typed ones excepted, and print what is not as in the chapter."""
    from proda_core.as_chapter import CHAPTER_CHOICES, departures

    notes = departures(study, typed | {"npp": npp})
    for sentence in notes:
        notice(f"{sentence[0].upper()}{sentence[1:]}.")
    chosen = {**CHAPTER_CHOICES, **typed, "notes": notes}
    if "prior" in typed and "water" not in typed:
        del chosen["water"]  # follows from the prior
    return chosen


def compute_run(
    study: Study,
    directory: Path,
    choices: dict[str, Any],
    *,
    workers: int | None,
    scheduler: str | None,
    as_json: bool,
) -> None:
    """Compute or resume a run and print its results."""
    from proda_core.records.progress import Cancelled

    if study.synthetic:
        notice(f"{study.title}.")
    try:
        with stoppable() as should_stop, progress_bar("Run") as report:
            from proda_core import journey  # imported here: Ctrl-C must not interrupt its compilation

            done = journey.run(
                study,
                directory,
                **choices,
                workers=workers or available_cores(),
                scheduler=scheduler,
                on_progress=report,
                should_stop=should_stop,
            )
    except (Cancelled, KeyboardInterrupt):
        raise Cancelled(_how_to_resume(directory)) from None
    if as_json:
        emit_json(run_facts(done))
    else:
        emit_run(done)


def _name(study: str, schedule: str, seed: int) -> str:
    moment = now().replace("-", "").replace(":", "").replace("T", "-").split("+")[0]
    return f"{moment}-{study}-{schedule}-{seed}"


def _how_to_resume(directory: Path) -> str:
    """Say how to resume a stopped run: by its name among the user's runs, else by its path."""
    from proda_core.runs import SETTINGS
    from proda_core.sources.catalogue import runs_directory

    if not (directory / SETTINGS).exists():
        return "Stopped before the run started."
    shown = directory.name if directory.parent == runs_directory() else directory
    return f"Stopped; finished stages are kept. Resume with: proda runs resume {shown}"
