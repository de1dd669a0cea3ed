"""``proda skill``: score every method on the same splits, random and spatial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from proda_core.commands.interruption import stoppable
from proda_core.commands.load_study import load_study
from proda_core.commands.options import DataDir, Json, RunData, RunName
from proda_core.commands.output import emit_json, emit_table, notice, progress_bar
from proda_core.commands.run_lookup import find_run

if TYPE_CHECKING:
    import pandas as pd

_PARTIAL = "skill.partial.csv"
_SHOWN = ("nse", "r2", "rmse", "bias", "splits")


def skill(
    name: RunName,
    output: Annotated[
        Path | None, typer.Option(help="CSV of every split; by default skill.csv in the run's directory.")
    ] = None,
    splits: Annotated[
        int, typer.Option(min=1, help="Random splits; spatial ones are always five folds.")
    ] = 5,
    spatial: Annotated[
        Literal["block", "region", "both", "none"],
        typer.Option(help="Spatial splits: half-degree squares, whole regions, both, or none."),
    ] = "block",
    every: Annotated[
        bool, typer.Option("--every-step", help="Also score the intermediate steps of each method.")
    ] = False,
    data: RunData = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Train every method on the same splits, with the posteriors of a run, and score held-out sites.

    Takes minutes for a thousand sites. Finished splits are stored in the run's directory: the same command
    resumes where it was stopped. `proda report RUN --skill skill.csv` draws the result.
    """
    from proda_core.comparison.folds import fold_skill
    from proda_core.records import store
    from proda_core.run_source import source_of
    from proda_core.run_study import model_of_run, study_of_run

    run = find_run(name, data_dir)
    study = study_of_run(run, load_study(data or source_of(run), data_dir))
    kinds = {"block": ("block",), "region": ("region",), "both": ("block", "region"), "none": ()}[spatial]
    partial = run.directory / _PARTIAL
    known = _read_partial(partial)
    if known is not None:
        notice(f"{partial}: {len(known)} rows of an earlier call, not computed again")
    with stoppable() as should_stop, progress_bar("Skill") as report:
        from proda_core.skill import HEADLINE, METHODS, random_and_spatial

        table = random_and_spatial(
            *(study, run["posterior"]),
            seeds=tuple(range(splits)),
            spatial=kinds,
            methods=tuple(METHODS) if every else HEADLINE,
            known=known,
            on_rows=lambda rows: _append(partial, rows),
            settings=model_of_run(run, study.forcing),
            on_progress=report,
            should_stop=should_stop,
        )
    path = output or run.directory / "skill.csv"
    with store.atomic_write(path) as temporary:
        table.to_csv(temporary, index=False)
    partial.unlink(missing_ok=True)
    means = fold_skill({str(by): part for by, part in table.groupby("by", sort=False)})
    rows = means[["by", "method", *_SHOWN]].to_dict("records")
    if as_json:
        emit_json({"file": path, "skill": rows})
    else:
        emit_table(rows, title="held-out sites: means over splits, RMSE and bias in kgC m-3")
    notice(f"{path}: written")


def _append(path: Path, rows: pd.DataFrame) -> None:
    """Append rows to the table of finished splits."""
    rows.to_csv(path, mode="a", header=not path.exists(), index=False)


def _read_partial(path: Path) -> pd.DataFrame | None:
    """Read the splits an earlier call finished, without a last line that is incomplete."""
    import pandas as pd

    if not path.exists():
        return None
    try:
        table = pd.read_csv(path, on_bad_lines="skip")
        return table[table[["by", "split", "method", "part"]].notna().all(axis=1) & table.iloc[:, -1].notna()]
    except (ValueError, KeyError):
        path.unlink()  # not a table
        return None
