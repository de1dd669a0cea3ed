"""Filters of the sites on the map besides vegetation and region, as text for a link."""

from __future__ import annotations

import math
import re

import param

QUALITY: tuple[str, ...] = ("", "able", "aside", "noted", "clean")
FACTS: dict[str, str] = {"covariates": "Covariates", "quality": "Quality notes", "neighbours": "Neighbours"}
LINKED: tuple[str, ...] = ("deepest", "layers", "quality", "facts")
_BOUNDS = re.compile(r"(\d{0,6}(?:\.\d{0,3})?)-(\d{0,6}(?:\.\d{0,3})?)")


class SiteChoices(param.Parameterized):
    """Filters of the page Sites. Bounds are ``low-high``; an end may be left out."""

    deepest = param.String(default="", doc="Bounds of a profile's deepest usable observation [m].")
    layers = param.String(default="", doc="Bounds of the number of usable depths.")
    quality = param.Selector(default="", objects=list(QUALITY), doc="Which sites by their quality notes.")
    facts = param.Selector(
        default="covariates", objects=list(FACTS), doc="The table about the selected site."
    )


def bounds(text: str) -> tuple[float, float]:
    """Return both ends of a text; infinite where they are left out or unreadable.

    >>> bounds("0.5-2"), bounds("3-"), bounds("")
    ((0.5, 2.0), (3.0, inf), (-inf, inf))
    """
    match = _BOUNDS.fullmatch(text.strip())
    if match is None:
        return -math.inf, math.inf
    low, high = (part if part != "." else "" for part in match.groups())
    return float(low) if low else -math.inf, float(high) if high else math.inf


def bounds_text(low: float, high: float, least: float, most: float) -> str:
    """Return the text of two ends; "" where neither excludes anything.

    >>> bounds_text(0.5, 2.0, 0.1, 2.0), bounds_text(1, 9, 1, 9)
    ('0.5-', '')
    """
    first, last = ("" if low <= least else f"{low:g}"), ("" if high >= most else f"{high:g}")
    return f"{first}-{last}" if first or last else ""
