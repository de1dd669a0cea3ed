"""Typed coordinates: latitude, longitude."""

from __future__ import annotations

import re

from proda_core.records.checks import InputError, expect

_NUMBER = r"([+-]?\d+(?:\.\d+)?)\s*°?\s*"
_PLACE = re.compile(_NUMBER + r"([NSns]?)\s*[,;\s]\s*" + _NUMBER + r"([EWew]?)")


def read(text: str) -> tuple[float, float]:
    """Return longitude and latitude [degrees] of typed coordinates.

    >>> read("42.5, -76.1"), read("42.5 N 76.1 W")
    ((-76.1, 42.5), (-76.1, 42.5))
    >>> read("north of here")
    Traceback (most recent call last):
    ...
    proda_core.records.checks.InputError: Coordinates: expected latitude, longitude such as 42.5, -76.1;
    found 'north of here'
    """
    match = _PLACE.fullmatch(text.strip())
    if match is None:
        raise InputError(
            f"Coordinates: expected latitude, longitude such as 42.5, -76.1; found {text.strip()[:40]!r}"
        )
    lat = float(match[1]) * (-1 if match[2] in ("S", "s") else 1)
    lon = float(match[3]) * (-1 if match[4] in ("W", "w") else 1)
    expect(-90 <= lat <= 90, f"Coordinates: expected a latitude of -90 to 90 degrees first; found {lat:g}")
    expect(-180 <= lon <= 180, f"Coordinates: expected a longitude of -180 to 180 degrees; found {lon:g}")
    return lon, lat
