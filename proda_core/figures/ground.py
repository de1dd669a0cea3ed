"""The ground of every map: a projection fitted to its places, borders of states, cells and sites.

Everything is projected here once, so that GeoViews draws coordinates of the projection as they are.
Borders: U.S. Census Bureau TIGER/Line, from an installed package.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import geoviews as gv
import geoviews.plotting.bokeh
import geoviews.plotting.mpl
import holoviews as hv
import numpy as np
import shapely
from cartopy import crs
from pyproj import Transformer

from proda_core.comparison.cells import CELL_SIZE
from proda_core.figures.elements import (
    BAR_HEIGHT,
    FULL_WIDTH,
    TITLE_HEIGHT,
    coloured,
    curve,
    dim,
    marked,
    panel,
    styled,
)
from proda_core.records.checks import one_of
from proda_core.sources.borders import NOT_CONTERMINOUS, states

PROJECTIONS = ("albers", "mercator", "geographic")
PIXELS = 420  # along the longer side of a map of cells
EAST, NORTH = dim("easting", units="m"), dim("northing", units="m")
_DETAIL = 0.02  # degrees, finer than a pixel of these maps
_NEIGHBOURS = 2.0  # degrees of land drawn around the data
_HALF = CELL_SIZE / 2
_CORNERS = np.array([(-_HALF, -_HALF), (_HALF, -_HALF), (_HALF, _HALF), (-_HALF, _HALF)])
Box = tuple[float, float, float, float]  # west, south, east, north [degrees]


@dataclass(frozen=True, eq=False)
class Ground:
    """The map of some half-degree cells in one projection; lengths in metres, or degrees if geographic.

    centres : of the cells [degrees]
    """

    centres: tuple[tuple[float, float], ...]
    projection: str = "albers"

    @cached_property
    def box(self) -> Box:
        """West, south, east and north end of the cells."""
        (west, south), (east, north) = np.min(self.centres, axis=0), np.max(self.centres, axis=0)
        return west - _HALF, south - _HALF, east + _HALF, north + _HALF

    @cached_property
    def crs(self) -> crs.Projection:
        """The projection; Albers' standard parallels stand a sixth inside the box."""
        west, south, east, north = self.box
        if one_of(self.projection, PROJECTIONS, "projection") == "geographic":
            return crs.PlateCarree()
        if self.projection == "mercator":
            return crs.GOOGLE_MERCATOR
        sixth = (north - south) / 6
        parallels = (south + sixth, north - sixth)
        globe = crs.Globe(ellipse="GRS80")
        return crs.AlbersEqualArea(
            (west + east) / 2, south + sixth, standard_parallels=parallels, globe=globe
        )

    @cached_property
    def _transformer(self) -> Transformer:
        return Transformer.from_crs("EPSG:4326", self.crs, always_xy=True)

    def project(self, lon, lat) -> tuple[np.ndarray, np.ndarray]:
        """Eastings and northings of places."""
        return self._transformer.transform(np.asarray(lon, float), np.asarray(lat, float))

    @cached_property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """West and east, south and north end of the map, with a margin."""
        corners = (np.array(self.centres)[:, None] + _CORNERS).reshape(-1, 2)
        x, y = self.project(*corners.T)
        margin = 0.015 * max(np.ptp(x), np.ptp(y))
        return (x.min() - margin, x.max() + margin), (y.min() - margin, y.max() + margin)

    @property
    def aspect(self) -> float:
        """Height of the map over its width."""
        (left, right), (bottom, top) = self.limits
        return (top - bottom) / (right - left)

    @cached_property
    def borders(self) -> hv.Curve:
        """Outlines of the states in and around the box: one line with gaps, which is drawn at once."""
        window = shapely.buffer(shapely.box(*self.box), _NEIGHBOURS)
        near = [shape for shape in _states() if shapely.intersects(shape, window)]
        rings = [
            shapely.get_coordinates(part.exterior) for shape in near for part in shapely.get_parts(shape)
        ]
        gap = np.full((1, 2), np.nan)
        lines = [line for ring in rings for line in (np.column_stack(self.project(*ring.T)), gap)]
        return curve(*np.concatenate(lines).T, (EAST, NORTH), width=0.6)

    def cells(self, lon, lat, values, value, **colours) -> gv.Image:
        """Half-degree cells coloured by their values; ``colours`` as in ``elements.coloured``."""
        x, y, index = _pixels(self, tuple(lon), tuple(lat))
        picture = np.where(index >= 0, np.asarray(values, np.float32)[index], np.float32(np.nan))
        image = gv.Image((x, y, picture), [EAST, NORTH], [value], crs=self.crs)
        tips = {"tools": ["hover"], "hover_tooltips": [(value.pprint_label, "@image{0.0}")]}
        clear = {"clipping_colors": {"NaN": "rgba(0,0,0,0)"}, "show_bounds": False}
        image = styled(image, tips | clear, {"interpolation": "nearest"}, projection=self.crs)
        return coloured(image, **colours)

    def sites(self, frame, value, others: list = (), **colours) -> gv.Points:
        """Sites (columns lon, lat and the values) coloured by the first value, smaller where many."""
        x, y = self.project(frame["lon"], frame["lat"])
        columns = {EAST.name: x, NORTH.name: y} | {d.name: frame[d.name].to_numpy() for d in (value, *others)}
        points = gv.Points(columns, [EAST, NORTH], [value, *others], crs=self.crs)
        size = float(np.clip(90 / np.sqrt(max(len(frame), 1)), 2.0, 7.0))
        points = marked(points, colour=value.name, size=size)
        return coloured(styled(points, projection=self.crs), **colours)

    def panel(self, *marks, title: str, columns: int, **options):
        """The map of some marks, ``columns`` of which stand abreast; borders above cells, below sites."""
        width = FULL_WIDTH // max(columns, 2)
        height = round(width * self.aspect) + TITLE_HEIGHT + 14 * title.count("\n")
        order = (
            [m for m in marks if not isinstance(m, gv.Points)],
            [m for m in marks if isinstance(m, gv.Points)],
        )
        options |= {"width": width, "height": height, "bar_height": BAR_HEIGHT, "equal": True}
        x, y = self.limits
        return panel(
            *order[0], self.borders, *order[1], title=title, xlim=x, ylim=y, xaxis=None, yaxis=None, **options
        )


