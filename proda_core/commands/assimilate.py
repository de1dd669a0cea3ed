"""``proda assimilate``: what observed carbon says about the parameters, site by site or all at once."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proda_core.commands.opening import opened
from proda_core.commands.options import (
    Data,
    DataDir,
    Json,
    Limit,
    Prior,
    Schedule,
    Scheduler,
    Seed,
    Sites,
    Workers,
    command_line,
    cores,
    now,
)
from proda_core.commands.output import emit_json, emit_table, notice, progress_bar, stoppable

if TYPE_CHECKING:
    import numpy as np

    from proda_core.records.posterior import Posterior
    from proda_core.records.study import Study

app = typer.Typer(no_args_is_help=True, help="Assimilation: each profile by itself, or all profiles at once.")
ROWS_SHOWN = 20
HEADINGS = {
    "efficiency": "E",
    "rmse": "RMSE gC m-3",
    "r2": "R2",
    "worst_gelman_rubin": "worst GR",
    "worst_rhat": "worst R-hat",
    "acceptance": "accepted",
}
Output = Annotated[Path, typer.Option(help="File to write the posterior to: .nc (NetCDF) or .zarr.")]


@app.command(epilog="Example: `proda assimilate sites --data example --limit 5 --output posterior.nc`")
def sites(
    output: Output,
    data: Data = "example",
    sites: Sites = None,
    limit: Limit = None,
    schedule: Schedule = "quick",
    seed: Seed = 0,
    prior: Prior = "proda",
    workers: Workers = None,
    scheduler: Scheduler = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Find the posterior of the parameters at each site from its own profile.

    Without --sites: all sites with two usable depths, complete forcing and carbon input. Finished sites
    are kept beside the output as it goes; the same command goes on where it was stopped.
    """
    study, chosen = _prepare(data, data_dir, sites, limit, output)
    posterior = _carry_out(
        "assimilate",
        "Assimilating sites",
        study,
        chosen,
        output,
        schedule=schedule,
        seed=seed,
        prior=prior,
        workers=workers or cores(),
        scheduler=scheduler,
    )
    _show(posterior, output, as_json)


@app.command(epilog="Example: `proda assimilate batch --data northeast --output batch.nc`")
def batch(
    output: Output,
    data: Data = "example",
    sites: Sites = None,
    limit: Limit = None,
    schedule: Schedule = "quick",
    seed: Seed = 0,
    prior: Prior = "proda",
    workers: Workers = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Find one set of parameters for all sites together (its site number is -1).

    The chains are kept beside the output as they go; the same command goes on where it was stopped.
    """
    study, chosen = _prepare(data, data_dir, sites, limit, output)
    posterior = _carry_out(
        "assimilate_batch",
        "Assimilating all at once",
        study,
        chosen,
        output,
        schedule=schedule,
        seed=seed,
        prior=prior,
        workers=workers or cores(),
    )
    _show(posterior, output, as_json)


def _carry_out(
    verb: str, what: str, study: Study, chosen: np.ndarray, output: Path, **choices: Any
) -> Posterior:
    """Do the work with a bar, stoppable from the first import on, and write the posterior."""
    from proda_core.records import store
    from proda_core.records.progress import Cancelled

    profiles, forcing = study.profiles.select(chosen), study.forcing.select(chosen)
    parts = output.with_name(f"{output.name}.parts")
    try:
        with stoppable() as should_stop, progress_bar(what) as show:
            assimilation = import_module("proda_core.assimilation")
            posterior = getattr(assimilation, verb)(
                profiles, forcing, on_progress=show, should_stop=should_stop, directory=parts, **choices
            )
    except (Cancelled, KeyboardInterrupt):
        raise Cancelled(f"Stopped; what is finished is in {parts}. The same command goes on.") from None
    attrs = store.provenance(date=now(), command=command_line(), seed=choices["seed"])
    store.save(posterior, output, {**attrs, "data": study.name, "synthetic": str(study.synthetic)})
    shutil.rmtree(parts, ignore_errors=True)
    return posterior


def _show(posterior: Posterior, output: Path, as_json: bool) -> None:
    rows = summary(posterior)
    if as_json:
        emit_json({"output": output, "sites": rows})
        return
    emit_table(
        [{HEADINGS.get(k, k): v for k, v in row.items()} for row in rows[:ROWS_SHOWN]], _title(len(rows))
    )
    notice(f"{output}: posterior of {len(rows)} sites, {len(posterior.kept)} kept")


def _title(rows: int) -> str:
    return (
        "posterior by site" if rows <= ROWS_SHOWN else f"posterior by site, the first {ROWS_SHOWN} of {rows}"
    )


def _prepare(
    data: str, data_dir: Path | None, sites: str | None, limit: int | None, output: Path
) -> tuple[Study, np.ndarray]:
    """The study and its sites to assimilate; a wrong name for the output is told before the work."""
    from proda_core.commands.sites import choose
    from proda_core.records.checks import one_of
    from proda_core.records.store import ENGINES

    one_of(output.suffix, ENGINES, "--output: ending of the name")
    study = opened(data, data_dir)
    return study, choose(study.sites if sites else study.assimilable(), sites, limit)


def summary(posterior: Posterior) -> list[dict[str, Any]]:
    """One row per site: verdict, fit and the worst of the diagnostics over the parameters."""
    from proda_core.records.posterior import VERDICT_FLAGS

    ds = posterior.ds
    columns = {"site": ds["site"], "verdict": [VERDICT_FLAGS[int(code)] for code in ds["verdict"].values]}
    columns |= {name: ds[name] for name in ("efficiency", "r2", "rmse") if name in ds}
    columns |= {f"worst_{name}": ds[name].max("parameter") for name in ("gelman_rubin", "rhat") if name in ds}
    if "acceptance" in ds:
        columns["acceptance"] = ds["acceptance"].mean("chain")
    values = [value if isinstance(value, list) else value.values.tolist() for value in columns.values()]
    return [dict(zip(columns, row)) for row in zip(*values)]
