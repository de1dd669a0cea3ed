"""Labels and order of methods and products in tables and figures."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

OBSERVED = "observed"
LABELS = MappingProxyType(
    {
        OBSERVED: "observed",
        "wise30sec": "WISE30sec",
        "soilgrids_2017": "SoilGrids 2017",
        "soilgrids_2020": "SoilGrids 2.0",
        "sanderman2017": "Sanderman et al. 2017",
        "wise30sec_like": "WISE30sec-like (synthetic)",
        "soilgrids_like": "SoilGrids-like (synthetic)",
        "default": "CLM5 default",
        "batch": "batch assimilation",
        "proda": "PRODA",
        "end_to_end": "end-to-end",
        "direct": "trees without a model",
        "site_level": "site by site",
    }
)


def label(product: str) -> str:
    """The label of a method or product.

    >>> label("proda"), label("wise30sec-like"), label("mine")
    ('PRODA', 'WISE30sec-like (synthetic)', 'mine')
    """
    return LABELS.get(product.replace("-", "_"), product)


def order(products: Iterable[str]) -> list[str]:
    """Sort products as in every figure: observed, references, then from default to site by site.

    >>> order(["proda", "default", "mine", "observed"])
    ['observed', 'default', 'proda', 'mine']
    """
    rank = {name: i for i, name in enumerate(LABELS)}
    return sorted(dict.fromkeys(products), key=lambda name: rank.get(name.replace("-", "_"), len(rank)))
