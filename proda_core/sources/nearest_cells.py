"""Forcing and covariates for profiles without their own, from the nearest grid cell of a study."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import xarray as xr
from sklearn.neighbors import BallTree

from proda_core.records.checks import InputError, expect
from proda_core.records.covariates import UNKNOWN, Covariates
from proda_core.records.forcing import Forcing
from proda_core.records.profiles import Profiles
from proda_core.records.study import Study
from proda_core.sources.coordinate_mistakes import suspected
from proda_core.sources.quality import KEPT, SET_ASIDE, Note, checked_against_forcing, table
from proda_core.sources.spherical_grid import EARTH_RADIUS

FAR = 60.0  # km; somewhat more than the largest distance inside a half-degree cell from its centre
MAX_DISTANCE = 100.0  # km; beyond it a site has no forcing
OWN = {"Lon": "lon", "Lat": "lat"}  # covariates that are the coordinates of the site
_BEYOND = "no grid cell with forcing near enough: profile set aside"
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


def distance_to_forcing(base: Study, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Distance of points (point,) [km] to the nearest cell of ``base`` with complete forcing."""
    cells = base.cells_forcing.ds.isel(site=np.flatnonzero(base.cells_forcing.complete.values))
    return nearest(lon, lat, cells["lon"].values, cells["lat"].values)[1]


def study_on(
    profiles: Profiles,
    base: Study,
    *,
    name: str,
    title: str,
    quality: pd.DataFrame | None = None,
    provenance: dict | None = None,
    far: float = FAR,
    max_distance: float | None = None,
) -> tuple[Study, pd.DataFrame]:
    """Build a study of these profiles on the grid cells of ``base``; return it and a table of their cells.

    Forcing and covariates are those of the nearest cell with complete forcing; longitude and latitude
    are those of the site. The table has site, lon, lat, cell and distance [km]. Sites more
    than ``far`` km from their cell are noted. Those beyond ``max_distance`` km, and those whose coordinates
    look swapped or unsigned, have neither forcing nor covariates and are set aside.

    max_distance : [km]; by default 100, or none where the base is synthetic and has no real place

    Raises InputError where every site is set aside.
    """
    lon, lat = profiles.ds["lon"].values, profiles.ds["lat"].values
    picked, distance = nearest_complete_cells(profiles, base)
    limit = max_distance if max_distance is not None else np.inf if base.synthetic else MAX_DISTANCE
    mistakes = suspected(lon, lat, partial(distance_to_forcing, base), min(limit, MAX_DISTANCE))
    beyond = (distance > limit) | (mistakes != "")
    _expect_some_near(distance, mistakes, limit, base)
    forcing = Forcing(_without(_forcing_at(base, picked, profiles, distance), beyond))
    covariates = Covariates(_without(_covariates_at(base, picked, profiles), beyond))
    notes = _distance_notes(profiles, distance, mistakes, far, limit)
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


def _expect_some_near(distance: np.ndarray, mistakes: np.ndarray, limit: float, base: Study) -> None:
    if ((distance <= limit) & (mistakes == "")).any():
        return
    words, counts = np.unique(mistakes[mistakes != ""], return_counts=True)
    hint = f"; {words[counts.argmax()]}" if len(words) else ""
    raise InputError(
        f"coordinates: expected sites within {min(limit, MAX_DISTANCE):g} km of a cell of {base.name}, found"
        f" the nearest {distance.min():,.0f} km away{hint}"
    )


def _distance_notes(
    profiles: Profiles, distance: np.ndarray, mistakes: np.ndarray, far: float, limit: float
) -> list[Note]:
    notes = []
    for i in np.flatnonzero(distance > min(far, limit)):
        site, identity = int(profiles.sites[i]), int(profiles.ds["profile_id"].values[i])
        found = f"{distance[i]:.0f} km" + (f"; {mistakes[i]}" if mistakes[i] else "")
        reason, consequence = (_BEYOND, SET_ASIDE) if distance[i] > limit or mistakes[i] else (_FAR, KEPT)
        notes.append(Note(site, reason, found, consequence, profile_id=identity))
    return notes


def _without(ds: xr.Dataset, beyond: np.ndarray) -> xr.Dataset:
    """The data set with no values at some sites (site,), but for their places and distances."""
    if not beyond.any():
        return ds
    ds = ds.copy(deep=True)
    for name, field in ds.data_vars.items():
        if "site" in field.dims and name not in ("lon", "lat", "cell_distance", *OWN):
            nothing = np.nan if field.dtype.kind == "f" else UNKNOWN
            ds[name] = field.where(xr.DataArray(~beyond, dims="site"), nothing).astype(field.dtype)
            ds[name].attrs.update(field.attrs)
    return ds


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
