"""Sites by what is typed: numbers, or coordinates."""

from __future__ import annotations

import numpy as np

from dashboard.state import coordinates, site_list
from proda_core.records.checks import InputError, expect
from proda_core.records.study import Study
from proda_core.sources.spherical_grid import great_circle

FARTHEST_KM = 500.0  # farther from every site, a place is outside the data set or typed the wrong way round


def sites_by_number(study: Study, text: str) -> tuple[int, ...]:
    """Return the sites of a typed list; InputError unless every one of them is in the data set."""
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


def nearest_site(study: Study, text: str) -> tuple[int, float]:
    """Return the site nearest to typed coordinates, and its distance [km]; InputError if it is far away."""
    lon, lat = coordinates.read(text)
    distance = _distances(study, lon, lat)
    i = int(np.argmin(distance))
    if distance[i] > FARTHEST_KM:
        raise InputError(
            f"Coordinates: expected a place within {FARTHEST_KM:g} km of a site, latitude first;"
            f" found {text.strip()[:40]!r}, {distance[i]:,.0f} km from the nearest one."
            f"{_suggestion(study, lon, lat)}"
        )
    return int(study.sites[i]), float(distance[i])


def sites_at_same_place(study: Study, site: int) -> tuple[int, ...]:
    """Return all sites with the coordinates of this one, itself included."""
    place = study.profiles.ds["place"].values
    return tuple(int(s) for s in study.sites[place == place[np.flatnonzero(study.sites == site)[0]]])


def _distances(study: Study, lon: float, lat: float) -> np.ndarray:
    """Return the distance [km] of every site from a place."""
    return great_circle(lon, lat, study.profiles.ds["lon"].values, study.profiles.ds["lat"].values)


def _suggestion(study: Study, lon: float, lat: float) -> str:
    """Return a question about the same numbers the other way round, if there is a site near that place."""
    swapped = abs(lon) <= 90 and _distances(study, lat, lon).min() <= FARTHEST_KM
    return f" Did you mean {lon:g}, {lat:g}?" if swapped else ""
