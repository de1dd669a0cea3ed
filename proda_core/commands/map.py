"""``proda map``: map the network of a run on a grid of any resolution."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from proda_core.commands.interruption import stoppable
from proda_core.commands.load_study import load_study
from proda_core.commands.options import DataDir, Json, RunData, RunName, Workers
from proda_core.commands.output import emit_json, notice, progress_bar, warn
from proda_core.commands.run_lookup import find_run
from proda_core.hardware import available_cores
from proda_core.records.checks import InputError

if TYPE_CHECKING:
    from proda_core.mapping.fine_grid import FineGrid
    from proda_core.mapping.gridded_covariates import Gridded


def map_(
    name: RunName,
    resolution: Annotated[
        float, typer.Option(help="Size of a pixel in degrees: 0.5 or an even part of it; 0.0083333 is 1 km.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            help="Directory for map.zarr, stock.tif and parameters.tif; an unfinished map there is resumed."
        ),
    ],
    product: Annotated[
        Literal["proda", "end_to_end"],
        typer.Option(help="Network that predicts the parameters: two-step or end-to-end."),
    ] = "proda",
    bounds: Annotated[
        str | None, typer.Option(help="Only cells within 'west,south,east,north', in degrees.")
    ] = None,
    covariates: Annotated[
        Path | None,
        typer.Option(
            help="NetCDF or Zarr of covariates (lat, lon) under their names; without it they are interpolated"
            " between the cells of the data set, and the map is labelled synthetic."
        ),
    ] = None,
    parameters: Annotated[bool, typer.Option(help="Also write the 21 parameters of every pixel.")] = True,
    data: RunData = None,
    workers: Workers = None,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Map parameters and carbon tile by tile, as Zarr and Cloud-Optimised GeoTIFF.

    Ctrl-C stops it; the same command resumes.
    """
    from proda_core.mapping.fine_covariates import Interpolated
    from proda_core.mapping.fine_grid import fine_grid
    from proda_core.mapping.geotiff import write_cog
    from proda_core.mapping.gridded_covariates import open_gridded
    from proda_core.mapping.tiles import FineMap, fine_map
    from proda_core.run_source import source_of
    from proda_core.run_study import model_of_run, study_of_run

    run = find_run(name, data_dir)
    study = study_of_run(run, load_study(data or source_of(run), data_dir))
    network = run["network" if product == "proda" else "end_to_end"]
    cells = study.cells_covariates
    fine = Interpolated(cells) if covariates is None else open_gridded(covariates, cells)
    grid = fine_grid(study.cells_forcing, resolution, _bounds(bounds))
    settings = model_of_run(run, study.forcing)
    mapped = FineMap(network, fine, study.cells_forcing, grid, parameters, settings)
    asked = {"run": run.id, "started": run.settings["started"], "product": product, "bounds": bounds}
    asked |= {"resolution": grid.step, "covariates": fine.origin, "parameters": parameters}
    asked |= {"title": f"{study.title}, {product}", "synthetic": int(study.synthetic)}
    notice(f"{grid.land:,} pixels on land; {fine.origin}.")
    if covariates is not None:
        report_coverage(fine, grid, covariates)
    with stoppable() as should_stop, progress_bar("Map") as report:
        choices = {"workers": workers or available_cores(), "on_progress": report, "should_stop": should_stop}
        store = fine_map(mapped, output, asked=asked, **choices)
        files = [store, write_cog(store, "stock", output / "stock.tif", report)]
        if parameters:
            files.append(write_cog(store, "parameter_mean", output / "parameters.tif", report))
    if as_json:
        emit_json({"files": files, "pixels": grid.land})
    for file in files:
        notice(f"{file}: written")


def report_coverage(fine: Gridded, grid: FineGrid, path: Path) -> None:
    """Report pixels outside the covariates; raises InputError where all of them are."""
    covered = fine.covered(grid)
    lon, lat = fine.ds["lon"].values, fine.ds["lat"].values
    if covered == 0:
        raise InputError(
            f"{path}: expected covariates at the cells of the map, {grid.lon[0]:g} to {grid.lon[-1]:g} east"
            f" and {grid.lat[-1]:g} to {grid.lat[0]:g} north; found {lon[0]:g} to {lon[-1]:g} east and"
            f" {lat[0]:g} to {lat[-1]:g} north"
        )
    if covered < grid.land:
        warn(f"{grid.land - covered:,} of {grid.land:,} pixels are outside {path.name} and stay empty")


def _bounds(text: str | None) -> tuple[float, float, float, float] | None:
    if text is None:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        raise InputError(f"--bounds: expected 'west,south,east,north' in degrees, found {text!r}") from None
    return west, south, east, north
