"""``proda twin``: twin experiment - assimilate observations simulated from known parameters."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

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
    Seed,
    Sites,
    Workers,
    command_line,
    now,
)
from proda_core.commands.output import emit_json, emit_table, notice, progress_bar
from proda_core.hardware import available_cores

HEADINGS = {"sd_ratio": "sd ratio", "coverage_50": "in 50 %", "coverage_90": "in 90 %"}


@with_method_options()
def twin(
    data: Data = "example",
    sites: Sites = None,
    limit: Limit = None,
    schedule: Schedule = "quick",
    seed: Seed = 0,
    prior: Prior = None,
    noise: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="Coefficient of variation of log-normal errors; by default the error the cost function "
            "assumes.",
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="NetCDF file for truth and posterior at every site (.nc).")
    ] = None,
    workers: Workers = None,
    data_dir: DataDir = None,
    as_json: Json = False,
    *,
    method: dict[str, Any],
) -> None:
    """Simulate noisy observations from known parameters, assimilate them, and compare.

    Per parameter and bulk process: correlation of truth and posterior mean over the sites, error and
    posterior width in standard deviations of the truth, and how often the 50 % and 90 % intervals
    contain the truth.
    """
    from proda_core.commands.sites import choose
    from proda_core.records import store
    from proda_core.records.checks import expect

    expect(
        output is None or output.suffix == ".nc", f"--output: expected a name ending in .nc, found {output}"
    )
    study, choices = apply_method(
        load_study(data, data_dir), {"schedule": schedule, "prior": prior, "seed": seed}, method
    )
    chosen = choose(study.sites if sites else study.assimilable(), sites, limit)
    with stoppable() as should_stop, progress_bar("Twin experiment") as report:
        from proda_core.assimilation.twin import recovery
        from proda_core.assimilation.twin import twin as experiment

        found = experiment(
            study.profiles.select(chosen),
            study.forcing.select(chosen),
            **choices,
            noise=noise,
            workers=workers or available_cores(),
            on_progress=report,
            should_stop=should_stop,
        )
    table = recovery(found).to_dict("records")
    if output is not None:
        attrs = store.provenance(date=now(), command=command_line(), seed=seed)
        with store.atomic_write(output) as temporary:
            found.assign_attrs(attrs, data=study.name).to_netcdf(temporary, engine="h5netcdf")
        notice(f"{output}: truth and posterior of {len(chosen)} sites")
    if as_json:
        emit_json({"noise": found.attrs["noise"], "recovery": table})
    else:
        emit_table(
            [{HEADINGS.get(k, k): v for k, v in row.items()} for row in table], "truth planted and found"
        )
