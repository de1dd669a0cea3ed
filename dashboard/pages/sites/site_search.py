"""Sites by what a person types: numbers, or coordinates."""

from __future__ import annotations

import numpy as np

from dashboard.state import coordinates, site_list
from proda_core.records.checks import InputError, expect
from proda_core.records.study import Study
from proda_core.sources.spherical_grid import great_circle

FARTHEST = 500.0  # km; a place farther from every site is not of this data set, or typed the wrong way round


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
    """The site nearest to typed coordinates, and its distance [km]; InputError if it is far away."""
    lon, lat = coordinates.read(text)
    distance = great_circle(lon, lat, study.profiles.ds["lon"].values, study.profiles.ds["lat"].values)
    i = int(np.argmin(distance))
    expect(
        distance[i] <= FARTHEST,
        f"Coordinates: expected a place within {FARTHEST:g} km of a site, latitude first such as 42.5, -76.1;"
        f" found {text.strip()[:40]!r}, which is {distance[i]:,.0f} km away from the nearest one",
    )
    return int(study.sites[i]), float(distance[i])


def same_place(study: Study, site: int) -> tuple[int, ...]:
    """All sites with the coordinates of this one, itself included."""
    place = study.profiles.ds["place"].values
    return tuple(int(s) for s in study.sites[place == place[np.flatnonzero(study.sites == site)[0]]])
