"""What a run says of every site: carbon by layer of each product, and the posterior's band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr

from dashboard.jobs.cache import Cache
from dashboard.jobs.job import Job
from dashboard.jobs.tasks.maps import site_carbon
from dashboard.jobs.workers import Workers
from proda_core.runs import Run

KEPT, SITES_KEPT = 3, 500  # runs and single sites held in memory


@dataclass(frozen=True, eq=False)
class RunSites:
    """Carbon (product, site, layer) [gC m-3] and the posterior's 5 and 95 % (site, layer)."""

    sites: np.ndarray
    carbon: dict[str, np.ndarray]
    band: tuple[np.ndarray, np.ndarray] | None

    def of(self, site: int) -> tuple[dict[str, np.ndarray], dict[str, tuple[np.ndarray, np.ndarray]]]:
        """Profiles by product and bands by product at one site; both empty if the run does not have it."""
        at = np.flatnonzero(self.sites == site)
        if not at.size:
            return {}, {}
        row = int(at[0])
        bands = {} if self.band is None else {"site_level": (self.band[0][row], self.band[1][row])}
        return {name: values[row] for name, values in self.carbon.items()}, bands


class RunSitesCache:
    """Profiles of runs, read once for all visitors."""

    def __init__(self) -> None:
        self._kept: Cache[RunSites] = Cache(KEPT)

    def of(self, run: Run) -> RunSites | None:
        """The profiles of a run; None as long as it has none."""
        if "site_carbon" not in run.finished:
            return None
        return self._kept.get_or_create((run.directory, len(run.finished)), lambda: _read(run))


class SiteJobs:
    """Profiles of sites of which a run keeps none: a job each, of which the last ones are kept."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._jobs: Cache[Job] = Cache(SITES_KEPT)

    def job(self, run: Run, data: str, site: int) -> Job:
        """The job of a site of a data set; it results in carbon (layer) [gC m-3] by product."""
        title, directory = f"Profiles of site {site}", str(run.directory)

        def begun() -> Job:
            return Job(self._workers, title, site_carbon, data, directory, site).start()

        key = (directory, len(run.finished), data, site)
        return self._jobs.get_or_create(key, begun, is_stale=lambda job: job.may_retry)


def _read(run: Run) -> RunSites:
    ds = run["site_carbon"]
    order = ds["carbon"].transpose("product", "site", "layer")
    carbon = {
        str(name): order.sel(product=name).values.astype(np.float32) for name in order["product"].values
    }
    return RunSites(ds["site"].values, carbon, _band(run, ds["site"].values))


def _band(run: Run, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Two variables of a large file, without the draws."""
    if "posterior" not in run.finished:
        return None
    with xr.open_dataset(run.path("posterior"), engine="h5netcdf") as posterior:
        if "carbon_q05" not in posterior:
            return None
        ends = posterior[["carbon_q05", "carbon_q95"]].reindex(site=sites).load()
    return tuple(ends[name].transpose("site", "layer").values.astype(np.float32) for name in ends)
