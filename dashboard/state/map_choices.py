"""What a visitor has chosen on the maps; plain texts, so that every choice can travel in a link."""

from __future__ import annotations

import math

import param

from proda_core.figures.projection import MERCATOR, PROJECTIONS
from proda_core.records.checks import InputError

VIEWS: tuple[str, ...] = ("", "difference", "swipe")
TRANSECTS: tuple[str, ...] = ("", "row", "column", "line")
MOST_MAPS = 6
LINKED: tuple[str, ...] = (
    *("maps", "compare", "pair", "line", "cells", "along", "fine", "projection"),
    *("vegetation", "region"),
)


def longitude(text: str) -> float:
    """The longitude of a swipe's line [degrees].

    >>> longitude("-79.25")
    -79.25
    >>> longitude("west")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: Line: expected a longitude from -180 to 180 degrees; found 'west'
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -180 <= value <= 180:
        raise InputError(f"Line: expected a longitude from -180 to 180 degrees; found {text!r}")
    return value


class MapChoices(param.Parameterized):
    """Maps in view and how they are compared; places in view, which the page Sites obeys too."""

    maps = param.String(default="", doc="Layers of the maps, comma-separated; empty: the three products.")
    compare = param.Selector(default="", objects=list(VIEWS), doc="Side by side, difference or swipe.")
    pair = param.String(default="", doc="The two layers that are compared.")
    line = param.String(default="", doc="Longitude of the line of a swipe [degrees]; empty: the middle.")
    cells = param.String(default="", doc="Tapped cells; two of them are the ends of a transect.")
    along = param.Selector(default="", objects=list(TRANSECTS), doc="Which way a transect runs.")
    fine = param.String(default="", doc="A map finer than half a degree, by its name beside the run.")
    projection = param.Selector(default=MERCATOR, objects=list(PROJECTIONS), doc="Projection of the maps.")
    vegetation = param.String(default="", doc="Vegetation classes in view, comma-separated; empty: all.")
    region = param.String(default="", doc="Region in view; empty: all.")
    view = param.String(default="", doc="West, south, east, north of the maps [degrees]; empty: all.")

    def values_of(self, name: str) -> tuple[str, ...]:
        """A comma-separated choice as a tuple, each part once.

        >>> MapChoices(maps="stock.proda, stock.batch,").values_of("maps")
        ('stock.proda', 'stock.batch')
        """
        parts = (part.strip() for part in getattr(self, name).split(","))
        return tuple(dict.fromkeys(part for part in parts if part))

    def cell_numbers(self) -> tuple[int, ...]:
        """Return the tapped cells; what is no number is ignored."""
        return tuple(int(part) for part in self.values_of("cells") if part.isdecimal() and len(part) < 9)
