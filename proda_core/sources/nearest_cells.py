"""Forcing and covariates for profiles without their own, from the nearest grid cell of a study."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from sklearn.neighbors import BallTree

from proda_core.records.checks import expect
from proda_core.records.covariates import Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.sources.quality import Note, checked_against_forcing, table
from proda_core.sources.spherical_grid import EARTH_RADIUS

FAR = 60.0  # km; somewhat more than the largest distance inside a half-degree cell from its centre
OWN = {"Lon": "lon", "Lat": "lat"}  # covariates that are the coordinates of the site
_FAR = "nearest grid cell is far: forcing and covariates are another place's"


def nearest(
    lon: np.ndarray, lat: np.ndarray, cell_lon: np.ndarray, cell_lat: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Index of the cell centre nearest to each point (point,) and its distance (point,) [km].

    >>> index, distance = nearest([0.0], [0.0], [5.0, 1.0], [0.0, 0.0])
    >>> int(index[0]), round(float(distance[0]), 1)
    (1, 111.2)
    """
    cells = np.radians(np.column_stack([cell_lat, cell_lon]))
    points = np.radians(np.column_stack([lat, lon]))
    distance, index = BallTree(cells, metric="haversine").query(points, k=1)
    return index[:, 0], distance[:, 0] * EARTH_RADIUS / 1000


def nearest_complete_cells(profiles: Profiles, base: Study) -> tuple[np.ndarray, np.ndarray]:
    """Position of the nearest cell of ``base`` with complete forcing (profile,) and its distance [km].

    Raises InputError where no cell has complete forcing.
    """
    usable = np.flatnonzero(base.cells_forcing.complete.values)
    expect(len(usable) > 0, f"{base.name}: expected grid cells with complete forcing, found none")
    cells = base.cells_forcing.ds.isel(site=usable)
    places = (profiles.ds["lon"].values, profiles.ds["lat"].values, cells["lon"].values, cells["lat"].values)
    index, distance = nearest(*places)
    return usable[index], distance


def study_on(
    profiles: Profiles,
    base: Study,
    *,
    name: str,
    title: str,
    quality: pd.DataFrame | None = None,
    provenance: dict | None = None,
    far: float = FAR,
) -> tuple[Study, pd.DataFrame]:
    """Build a study of these profiles on the grid cells of ``base``; return it and a table of their cells.

    Forcing and covariates are those of the nearest cell with complete forcing; longitude and latitude
    are those of the site. The table has site, lon, lat, cell and distance [km]. Sites more
    than ``far`` km from their cell are noted.
    """
    lon, lat = profiles.ds["lon"].values, profiles.ds["lat"].values
    picked, distance = nearest_complete_cells(profiles, base)
    forcing = Forcing(_forcing_at(base, picked, profiles, distance))
    covariates = Covariates(_covariates_at(base, picked, profiles))
    notes = [
        Note(int(site), _FAR, f"{d:.0f} km", profile_id=int(identity))
        for site, identity, d in zip(profiles.sites, profiles.ds["profile_id"].values, distance)
        if d > far
    ]
    profiles, of_forcing = checked_against_forcing(profiles, forcing)
    notes += of_forcing
    more = table(notes)
    study = Study(
        name=name,
        title=title,
        synthetic=base.synthetic,
        profiles=profiles,
        forcing=forcing,
        covariates=covariates,
        cells_forcing=base.cells_forcing,
        cells_covariates=base.cells_covariates,
        quality=more if quality is None or quality.empty else pd.concat([quality, more], ignore_index=True),
        provenance={"forcing_from": base.name, **(provenance or {})},
    )
    places = {"site": profiles.sites, "lon": lon, "lat": lat, "cell": base.cells_forcing.sites[picked]}
    return study, pd.DataFrame(places | {"distance_km": distance})


def _forcing_at(base: Study, picked: np.ndarray, profiles: Profiles, distance: np.ndarray) -> xr.Dataset:
    ds = base.cells_forcing.ds.drop_vars(["cell_area", "land_fraction"], errors="ignore").isel(site=picked)
    ds = ds.assign_coords(site=profiles.sites)
    for axis in ("lon", "lat"):
        ds[axis] = ("site", profiles.ds[axis].values, base.cells_forcing.ds[axis].attrs)
    words = {"units": "km", "long_name": "distance to the grid cell that provides its forcing"}
    return ds.assign(cell_distance=("site", distance, words))


def _covariates_at(base: Study, picked: np.ndarray, profiles: Profiles) -> xr.Dataset:
    ds = base.cells_covariates.ds.isel(site=picked).assign_coords(site=profiles.sites)
    for name, axis in OWN.items():
        if name in ds:
            ds[name] = ("site", profiles.ds[axis].values, ds[name].attrs)
    return ds
