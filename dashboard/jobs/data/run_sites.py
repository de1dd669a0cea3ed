"""Profiles stored in a run: carbon by layer of each product at every site, and the posterior's band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from proda_core.runs import Run


@dataclass(frozen=True, eq=False)
class RunSites:
    """Carbon (product, site, layer) [gC m-3] and the posterior's 5 and 95 % (site, layer)."""

    sites: np.ndarray
    carbon: dict[str, np.ndarray]
    band: tuple[np.ndarray, np.ndarray] | None

    def at_site(self, site: int) -> tuple[dict[str, np.ndarray], dict[str, tuple[np.ndarray, np.ndarray]]]:
        """Return profiles and bands by product at one site; both empty if the run does not have it."""
        at = np.flatnonzero(self.sites == site)
        if not at.size:
            return {}, {}
        row = int(at[0])
        bands = {} if self.band is None else {"site_level": (self.band[0][row], self.band[1][row])}
        return {name: values[row] for name, values in self.carbon.items()}, bands


def read_run_sites(run: Run) -> RunSites:
    """Read the profiles that a run has stored."""
    ds = run["site_carbon"]
    order = ds["carbon"].transpose("product", "site", "layer")
    carbon = {
        str(name): order.sel(product=name).values.astype(np.float32) for name in order["product"].values
    }
    return RunSites(ds["site"].values, carbon, _band(run, ds["site"].values))


def _band(run: Run, sites: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Read two variables of a large file, without the draws."""
    if "posterior" not in run.finished:
        return None
    with run.open("posterior") as posterior:
        if "carbon_q05" not in posterior:
            return None
        ends = posterior[["carbon_q05", "carbon_q95"]].reindex(site=sites).load()
    return tuple(ends[name].transpose("site", "layer").values.astype(np.float32) for name in ends)
