"""Depth intervals in which stocks are compared, metres [ch37]."""

from __future__ import annotations

from types import MappingProxyType

INTERVALS = MappingProxyType(
    {
        "0-30": (0.0, 0.3),
        "0-100": (0.0, 1.0),
        "0-200": (0.0, 2.0),
        "30-100": (0.3, 1.0),
        "100-200": (1.0, 2.0),
    }
)
MAIN_INTERVALS: tuple[str, ...] = ("0-30", "0-100", "0-200")
SLICES: tuple[str, ...] = ("0-30", "30-100", "100-200")


def label(interval: str) -> str:
    """Write the interval as on a figure.

    >>> label("0-30")
    '0–30 cm'
    """
    return interval.replace("-", "\u2013") + " cm"
