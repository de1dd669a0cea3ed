"""Loading the model of one site: what may wait for the disk or the compiler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import xarray as xr

from dashboard.jobs.data.site_estimates import (
    SiteEstimate,
    batch_estimate,
    chosen_run,
    estimate_from,
    site_estimate,
)
from proda_core.records.checks import InputError
from proda_core.records.study import Study

if TYPE_CHECKING:
    from dashboard.pages.model.site_model import SiteModel


@dataclass(frozen=True)
class LoadedSite:
    """The model of a site, the estimates of its parameters, and what could not be read.

    estimate : of this site; batch : of all sites at once; either is None where there is none
    """

    model: SiteModel
    estimate: SiteEstimate | None
    batch: SiteEstimate | None
    warning: str = ""


def load_site(
    study: Study, site: int, run_id: str, own: xr.Dataset | None, model: SiteModel | None
) -> LoadedSite:
    """Load the model of a site and what assimilation has found for it.

    run_id : the run in view; own : posterior of the visitor's own assimilation, if any
    model : the model of the site where it is loaded already. The first one loads the compiled code.
    """
    from dashboard.pages.model.site_model import SiteModel

    if model is None:
        model = SiteModel(study, site)
        model.steady_state(model.default_inputs)
    estimate = None if own is None else estimate_from(own.isel(site=0), "your assimilation")
    try:
        run = chosen_run(study.name, run_id, "posterior")
        if run is None:
            return LoadedSite(model, estimate, None)
        return LoadedSite(model, estimate or site_estimate(run, site), batch_estimate(run))
    except (InputError, OSError, KeyError, ValueError) as error:
        return LoadedSite(model, estimate, None, f"The posterior of the run cannot be read. {error}")
