"""The ground under every map: an equal-area projection, borders of states, cells as they lie.

Borders: U.S. Census Bureau TIGER/Line, from the installed package that also says what lies inside.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from pyproj import Transformer

from proda_core.comparison.cells import CELL_SIZE
from proda_core.report.style import LAND, MUTED
from proda_core.sources.borders import NOT_CONTERMINOUS, states

_DETAIL = 0.02  # degrees, finer than a pixel of these maps
_MARGIN = 2.0  # degrees of neighbouring land drawn around the data


@dataclass(frozen=True, eq=False)
class Ground:
    """The map of some places (place,) [degrees]: Albers' equal-area projection fitted to their box."""

    lon: np.ndarray
    lat: np.ndarray

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north [degrees], half a cell wider than the places reach."""
        half = CELL_SIZE / 2
        west, south = np.min(self.lon) - half, np.min(self.lat) - half
        return west, south, np.max(self.lon) + half, np.max(self.lat) + half

    @cached_property
    def _transformer(self) -> Transformer:
        west, south, east, north = self.box
        lower, upper = south + (north - south) / 6, north - (north - south) / 6
        middle = (west + east) / 2
        albers = f"+proj=aea +lat_1={lower} +lat_2={upper} +lat_0={lower} +lon_0={middle} +units=km"
        return Transformer.from_crs("EPSG:4326", albers, always_xy=True)

    def project(self, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
        """Places (n, 2) on the map [km]."""
        return np.column_stack(self._transformer.transform(np.asarray(lon), np.asarray(lat)))

    @cached_property
    def limits(self) -> tuple[float, float, float, float]:
        """Left, right, bottom, top of the map [km]: as far as the cells around the places reach."""
        points = self.project(*_corners(np.asarray(self.lon), np.asarray(self.lat)).reshape(-1, 2).T)
        (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
        margin = 0.015 * max(right - left, top - bottom)
        return left - margin, right + margin, bottom - margin, top + margin

    @property
    def aspect(self) -> float:
        """Height of the map over its width."""
        left, right, bottom, top = self.limits
        return (top - bottom) / (right - left)

    @cached_property
    def _borders(self) -> list[np.ndarray]:
        window = shapely.buffer(shapely.box(*self.box), _MARGIN)
        near = [shape for shape in _simple_states() if shapely.intersects(shape, window)]
        rings = [shapely.get_coordinates(p.exterior) for s in near for p in shapely.get_parts(s)]
        return [self.project(*ring.T) for ring in rings]

    def prepare(self, axes: Axes) -> None:
        """Land and borders on an axes without ticks, in true proportion."""
        land = PolyCollection(self._borders, facecolor=LAND, edgecolor="none", zorder=0)
        lines = LineCollection(self._borders, color=MUTED, linewidth=0.35, zorder=3)
        for artist in (land, lines):
            axes.add_collection(artist, autolim=False)
        left, right, bottom, top = self.limits
        axes.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", xticks=[], yticks=[])
        axes.spines[:].set_visible(False)

    def cells(
        self,
        axes: Axes,
        lon: np.ndarray,
        lat: np.ndarray,
        values: np.ndarray,
        *,
        cmap: str,
        vmin: float,
        vmax: float,
    ) -> PolyCollection:
        """Half-degree cells coloured by their values; cells without one stay as the land is."""
        known = np.isfinite(values)
        corners = _corners(lon[known], lat[known])
        projected = self.project(*corners.reshape(-1, 2).T).reshape(corners.shape)
        cells = PolyCollection(
            projected, array=values[known], cmap=cmap, edgecolor="face", linewidth=0.25, zorder=1
        )
        cells.set_clim(vmin, vmax)
        axes.add_collection(cells, autolim=False)
        return cells

    def points(
        self, axes: Axes, lon: np.ndarray, lat: np.ndarray, values: np.ndarray, **style
    ) -> PathCollection:
        """Sites coloured by their values, smaller where there are many."""
        size = float(np.clip(5000 / max(len(lon), 1), 1.5, 22))
        x, y = self.project(lon, lat).T
        return axes.scatter(x, y, c=values, s=size, linewidth=0, zorder=4, rasterized=True, **style)


@lru_cache(maxsize=1)
def _simple_states() -> tuple[shapely.Geometry, ...]:
    kept = (shape for code, shape in states().items() if code not in NOT_CONTERMINOUS)
    return tuple(shapely.simplify(shape, _DETAIL) for shape in kept)


def _corners(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Corners (cell, 4, 2) of half-degree cells [degrees]."""
    half = CELL_SIZE / 2
    x, y = np.array([-half, half, half, -half]), np.array([-half, -half, half, half])
    return np.stack([lon[:, None] + x, lat[:, None] + y], axis=2)
