"""Colours and names that only pages have; all others are in ``proda_core.figures.theme``."""

from __future__ import annotations

from types import MappingProxyType

from proda_core.comparison.labels import label
from proda_core.figures.theme import CHAIN_COLOURS, title

STATUS_COLOURS = MappingProxyType(
    {
        "can be assimilated": CHAIN_COLOURS[0],
        "set aside": CHAIN_COLOURS[1],
        "not converged in the run": CHAIN_COLOURS[3],
    }
)
_TITLES = MappingProxyType({"site_level": "This profile alone", "observed": "Observations"})


def product_title(product: str) -> str:
    """Return the name of a product as on a page.

    >>> product_title("proda"), product_title("observed"), product_title("mine")
    ('PRODA', 'Observations', 'mine')
    """
    known = label(product) != product
    return _TITLES.get(product) or (title(product) if known else product)
