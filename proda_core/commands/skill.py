"""``proda skill``: every way from profiles to a map on the same splits, random and spatial."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from proda_core.commands.opening import opened
from proda_core.commands.options import DataDir, Json
from proda_core.commands.output import emit_json, emit_table, notice, progress_bar, stoppable
from proda_core.commands.runs import Name, find

if TYPE_CHECKING:
    import pandas as pd

_KEPT = "skill.partial.csv"
_SHOWN = ("nse", "r2", "rmse", "bias", "splits")


def skill(
    name: Name,
    output: Annotated[
        Path | None, typer.Option(help="CSV of every split; by default skill.csv in the run's directory.")
    ] = None,
    splits: Annotated[
        int, typer.Option(min=1, help="Random splits; spatial ones are always five folds.")
    ] = 5,
    spatial: Annotated[
        Literal["block", "region", "both", "none"],
        typer.Option(help="Hold out half-degree squares, whole regions, both in turn, or nothing spatial."),
    ] = "block",
    every: Annotated[
        bool, typer.Option("--every-step", help="Also the steps that led to each method.")
    ] = False,
    data: Annotated[
        str | None, typer.Option(help="Where the data set lies, if the run was made from a directory.")
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Train every method anew on the same splits, with the posteriors of a run, and score held-out sites.

    Minutes for a thousand sites. What is done is kept in the run's directory: the same command goes on
    where it was stopped. `proda report RUN --skill skill.csv` draws the result.
    """
    from proda_core.comparison.folds import fold_skill
    from proda_core.records import store

    run = find(name, data_dir)
    study = opened(data or run.settings["choices"]["study"], data_dir)
    kinds = {"block": ("block",), "region": ("region",), "both": ("block", "region"), "none": ()}[spatial]
    kept = run.directory / _KEPT
    known = _read_kept(kept)
    if known is not None:
        notice(f"{kept}: {len(known)} rows of an earlier call, not done again")
    with stoppable() as should_stop, progress_bar("Skill") as show:
        from proda_core.skill import HEADLINE, METHODS, random_and_spatial

        table = random_and_spatial(
            *(study, run["posterior"]),
            seeds=tuple(range(splits)),
            spatial=kinds,
            methods=tuple(METHODS) if every else HEADLINE,
            known=known,
            on_rows=lambda rows: _keep(kept, rows),
            on_progress=show,
            should_stop=should_stop,
        )
    path = output or run.directory / "skill.csv"
    with store.replacing(path) as temporary:
        table.to_csv(temporary, index=False)
    kept.unlink(missing_ok=True)
    means = fold_skill({str(by): part for by, part in table.groupby("by", sort=False)})
    rows = means[["by", "method", *_SHOWN]].to_dict("records")
    if as_json:
        emit_json({"file": path, "skill": rows})
    else:
        emit_table(rows, title="held-out sites: means over splits, RMSE and bias in kgC m-3")
    notice(f"{path}: written")


def _keep(path: Path, rows: pd.DataFrame) -> None:
    """Add rows to what is kept until the table is whole."""
    rows.to_csv(path, mode="a", header=not path.exists(), index=False)


def _read_kept(path: Path) -> pd.DataFrame | None:
    """What an earlier call kept; a last line that was cut off is left out."""
    import pandas as pd

    if not path.exists():
        return None
    try:
        table = pd.read_csv(path, on_bad_lines="skip")
        return table[table[["by", "split", "method", "part"]].notna().all(axis=1) & table.iloc[:, -1].notna()]
    except (ValueError, KeyError):
        path.unlink()  # not a table
        return None
