"""Conversion of units as files write them, by Pint: UDUNITS exponents, and carbon named in a unit.

``gC/m^2/s``, ``g C m-2 s-1`` and ``kg m-2 s-1`` are read; a mass of another substance, such as
``kgCO2``, is not taken for carbon. A year has 365 days, as in CESM's calendar.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pint

from proda_core.records.checks import InputError

ONE = ("", "1", "-", "unitless", "none", "proportion", "fraction", "dimensionless", "ph")
_EXPONENT = re.compile(r"(?<=[A-Za-z)])\^?([-+]?\d+)")  # m-2, m^-2, m2
_CARBON = re.compile(r"\b([kKMTP]?g)[ _]?C\b")


@cache
def _registry() -> pint.UnitRegistry:
    registry = pint.UnitRegistry(on_redefinition="ignore")
    registry.define("year = 365 * day = a = yr")
    registry.define("month = year / 12")
    return registry


def parsed(unit: str) -> pint.Unit:
    """Return a unit as Pint knows it; raises ValueError where it is unknown.

    >>> parsed("gC/m^2/s") == parsed("g C m-2 s-1")
    True
    """
    text = unit.strip()
    if text.lower() in ONE:
        return _registry().Unit("dimensionless")
    text = _CARBON.sub(r"\1", text).replace("%", "percent")
    text = _EXPONENT.sub(r"**\1", text)
    try:
        return _registry().Unit(re.sub(r"\s+", " ", text))
    except (pint.PintError, ValueError, AttributeError, TypeError, SyntaxError, AssertionError) as error:
        raise ValueError(f"unknown unit {unit!r}") from error


def converted(values: np.ndarray, unit: str, to: str, place: str) -> np.ndarray:
    """Return values of ``unit`` in ``to``; raises InputError, which names ``place``, where it cannot.

    >>> converted(np.array([0.0]), "degC", "K", "h0.nc: TSOI").tolist()
    [273.15]
    >>> converted(np.array([1.0]), "kg m-2 s-1", "gC m-2 s-1", "h0.nc: NPP").round(9).tolist()
    [1000.0]
    """
    if unit.strip() == to:
        return values
    try:
        there, wanted = parsed(unit), parsed(to)
        if there == wanted:
            return values
        return _registry().Quantity(values, there).to(wanted).magnitude
    except (ValueError, pint.PintError) as error:
        raise InputError(f"{place}: expected units that convert to {to}, found {unit!r}") from error
