"""Sites by what a person types: numbers, or coordinates."""

from __future__ import annotations

import numpy as np

from dashboard.state import coordinates, site_list
from proda_core.records.checks import InputError, expect
from proda_core.records.study import Study
from proda_core.sources.spherical_grid import great_circle


def by_number(study: Study, text: str) -> tuple[int, ...]:
    """The sites of a typed list; every one of them must be in the data set."""
    wanted = site_list.read(text)
    expect(bool(wanted), "Sites: expected numbers such as 3, 7-12; found nothing")
    sites = study.sites
    unknown = np.setdiff1d(wanted, sites)
    if unknown.size:
        raise InputError(
            f"Sites: expected numbers of this data set, {sites.min()} to {sites.max()};"
            f" found {site_list.write(unknown[:5])}"
        )
    return wanted


def nearest(study: Study, text: str) -> tuple[int, float]:
    """The site nearest to typed coordinates, and its distance [km]."""
    lon, lat = coordinates.read(text)
    distance = great_circle(lon, lat, study.profiles.ds["lon"].values, study.profiles.ds["lat"].values)
    i = int(np.argmin(distance))
    return int(study.sites[i]), float(distance[i])


def same_place(study: Study, site: int) -> tuple[int, ...]:
    """All sites with the coordinates of this one, itself included."""
    place = study.profiles.ds["place"].values
    return tuple(int(s) for s in study.sites[place == place[np.flatnonzero(study.sites == site)[0]]])
