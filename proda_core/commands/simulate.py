"""``proda simulate``: run the soil model at the sites of a data set."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from proda_core.commands.load_study import load_study
from proda_core.commands.method_options import with_method_options
from proda_core.commands.options import Data, DataDir, Json, Limit, Sites, command_line, now
from proda_core.commands.output import emit_json, notice, warn

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from proda_core.records.forcing import Forcing


@with_method_options(("water", "grid", "bedrock", "advection"), any_field=False)
def simulate(
    output: Annotated[Path, typer.Option(help="NetCDF file (.nc) to write.")],
    data: Data = "example",
    sites: Sites = None,
    limit: Limit = None,
    parameters: Annotated[
        Path | None,
        typer.Option(
            help="CSV with a column 'site' (row number of the data set, from 0) and one column per "
            "parameter, in physical units; by default its sites are simulated. Values outside the prior are "
            "used, with a warning; values physics forbids (a fraction outside 0..1, a turnover time of zero) "
            "are refused. Without it: CLM5's default parameters."
        ),
    ] = None,
    data_dir: DataDir = None,
    as_json: Json = False,
    *,
    method: dict[str, Any],
) -> None:
    """Compute the carbon of every pool and layer at steady state (equation 37.2).

    The file holds the variable carbon (site, pool, layer) in gC m-3. Sites whose forcing has gaps
    hold NaN and are listed in a warning.
    """
    forcing, table = _inputs(load_study(data, data_dir), sites, limit, parameters)
    carbon = _solve(forcing, table, parameters, **method).assign_attrs(data=data)
    _write(carbon, output, parameters)
    incomplete = forcing.sites[~forcing.complete.values].tolist()
    if as_json:
        emit_json({"output": output, "data": data, "sites": forcing.sites, "incomplete_sites": incomplete})
    else:
        notice(
            f"{output}: carbon of {len(forcing)} sites, {carbon.sizes['pool']} pools,"
            f" {carbon.sizes['layer']} layers"
        )


def _inputs(
    study, sites: str | None, limit: int | None, path: Path | None
) -> tuple[Forcing, pd.DataFrame | None]:
    """Forcing and parameters of the chosen sites; by default those of the CSV, else all."""
    from proda_core.commands.sites import choose
    from proda_core.records.checks import InputError
    from proda_core.sources import parameter_file

    table = None if path is None else parameter_file.read(path)
    chosen = choose(study.sites if table is None or sites else table.index.to_numpy(), sites, limit)
    forcing = study.forcing.select(chosen)
    if not forcing.complete.any():
        raise InputError(f"{study.name}: expected complete forcing, found gaps at every site asked for")
    _warn_of_gaps(forcing)
    for sentence in () if table is None else parameter_file.outside_prior(table):
        warn(sentence)
    return forcing, table


def _warn_of_gaps(forcing: Forcing) -> None:
    gaps = forcing.sites[~forcing.complete.values].tolist()
    if gaps:
        named = ", ".join(map(str, gaps[:8])) + (", ..." if len(gaps) > 8 else "")
        warn(f"the forcing of {len(gaps)} sites has gaps; their carbon is NaN (sites {named})")


def _solve(forcing: Forcing, table: pd.DataFrame | None, path: Path | None, **method: Any) -> xr.Dataset:
    from proda_core.records.checks import InputError
    from proda_core.soil_model import steady_state
    from proda_core.soil_model.layer_interpolation import on_layers

    forcing = on_layers(forcing, method.pop("grid", forcing.grid.name))
    try:
        return steady_state.simulate(table, forcing, **method)
    except InputError as error:
        raise InputError(f"{path}: {error}" if path else str(error)) from error


def _write(carbon: xr.Dataset, output: Path, path: Path | None) -> None:
    from proda_core.records import store
    from proda_core.records.checks import expect

    expect(output.suffix == ".nc", f"--output: expected a name ending in .nc, found '{output.name}'")
    inputs = {str(path): store.file_hash(path)} if path else None
    attrs = store.provenance(date=now(), command=command_line(), inputs=inputs)
    with store.atomic_write(output) as temporary:
        carbon.assign_attrs(attrs).to_netcdf(temporary, engine="h5netcdf")
