"""Parameters that finished runs have estimated, of one site or of all sites together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from dashboard.jobs.runs import shipped_runs
from proda_core.records.posterior import BATCH_SITE
from proda_core.runs import Run, list_runs
from proda_core.sources.catalogue import runs_directory

_NEEDED = ("mean", "carbon_mean", "carbon_q05", "carbon_q95")


@dataclass(frozen=True)
class SiteEstimate:
    """Parameters by name, and the modelled profile with its band, each (layer) [gC m-3], where known."""

    origin: str
    mean: dict[str, float]
    band: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None


def runs_with(data: str, *stages: str) -> tuple[Run, ...]:
    """Return runs of a data set with these stages finished, the newest first and the shipped ones last."""
    table = list_runs(runs_directory())
    runs = [Run(runs_directory() / str(name)) for name in table["run"][table["study"] == data]]
    runs += [run for run in shipped_runs().values() if run.settings["choices"]["study"] == data]
    return tuple(run for run in runs if set(stages) <= set(run.finished))


def chosen_run(data: str, run_id: str, *stages: str) -> Run | None:
    """Return the run of that id if it has the stages, else the newest one that has; None without one."""
    runs = runs_with(data, *stages)
    return next((run for run in runs if run.id == run_id), runs[0] if runs else None)


def site_estimate(run: Run, site: int) -> SiteEstimate | None:
    """Return the estimate of a run at one site; None if it has none."""
    one = _row(run, "posterior", site)
    return None if one is None else estimate_from(one, f"run {run.id}")


def batch_estimate(run: Run) -> SiteEstimate | None:
    """Return the parameters of a run's batch; None without one."""
    if "batch" not in run.finished:
        return None
    return SiteEstimate(f"run {run.id}", _by_name(_row(run, "batch", BATCH_SITE)))


def estimate_from(one: xr.Dataset, origin: str) -> SiteEstimate | None:
    """Return the estimate of the posterior of one site; None where its mean is unknown."""
    mean = _by_name(one)
    if not np.isfinite(list(mean.values())).all():
        return None
    band = tuple(one[f"carbon_{name}"].values for name in ("mean", "q05", "q95"))
    return SiteEstimate(origin, mean, band)


def _by_name(one: xr.Dataset) -> dict[str, float]:
    return dict(zip(map(str, one["parameter"].values), one["mean"].values.astype(float).tolist()))


def _row(run: Run, stage: str, site: int) -> xr.Dataset | None:
    """Read one site of a posterior, not the rest of the file, which may be large."""
    with run.open(stage) as ds:
        rows = np.flatnonzero(ds["site"].values == site)
        known = [name for name in _NEEDED if name in ds]
        return ds[known].isel(site=int(rows[0])).load() if rows.size else None
