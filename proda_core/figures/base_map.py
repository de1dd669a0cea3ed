"""The base map of every map: a projection, borders of states, cells and sites.

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

from proda_core.comparison.cells import CELL_SIZE
from proda_core.figures.elements import FULL_WIDTH, coloured, curve, dim, marked, panel, styled
from proda_core.figures.projection import ALBERS, GEOGRAPHIC, Projection, standard_parallels
from proda_core.sources.borders import NOT_CONTERMINOUS, states

PIXELS = 420  # along the longer side of a map of cells
EAST, NORTH = dim("easting", units="m"), dim("northing", units="m")
_TITLE_HEIGHT, _LINE_HEIGHT = 34, 14  # px
_DETAIL = 0.02  # degrees, finer than a pixel of these maps
_NEIGHBOURS = 2.0  # degrees of land drawn around the data
_HALF = CELL_SIZE / 2
_CORNERS = np.array([(-_HALF, -_HALF), (_HALF, -_HALF), (_HALF, _HALF), (-_HALF, _HALF)])


class _Albers(crs.AlbersEqualArea):
    """Compares by its parameters; pyproj would parse the other projection anew each time, for 0.1 s."""

    __hash__ = crs.AlbersEqualArea.__hash__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, crs.CRS) and self.proj4_init == other.proj4_init


@dataclass(frozen=True, eq=False)
class BaseMap:
    """The map of some half-degree cells in one projection, by name.

    centres : of the cells, pairs of longitude and latitude [degrees]
    """

    centres: tuple[tuple[float, float], ...]
    name: str = ALBERS

    @cached_property
    def plane(self) -> Projection:
        """The projection, fitted to the ends of the cells."""
        (west, south), (east, north) = np.min(self.centres, axis=0), np.max(self.centres, axis=0)
        return Projection(self.name, (west - _HALF, south - _HALF, east + _HALF, north + _HALF))

    @cached_property
    def crs(self) -> crs.Projection:
        """The projection as GeoViews takes it."""
        west, south, east, north = self.plane.box
        if self.name != ALBERS:
            return crs.PlateCarree() if self.name == GEOGRAPHIC else crs.GOOGLE_MERCATOR
        parallels, globe = standard_parallels(south, north), crs.Globe(ellipse="GRS80")
        return _Albers((west + east) / 2, parallels[0], standard_parallels=parallels, globe=globe)

    @cached_property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """West and east, south and north end of the map in the plane, with a margin."""
        corners = (np.array(self.centres)[:, None] + _CORNERS).reshape(-1, 2)
        x, y = self.plane.project(*corners.T)
        margin = 0.015 * max(np.ptp(x), np.ptp(y))
        return (x.min() - margin, x.max() + margin), (y.min() - margin, y.max() + margin)

    @cached_property
    def borders(self) -> hv.Curve:
        """Outlines of the states in and around the map: one line with gaps, which is drawn at once."""
        window = shapely.buffer(shapely.box(*self.plane.box), _NEIGHBOURS)
        near = [part for shape in _states() for part in shapely.get_parts(shape)]
        near = [part for part in near if shapely.intersects(part, window)]
        gap, lines = np.full((1, 2), np.nan), [np.full((1, 2), np.nan)]
        for part in near:
            ring = shapely.get_coordinates(part.exterior)
            lines += [np.column_stack(self.plane.project(*ring.T)), gap]
        return curve(*np.concatenate(lines).T, (EAST, NORTH), width=0.6)

    def cells(self, frame, value: hv.Dimension, **colours) -> gv.Image:
        """Half-degree cells (columns lon, lat and the value) as an image of the plane."""
        x, y, index = _pixels(self, tuple(frame["lon"]), tuple(frame["lat"]))
        values = frame[value.name].to_numpy(np.float32)
        image = gv.Image(
            (x, y, np.where(index >= 0, values[index], np.nan)), [EAST, NORTH], [value], crs=self.crs
        )
        bokeh = {"tools": ["hover"], "hover_tooltips": [(value.pprint_label, "@image{0.00}")]}
        bokeh |= {"clipping_colors": {"NaN": "rgba(0,0,0,0)"}}
        image = styled(image, bokeh, {"interpolation": "nearest"}, projection=self.crs)
        return coloured(image, **colours)

    def sites(self, frame, value: hv.Dimension, others: list, **colours) -> gv.Points:
        """Sites (columns lon, lat and the values) coloured by one value, smaller where many."""
        columns = dict(zip((EAST.name, NORTH.name), self.plane.project(frame["lon"], frame["lat"])))
        columns |= {d.name: frame[d.name].to_numpy() for d in (value, *others)}
        points = gv.Points(columns, [EAST, NORTH], [value, *others], crs=self.crs)
        size = float(np.clip(90 / np.sqrt(max(len(frame), 1)), 2.0, 7.0))
        return coloured(styled(marked(points, colour=value.name, size=size), projection=self.crs), **colours)

    def panel(self, mark, *, title: str, columns: int, **options) -> hv.Overlay:
        """The map of cells or sites, ``columns`` of which stand abreast; borders above cells, below sites."""
        x, y = self.limits
        width = FULL_WIDTH // max(columns, 2)
        height = round(width * np.ptp(y) / np.ptp(x)) + _TITLE_HEIGHT + _LINE_HEIGHT * title.count("\n")
        marks = (self.borders, mark) if isinstance(mark, gv.Points) else (mark, self.borders)
        options |= {"width": width, "height": height, "equal": True}
        found = panel(*marks, title=title, xlim=x, ylim=y, xaxis=None, yaxis=None, **options)
        return found.opts(show_bounds=False, backend="bokeh")  # of the projection, in black


def base_map(frame, projection: str = ALBERS) -> BaseMap:
    """Return the base map of the places (columns lon, lat [degrees]) of a table."""
    places = frame[["lon", "lat"]].to_numpy(float)
    centres = np.unique(np.floor(places / CELL_SIZE) * CELL_SIZE + _HALF, axis=0)
    return _base_map(tuple(map(tuple, centres.tolist())), projection)


@lru_cache(maxsize=8)
def _base_map(centres: tuple, projection: str) -> BaseMap:
    return BaseMap(centres, projection)


@lru_cache(maxsize=8)
def _pixels(base_map: BaseMap, lon: tuple, lat: tuple) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return x, y of square pixels of the plane, and the cell (y, x) each belongs to, -1 for none."""
    centres = np.column_stack([lon, lat])
    east, north = base_map.plane.project(*(centres[:, None] + _CORNERS).reshape(-1, 2).T)
    step = max(np.ptp(east), np.ptp(north)) / PIXELS
    x, y = (np.arange(ends.min() + step / 2, ends.max(), step) for ends in (east, north))
    pixels = np.stack(base_map.plane.unproject(*np.meshgrid(x, y)), axis=-1)
    corner = centres.min(axis=0) - _HALF
    shape = (np.ptp(centres, axis=0) / CELL_SIZE).round().astype(int) + 1
    table = np.full(shape + 2, -1)  # a margin without cells catches what is outside
    table[tuple(((centres - corner) / CELL_SIZE).astype(int).T + 1)] = np.arange(len(centres))
    found = np.clip(np.floor((pixels - corner) / CELL_SIZE) + 1, 0, shape + 1).astype(int)
    return x, y, table[found[..., 0], found[..., 1]]


@lru_cache(maxsize=1)
def _states() -> tuple[shapely.Geometry, ...]:
    shapes = (shape for code, shape in states().items() if code not in NOT_CONTERMINOUS)
    return tuple(shapely.simplify(shape, _DETAIL) for shape in shapes)
