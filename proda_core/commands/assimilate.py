"""``proda assimilate``: posteriors of the parameters, site by site or for all sites together."""

from __future__ import annotations

import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proda_core.commands.interruption import stoppable
from proda_core.commands.load_study import load_study
from proda_core.commands.method_options import apply_method, with_method_options
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
    now,
)
from proda_core.commands.output import emit_json, emit_table, notice, progress_bar
from proda_core.hardware import available_cores

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
@with_method_options()
def sites(
    output: Output,
    data: Data = "example",
    sites: Sites = None,
    limit: Limit = None,
    schedule: Schedule = "quick",
    seed: Seed = 0,
    prior: Prior = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    data_dir: DataDir = None,
    as_json: Json = False,
    *,
    method: dict[str, Any],
) -> None:
    """Sample the posterior of the parameters at each site from its own profile.

    Without --sites: all sites with two usable depths, complete forcing and carbon input. Finished sites
    are stored beside the output; the same command resumes where it was stopped.
    """
    _assimilate(
        "assimilate",
        "Assimilating sites",
        *_inputs(data, data_dir, sites, limit, output),
        *(output, as_json, method),
        **{"schedule": schedule, "seed": seed, "prior": prior, "workers": workers, "scheduler": scheduler},
    )


@app.command(epilog="Example: `proda assimilate batch --data northeast --output batch.nc`")
@with_method_options()
def batch(
    output: Output,
    data: Data = "example",
    sites: Sites = None,
    limit: Limit = None,
    schedule: Schedule = "quick",
    seed: Seed = 0,
    prior: Prior = None,
    workers: Workers = None,
    data_dir: DataDir = None,
    as_json: Json = False,
    *,
    method: dict[str, Any],
) -> None:
    """Sample one posterior of the parameters for all sites together (its site number is -1).

    The chains are stored beside the output; the same command resumes where it was stopped.
    """
    _assimilate(
        "assimilate_batch",
        "Assimilating all at once",
        *_inputs(data, data_dir, sites, limit, output),
        *(output, as_json, method),
        **{"schedule": schedule, "seed": seed, "prior": prior, "workers": workers},
    )


def _assimilate(
    verb: str,
    what: str,
    study: Study,
    chosen: np.ndarray,
    output: Path,
    as_json: bool,
    method: dict[str, Any],
    **choices: Any,
) -> None:
    """Call a verb of the assimilation, write the posterior to ``output`` and print its summary."""
    choices["workers"] = choices["workers"] or available_cores()
    study, choices = apply_method(study, choices, method, batch=verb == "assimilate_batch")
    _print(_compute(verb, what, study, chosen, output, **choices), output, as_json)


def _compute(
    verb: str, what: str, study: Study, chosen: np.ndarray, output: Path, **choices: Any
) -> Posterior:
    """Compute with a progress bar, stoppable from the first import on, and write the posterior."""
    from proda_core.records import store
    from proda_core.records.directory_lock import only_writer
    from proda_core.records.progress import Cancelled

    profiles, forcing = study.profiles.select(chosen), study.forcing.select(chosen)
    parts = output.with_name(f"{output.name}.parts")
    try:
        with only_writer(parts), stoppable() as should_stop, progress_bar(what) as report:
            assimilation = import_module("proda_core.assimilation")
            posterior = getattr(assimilation, verb)(
                profiles, forcing, on_progress=report, should_stop=should_stop, directory=parts, **choices
            )
    except (Cancelled, KeyboardInterrupt):
        raise Cancelled(f"Stopped; finished work is in {parts}. The same command resumes it.") from None
    attrs = store.provenance(date=now(), command=command_line(), seed=choices["seed"])
    store.save(posterior, output, {**attrs, "data": study.name, "synthetic": str(study.synthetic)})
    shutil.rmtree(parts, ignore_errors=True)
    return posterior


def _print(posterior: Posterior, output: Path, as_json: bool) -> None:
    rows = summary(posterior)
    if as_json:
        emit_json({"output": output, "convergence": _outcome(posterior), "sites": rows})
        return
    emit_table(
        [{HEADINGS.get(k, k): v for k, v in row.items()} for row in rows[:ROWS_SHOWN]], _title(len(rows))
    )
    notice(f"{output}: {_outcome(posterior)}")


def _outcome(posterior: Posterior) -> str:
    """Return how many sites were kept and converged, or whether the batch converged."""
    from proda_core.comparison.convergence import batch_sentence, sites_sentence
    from proda_core.records.posterior import BATCH_SITE

    if posterior.sites.tolist() == [BATCH_SITE]:
        return batch_sentence(posterior.ds)
    kept = f"posterior of {len(posterior)} sites, {len(posterior.kept)} kept"
    return f"{kept}; {sites_sentence(posterior.ds)}"


def _title(rows: int) -> str:
    return (
        "posterior by site" if rows <= ROWS_SHOWN else f"posterior by site, the first {ROWS_SHOWN} of {rows}"
    )


def _inputs(
    data: str, data_dir: Path | None, sites: str | None, limit: int | None, output: Path
) -> tuple[Study, np.ndarray]:
    """The study and its sites to assimilate; raises InputError where the output has a wrong ending."""
    from proda_core.commands.sites import choose
    from proda_core.records.checks import one_of
    from proda_core.records.store import ENGINES

    one_of(output.suffix, ENGINES, "--output: ending of the name")
    study = load_study(data, data_dir)
    return study, choose(study.sites if sites else study.assimilable(), sites, limit)


def summary(posterior: Posterior) -> list[dict[str, Any]]:
    """One row per site: verdict, fit, and the worst diagnostic over the parameters."""
    from proda_core.records.posterior import VERDICT_FLAGS

    ds = posterior.ds
    columns = {"site": ds["site"], "verdict": [VERDICT_FLAGS[int(code)] for code in ds["verdict"].values]}
    columns |= {name: ds[name] for name in ("efficiency", "r2", "rmse") if name in ds}
    columns |= {f"worst_{name}": ds[name].max("parameter") for name in ("gelman_rubin", "rhat") if name in ds}
    if "acceptance" in ds:
        columns["acceptance"] = ds["acceptance"].mean("chain")
    values = [value if isinstance(value, list) else value.values.tolist() for value in columns.values()]
    return [dict(zip(columns, row)) for row in zip(*values)]