@lru_cache(maxsize=8)
def _ground(centres: tuple, projection: str) -> Ground:
    return Ground(centres, projection)


def ground(lon, lat, projection: str = "albers") -> Ground:
    """Return the ground under some places [degrees], half a cell wider than they reach."""
    places = np.column_stack([lon, lat])
    centres = np.unique(np.floor(places / CELL_SIZE) * CELL_SIZE + _HALF, axis=0)
    return _ground(tuple(map(tuple, centres.tolist())), projection)


@lru_cache(maxsize=8)
def _pixels(ground: Ground, lon: tuple, lat: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return eastings, northings of square pixels, and the cell (y, x) each lies in, -1 for none."""
    centres = np.column_stack([lon, lat])
    east, north = ground.project(*(centres[:, None] + _CORNERS).reshape(-1, 2).T)
    step = max(np.ptp(east), np.ptp(north)) / PIXELS
    x, y = (
        np.arange(east.min() + step / 2, east.max(), step),
        np.arange(north.min() + step / 2, north.max(), step),
    )
    found_lon, found_lat = ground._transformer.transform(*np.meshgrid(x, y), direction="INVERSE")
    west, south = centres.min(axis=0) - _HALF
    columns, rows = (np.ptp(centres, axis=0) / CELL_SIZE).round().astype(int) + 1
    table = np.full((rows + 2, columns + 2), -1)  # a margin without cells catches what lies outside
    place = ((centres - (west, south)) / CELL_SIZE).astype(int) + 1
    table[place[:, 1], place[:, 0]] = np.arange(len(centres))
    column = np.clip(np.floor((found_lon - west) / CELL_SIZE).astype(int) + 1, 0, columns + 1)
    row = np.clip(np.floor((found_lat - south) / CELL_SIZE).astype(int) + 1, 0, rows + 1)
    return x, y, table[row, column]


@lru_cache(maxsize=1)
def _states() -> tuple[shapely.Geometry, ...]:
    shapes = (shape for code, shape in states().items() if code not in NOT_CONTERMINOUS)
    return tuple(shapely.simplify(shape, _DETAIL) for shape in shapes)
