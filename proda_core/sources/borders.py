"""Borders: US states from an installed package, countries from a Natural Earth file, and the
share of a grid cell that lies inside.

US states: U.S. Census Bureau TIGER/Line, as packaged by bokeh_sampledata; they include inland water
and the states' shares of the Great Lakes. Countries and lake shores: Natural Earth, public domain.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from bokeh_sampledata import us_states
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from proda_core.records.checks import InputError, expect, one_of
from proda_core.sources.great_lakes import SHORES
from proda_core.sources.spherical_grid import LatLonGrid

NOT_CONTERMINOUS = ("AK", "HI")
COUNTRIES_FILE = "ne_110m_admin_0_countries.geojson"


@lru_cache(maxsize=1)
def states() -> dict[str, BaseGeometry]:
    """Polygons of the 50 states and DC by postal code [degrees].

    >>> len(states())
    51
    """
    return {record["code"]: record["geometry"] for record in us_states.records()}


@lru_cache(maxsize=1)
def conterminous_us_outline() -> BaseGeometry:
    """The 48 contiguous states and DC as one shape, their shares of the Great Lakes included [degrees].

    >>> [round(v, 1) for v in conterminous_us_outline().bounds]
    [-124.8, 24.4, -67.0, 49.4]
    """
    return shapely.union_all([p for code, p in states().items() if code not in NOT_CONTERMINOUS])


@lru_cache(maxsize=1)
def conterminous_us() -> BaseGeometry:
    """The 48 contiguous states and DC without the Great Lakes, 7.93 million km2 [degrees]."""
    lakes = shapely.union_all([shapely.Polygon(shore) for shore in SHORES.values()])
    return shapely.difference(conterminous_us_outline(), lakes)


REGIONS = {"conterminous_us": conterminous_us}


def region(name: str) -> BaseGeometry:
    """A named region, or a state by its postal code."""
    if name in REGIONS:
        return REGIONS[name]()
    return states()[one_of(name, [*REGIONS, *states()], "region")]


def countries(path: Path | str) -> dict[str, BaseGeometry]:
    """Polygons by country name from a Natural Earth GeoJSON file, or the directory that holds it."""
    path = Path(path)
    path = path / COUNTRIES_FILE if path.is_dir() else path
    expect(path.exists(), f"{path}: expected a Natural Earth file {COUNTRIES_FILE}, found no such file")
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return {_country_name(f["properties"]): shape(f["geometry"]) for f in features}
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration) as error:
        raise InputError(
            f"{path}: expected GeoJSON with named countries, found something else ({error!r})"
        ) from error


def _country_name(properties: dict) -> str:
    return next(str(properties[key]) for key in ("ADMIN", "NAME", "name") if properties.get(key))


def area_fraction(geometry: BaseGeometry, grid: LatLonGrid) -> np.ndarray:
    """Share of each cell inside the polygons, shape (lat, lon) [1], exact on the sphere.

    Areas are computed in the equal-area coordinates (longitude, sin latitude); the curvature of a
    border between two vertices is neglected.
    """
    flat = _equal_area(geometry)
    south_north = np.sort(np.stack([grid.lat_edges[:-1], grid.lat_edges[1:]]), axis=0)
    bottom, top = _sine_degrees(south_north)
    share = np.zeros(grid.shape)
    for turn in (-360.0, 0.0, 360.0):
        share += _shares(flat, bottom, top, grid.lon_edges + turn)
    return np.clip(share, 0.0, 1.0)


def contains(geometry: BaseGeometry, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Whether points lie inside the polygons, bool array."""
    shapely.prepare(geometry)
    return shapely.contains_xy(geometry, lon, lat)


def _shares(flat: BaseGeometry, bottom: np.ndarray, top: np.ndarray, lon_edges: np.ndarray) -> np.ndarray:
    west, south, east, north = flat.bounds
    share = np.zeros((len(bottom), len(lon_edges) - 1))
    near = np.flatnonzero((lon_edges[1:] > west) & (lon_edges[:-1] < east))
    for row in np.flatnonzero((top > south) & (bottom < north)) if len(near) else ():
        strip = shapely.clip_by_rect(flat, west - 1, bottom[row], east + 1, top[row])
        boxes = shapely.box(lon_edges[near], bottom[row], lon_edges[near + 1], top[row])
        share[row, near] = shapely.area(shapely.intersection(boxes, strip)) / shapely.area(boxes)
    return share


def _equal_area(geometry: BaseGeometry) -> BaseGeometry:
    def flatten(points: np.ndarray) -> np.ndarray:
        return np.column_stack([points[:, 0], _sine_degrees(points[:, 1])])

    return shapely.make_valid(shapely.transform(geometry, flatten))


def _sine_degrees(latitude: np.ndarray) -> np.ndarray:
    return np.degrees(np.sin(np.radians(latitude)))
