"""The part of a map in view as a short text: ``west,south,east,north`` in degrees."""

from __future__ import annotations

import math
import re

from proda_core.figures.projection import MERCATOR_POLE_DEGREES, Box
from proda_core.records.checks import InputError, expect

_NUMBER = re.compile(r"[+-]?(\d{1,3}(\.\d{0,9})?|\.\d{1,9})")
_FINEST = 6  # decimals of a degree, about 10 cm
_SMALLEST = 1e-5  # degrees; nothing can be seen in less


def write(box: Box) -> str:
    """A box as text, to a thousandth of its width.

    >>> write((-80.12345, 40.0, -70.0, 45.55555))
    '-80.12,40,-70,45.56'
    """
    span = max(min(box[2] - box[0], box[3] - box[1]), _SMALLEST)
    digits = min(max(math.ceil(2.7 - math.log10(span)), 1), _FINEST)
    low, high = (-180.0, -MERCATOR_POLE_DEGREES), (180.0, MERCATOR_POLE_DEGREES)
    ends = (min(max(end, low[n % 2]), high[n % 2]) for n, end in enumerate(box))
    return ",".join(f"{round(end, digits) + 0.0:.{digits}f}".rstrip("0").rstrip(".") for end in ends)


def read(text: str) -> Box:
    """The box of a text.

    >>> read("-80.1, 40, -70, 45.5")
    (-80.1, 40.0, -70.0, 45.5)
    >>> read("here")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: View: expected west, south, east and north in degrees such as
    -80,40,-70,45; found 'here'
    """
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise InputError(
            "View: expected west, south, east and north in degrees such as -80,40,-70,45;"
            f" found {text.strip()[:40]!r}"
        )
    west, south, east, north = map(float, parts)
    expect(-180 <= west < east <= 180, f"View: expected -180 <= west < east <= 180; found {west:g}, {east:g}")
    expect(
        -MERCATOR_POLE_DEGREES <= south < north <= MERCATOR_POLE_DEGREES,
        f"View: expected -{MERCATOR_POLE_DEGREES:g} <= south < north <= {MERCATOR_POLE_DEGREES:g};"
        f" found {south:g}, {north:g}",
    )
    expect(
        min(east - west, north - south) >= _SMALLEST,
        f"View: expected a box of at least {_SMALLEST:g} degrees; found {text.strip()[:40]!r}",
    )
    return west, south, east, north
