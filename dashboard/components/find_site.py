"""Sites by what a person types: numbers, or coordinates."""

from __future__ import annotations

import numpy as np

from dashboard.state import coordinates, site_list
from proda_core.records.checks import InputError, expect
from proda_core.records.study import Study


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
    distance = kilometres(lon, lat, study.profiles.ds["lon"].values, study.profiles.ds["lat"].values)
    i = int(np.argmin(distance))
    return int(study.sites[i]), float(distance[i])


def same_place(study: Study, site: int) -> tuple[int, ...]:
    """All sites with the coordinates of this one, itself included."""
    place = study.profiles.ds["place"].values
    return tuple(int(s) for s in study.sites[place == place[np.flatnonzero(study.sites == site)[0]]])


def kilometres(lon: float, lat: float, lons: np.ndarray, lats: np.ndarray) -> np.ndarray:
    """Great-circle distance [km] on a sphere of 6371 km.

    >>> [round(float(d)) for d in kilometres(0.0, 0.0, np.array([0.0, 90.0]), np.array([1.0, 0.0]))]
    [111, 10008]
    """
    a, b = np.radians(lat), np.radians(lats)
    half = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(lons - lon) / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(half))
