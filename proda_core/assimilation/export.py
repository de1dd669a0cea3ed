"""A Posterior for other programs: NetCDF, ArviZ's InferenceData, or tables as CSV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import xarray as xr

from proda_core.records.atomic_write import atomic_write
from proda_core.records.checks import expect, one_of
from proda_core.records.posterior import VERDICT_FLAGS, Posterior
from proda_core.records.store import save
from proda_core.vocabulary.parameters import UNITS

FORMATS: tuple[str, ...] = ("netcdf", "arviz", "csv")
_SUFFIX = {"netcdf": ".nc", "arviz": ".nc", "csv": ".csv"}
_PER_SITE = ("verdict", "efficiency", "r2", "rmse", "observations", "chosen_chain")


def export(
    posterior: Posterior, path: str | Path, format: str, provenance: Mapping[str, str] | None = None
) -> list[Path]:
    """Write the posterior for other programs; returns the files written.

    netcdf : everything, CF attributes, one file
    arviz : the draws by parameter name (chain, draw, site), for ``arviz.from_netcdf``
    csv : one row per site and parameter; beside it ``..._sites.csv``, one row per site. Lines that
        begin with # hold the provenance
    """
    path, suffix = Path(path), _SUFFIX[one_of(format, FORMATS, "export format")]
    expect(
        path.suffix == suffix,
        f"{path}: expected a name ending in {suffix} for {format}, found '{path.suffix}'",
    )
    provenance = {**{k: str(v) for k, v in posterior.ds.attrs.items()}, **(provenance or {})}
    if format == "netcdf":
        return [save(posterior, path, provenance)]
    if format == "arviz":
        return [_write_arviz(posterior, path, provenance)]
    return _write_tables(posterior, path, provenance)


def to_inference_data(posterior: Posterior, provenance: Mapping[str, str] | None = None):
    """Return the draws as arviz.InferenceData, a variable (chain, draw, site) of group ``posterior`` each."""
    import arviz  # slow to import

    draws = posterior.ds["draws"].transpose("chain", "draw", "site", "parameter")
    group = xr.Dataset(
        {
            name: draws.sel(parameter=name)
            .reset_coords(drop=True)
            .assign_attrs(units=UNITS[name], long_name=f"posterior draws of {name}")
            for name in posterior.parameters
        }
    )
    statistics = posterior.ds[["acceptance"]].transpose("chain", "site").reset_coords(drop=True)
    attrs = dict(provenance or {})
    return arviz.InferenceData(
        posterior=group.assign_attrs(attrs), sample_stats=statistics.assign_attrs(attrs)
    )


def parameter_table(posterior: Posterior) -> pd.DataFrame:
    """Return one row per site and parameter: unit, moments, quantiles, identifiability, convergence."""
    ds = posterior.ds
    names = [name for name in ds.data_vars if ds[name].dims == ("site", "parameter")]
    frame = ds[names].reset_coords(drop=True).to_dataframe(dim_order=["site", "parameter"]).reset_index()
    frame.insert(2, "unit", frame["parameter"].map(dict(UNITS)))
    return frame


def site_table(posterior: Posterior) -> pd.DataFrame:
    """Return one row per site: verdict in words, fit to the observations, acceptance of each chain."""
    ds = posterior.ds
    frame = ds[[name for name in _PER_SITE if name in ds]].reset_coords(drop=True).to_dataframe()
    frame["verdict"] = frame["verdict"].map(VERDICT_FLAGS)
    if "acceptance" in ds:
        for chain in range(ds.sizes["chain"]):
            frame[f"acceptance_{chain}"] = ds["acceptance"].isel(chain=chain).values
    return frame.reset_index()


def _write_arviz(posterior: Posterior, path: Path, provenance: Mapping[str, str]) -> Path:
    data = to_inference_data(posterior, provenance)
    with atomic_write(path) as temporary:
        data.to_netcdf(str(temporary), engine="h5netcdf")
    return path


def _write_tables(posterior: Posterior, path: Path, provenance: Mapping[str, str]) -> list[Path]:
    head = "".join(f"# {name}: {' '.join(str(value).split())}\n" for name, value in provenance.items())
    head += "# rmse gC m-3; moments and quantiles in the unit of the row\n"
    tables = {
        path: parameter_table(posterior),
        path.with_name(f"{path.stem}_sites{path.suffix}"): site_table(posterior),
    }
    for place, table in tables.items():
        with atomic_write(place) as temporary:
            temporary.write_text(head + table.to_csv(index=False))
    return list(tables)
