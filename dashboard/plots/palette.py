"""Colours with one meaning each, told apart by colour-blind eyes and on light and dark ground.

The hues are those of Okabe & Ito, "Color Universal Design" (2008).
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from bokeh.palettes import PuOr11, Viridis256, interp_palette

OBSERVED = "#d55e00"  # vermillion
POSTERIOR = "#009e73"  # bluish green
MUTED = "#8a8f94"  # grey that reads on white and on black
PRODUCT_COLOURS = MappingProxyType(
    {
        "default": MUTED,
        "batch": "#cc79a7",
        "proda": "#2f8fce",
        "end_to_end": "#e69f00",
        "site_level": POSTERIOR,
        "observed": OBSERVED,
    }
)
PRODUCT_TITLES = MappingProxyType(
    {
        "default": "CLM5 default",
        "batch": "Batch assimilation",
        "proda": "PRODA",
        "end_to_end": "End-to-end",
        "site_level": "This profile alone",
        "observed": "Observations",
        "wise30sec": "WISE30sec",
        "wise30sec-like": "WISE30sec-like (synthetic)",
        "soilgrids_2017": "SoilGrids 2017",
        "soilgrids_2020": "SoilGrids 2.0",
        "soilgrids-like": "SoilGrids-like (synthetic)",
        "sanderman2017": "Sanderman et al. 2017",
    }
)
CHAIN_COLOURS: tuple[str, ...] = (
    *("#2f8fce", "#e69f00", "#009e73", "#cc79a7"),
    *("#56b4e9", "#d55e00", "#8a8f94", "#b5a800"),
)
STATUS_COLOURS = MappingProxyType({"can be assimilated": "#2f8fce", "set aside": "#e69f00"})
CARBON_PALETTE: tuple[str, ...] = tuple(Viridis256[::-1])  # more carbon, darker
DIFFERENCE_PALETTE: tuple[str, ...] = tuple(interp_palette(PuOr11[::-1], 255))  # orange less, purple more

_NEAR_ZERO = 0.4  # of the upper end: a lower end below that begins at zero
_STEPS = np.array([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])


def product_title(product: str) -> str:
    """The name of a product as on a figure.

    >>> product_title("proda"), product_title("mine")
    ('PRODA', 'mine')
    """
    return PRODUCT_TITLES.get(product, product)


def readable_limits(values: np.ndarray, share: float = 0.98) -> tuple[float, float]:
    """Limits of a colour bar from zero to a round number that covers ``share`` of the values.

    >>> readable_limits(np.linspace(0, 23.3, 1000))
    (0.0, 25.0)
    """
    finite = _finite(values)
    return 0.0, round_up(float(np.quantile(finite, share)) if finite.size else 1.0)


def fitting_limits(values: np.ndarray, share: float = 0.98) -> tuple[float, float]:
    """Limits from zero where the values come near it, otherwise between their own extremes.

    >>> fitting_limits(np.array([1.0, 9.0])), fitting_limits(np.array([2.0, 2.5]))
    ((0.0, 10.0), (2.0, 2.5))
    """
    finite = _finite(values)
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(end) for end in np.quantile(finite, [1 - share, share]))
    if 0 <= low <= _NEAR_ZERO * high or low == high:
        return readable_limits(finite, share)
    digits = int(np.ceil(-np.log10(high - low))) + 1
    return float(np.floor(low * 10**digits) / 10**digits), float(np.ceil(high * 10**digits) / 10**digits)


def symmetric_limits(values: np.ndarray, share: float = 0.98) -> tuple[float, float]:
    """Limits of a scale that is centred on zero.

    >>> symmetric_limits(np.array([-3.0, 1.0]))
    (-3.0, 3.0)
    """
    finite = np.abs(_finite(values))
    end = round_up(float(np.quantile(finite, share)) if finite.size else 1.0)
    return -end, end


def round_up(value: float) -> float:
    """The next round number; one where there is nothing to round.

    >>> round_up(23.3), round_up(0.0)
    (25.0, 1.0)
    """
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(_STEPS[np.searchsorted(_STEPS, value / power * (1 - 1e-9))] * power)


def _finite(values: np.ndarray) -> np.ndarray:
    values = np.asarray(values, dtype=float)
    return values[np.isfinite(values)]
