"""Claims on the maps of the first page: what hovering reads, whatever a product is called."""

from __future__ import annotations

import numpy as np
import xarray as xr
from bokeh.models import HoverTool

from dashboard.pages.overview.carbon_maps import carbon_maps
from proda_core.records.maps import CarbonMap
from proda_core.vocabulary.depth_intervals import INTERVALS


def test_hovering_reads_products_whose_names_have_hyphens() -> None:
    """Bokeh reads ``@name`` up to the first sign that is no letter, and ``@{name}`` whole."""
    stock = np.ones((2, len(INTERVALS), 3))
    place = {"lon": ("cell", [-75.25, -74.75, -74.25]), "lat": ("cell", [42.25] * 3)}
    area = {"cell_area": ("cell", np.full(3, 1e9)), "land_fraction": ("cell", np.ones(3))}
    axes = {"product": ["default", "wise-like"], "interval": list(INTERVALS), "cell": np.arange(3)}
    carbon = CarbonMap(
        xr.Dataset({"stock": (("product", "interval", "cell"), stock)}, coords=axes | place | area)
    )
    tips = carbon_maps(carbon, "0-100").plots["default"].select_one(HoverTool).tooltips
    assert [text.partition(" ")[0] for _, text in tips[:2]] == ["@{default}{0.0}", "@{wise-like}{0.0}"]
