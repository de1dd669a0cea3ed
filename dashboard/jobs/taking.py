"""Taking one site's model in hand: what may wait for a disk or a compiler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import xarray as xr

from dashboard.jobs.retrieved import FoundAtSite, batch_of_run, chosen_run, found_in, site_of_run
from proda_core.records.checks import InputError
from proda_core.records.study import Study

if TYPE_CHECKING:
    from dashboard.jobs.hand import Hand


@dataclass(frozen=True)
class Taken:
    """The model of a site, what assimilation has found there and for all sites, and what went wrong."""

    hand: Hand
    found: FoundAtSite | None
    batch: FoundAtSite | None
    complaint: str = ""


def take_up(study: Study, site: int, number: str, own: xr.Dataset | None, hand: Hand | None) -> Taken:
    """Everything the page Model needs of a site.

    number : name of the run in view; own : the posterior of the visitor's own assimilation, if any;
    hand : the site's model if it is there already. The first time this reads the compiled code.
    """
    from dashboard.jobs.hand import Hand

    if hand is None:
        hand = Hand(study, site)
        hand.pools(hand.default_setting)
    found = None if own is None else found_in(own.isel(site=0), "your assimilation")
    try:
        run = chosen_run(study.name, number, "posterior")
        if run is None:
            return Taken(hand, found, None)
        return Taken(hand, found or site_of_run(run, site), batch_of_run(run))
    except (InputError, OSError, KeyError, ValueError) as error:
        return Taken(hand, found, None, f"The posterior of the run cannot be read. {error}")
