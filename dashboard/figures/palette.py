"""Colours with one meaning each, told apart by colour-blind eyes and on light and dark ground.

The hues are those of Okabe & Ito, "Color Universal Design" (2008).
"""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
from bokeh.palettes import Viridis256

OBSERVED = "#d55e00"  # vermillion
POSTERIOR = "#009e73"  # bluish green
MUTED = "#8a8f94"  # grey that reads on white and on black
PRODUCT_COLOURS = MappingProxyType({"default": MUTED, "batch": "#cc79a7", "proda": "#2f8fce"})
PRODUCT_TITLES = MappingProxyType(
    {"default": "CLM5 default", "batch": "Batch assimilation", "proda": "PRODA"}
)
CHAIN_COLOURS: tuple[str, ...] = (
    *("#2f8fce", "#e69f00", "#009e73", "#cc79a7"),
    *("#56b4e9", "#d55e00", "#8a8f94", "#b5a800"),
)
STATUS_COLOURS = MappingProxyType({"can be assimilated": "#2f8fce", "set aside": "#e69f00"})
CARBON_PALETTE: tuple[str, ...] = tuple(Viridis256[::-1])  # more carbon, darker

_STEPS = np.array([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])


def product_title(product: str) -> str:
    """The name of a product as on a figure.

    >>> product_title("proda"), product_title("wise30sec")
    ('PRODA', 'wise30sec')
    """
    return PRODUCT_TITLES.get(product, product)


def readable_limits(values: np.ndarray, share: float = 0.98) -> tuple[float, float]:
    """Limits of a colour bar from zero to a round number that covers ``share`` of the values.

    >>> readable_limits(np.linspace(0, 23.3, 1000))
    (0.0, 25.0)
    """
    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    top = float(np.quantile(finite, share)) if finite.size else 1.0
    if top <= 0:
        return 0.0, 1.0
    power = 10.0 ** np.floor(np.log10(top))
    return 0.0, float(_STEPS[np.searchsorted(_STEPS, top / power * (1 - 1e-9))] * power)
