"""Taking one site's model in hand: what may wait for a disk or a compiler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import xarray as xr

from dashboard.jobs.data.site_estimates import SiteEstimate, batch_of_run, chosen_run, found_in, site_of_run
from proda_core.records.checks import InputError
from proda_core.records.study import Study

if TYPE_CHECKING:
    from dashboard.pages.model.site_model import SiteModel


@dataclass(frozen=True)
class LoadedSite:
    """The model of a site, what assimilation has found there and for all sites, and what went wrong."""

    hand: SiteModel
    found: SiteEstimate | None
    batch: SiteEstimate | None
    complaint: str = ""


def load_site(
    study: Study, site: int, number: str, own: xr.Dataset | None, hand: SiteModel | None
) -> LoadedSite:
    """Everything the page Model needs of a site.

    number : name of the run in view; own : the posterior of the visitor's own assimilation, if any;
    hand : the site's model if it is there already. The first time this reads the compiled code.
    """
    from dashboard.pages.model.site_model import SiteModel

    if hand is None:
        hand = SiteModel(study, site)
        hand.pools(hand.default_setting)
    found = None if own is None else found_in(own.isel(site=0), "your assimilation")
    try:
        run = chosen_run(study.name, number, "posterior")
        if run is None:
            return LoadedSite(hand, found, None)
        return LoadedSite(hand, found or site_of_run(run, site), batch_of_run(run))
    except (InputError, OSError, KeyError, ValueError) as error:
        return LoadedSite(hand, found, None, f"The posterior of the run cannot be read. {error}")
